// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Dot products of bytes, thirty at a time
/// @notice A masked word holds ten bytes in lanes of 24 bits. Multiplying two such words, the second one with its
/// bytes in reversed order, puts the sum of the ten products into the top lane: a product of polynomials, of which
/// `mul` keeps the coefficients up to x^9. Three masks take all thirty bytes.
library DotProduct {
    /// @dev Bytes 2, 5, ... 29 of a word; 3, 6, ... 30; 4, 7, ... 31. Bytes 0 and 1 are never used. The k-th byte of
    /// one word meets byte 33 - k of the other, so mask 2 meets mask 4, and 3 meets 3.
    uint256 private constant LANES_2 = 0x0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000;
    uint256 private constant LANES_3 = 0x000000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff00;
    uint256 private constant LANES_4 = 0x00000000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff0000ff;
    /// @dev 2^22 in every lane of a product below the top one. Those lanes hold sums of at most 30 products of numbers
    /// below 2^8 in magnitude, so above -2^21; with this added they are positive and nothing borrows from the top.
    uint256 private constant GUARD = 0x0000004000004000004000004000004000004000004000004000004000000000;

    /// @notice Sum of (a[i] - zeroA) (b[count - 1 - i] - zeroB) for two byte strings of `count` bytes in calldata.
    /// @param a Calldata position of the first byte, at least 2.
    /// @param b Calldata position of the other string's first byte, at least 32.
    /// @param reversed Whether to pair a[i] with b[i] instead.
    function ofBytes(
        uint256 a,
        uint256 b,
        uint256 count,
        uint256 zeroA,
        uint256 zeroB,
        bool reversed
    ) internal pure returns (int256 sum) {
        // SAFETY: the zero points are bytes, so each lane of a difference is within 255 of zero.
        unchecked {
            uint256 whole = count / 30;
            uint256 rest = count - 30 * whole;
            uint256 ones = LANES_2 / 255;
            if (reversed) sum = ascending(a, b, whole, zeroA * ones, zeroB * ones);
            else sum = descending(a, b + count, whole, zeroA * ones, zeroB * ones);
            if (rest != 0) {
                uint256 wordA = load(a + 30 * whole - 2);
                uint256 wordB = reversed ? reverse(load(b + 30 * whole)) : load(b + rest - 32);
                // Bytes 2 to rest + 1 of the first word count; a lane of zero meets anything.
                uint256 kept = type(uint256).max << (8 * (30 - rest));
                sum += lanes(wordA, wordB, kept, zeroA * ones, zeroB * ones);
            }
        }
    }

    /// @dev Blocks of thirty: the first string from its front, the second from its end.
    function descending(
        uint256 a,
        uint256 bEnd,
        uint256 blocks,
        uint256 zerosA,
        uint256 zerosB
    ) private pure returns (int256 sum) {
        unchecked {
            for (uint256 i = 0; i < blocks; ++i) {
                sum += lanes(load(a - 2), load(bEnd - 32), type(uint256).max, zerosA, zerosB);
                a += 30;
                bEnd -= 30;
            }
        }
    }

    /// @dev Blocks of thirty, both strings from the front: the second one's bytes are reversed block by block.
    function ascending(
        uint256 a,
        uint256 b,
        uint256 blocks,
        uint256 zerosA,
        uint256 zerosB
    ) private pure returns (int256 sum) {
        unchecked {
            for (uint256 i = 0; i < blocks; ++i) {
                sum += lanes(load(a - 2), reverse(load(b)), type(uint256).max, zerosA, zerosB);
                a += 30;
                b += 30;
            }
        }
    }

    /// @dev The thirty products of two words. `zerosA` and `zerosB` hold a zero point in each lane of LANES_2.
    function lanes(
        uint256 a,
        uint256 b,
        uint256 kept,
        uint256 zerosA,
        uint256 zerosB
    ) private pure returns (int256 sum) {
        // SAFETY: pure arithmetic modulo 2^256. The lanes of a difference borrow from one another, but the value of
        // the word stays the sum of lane times 2^(24 i), and so does the product's: exact in its top lane.
        assembly ("memory-safe") {
            a := and(a, kept)
            let za := and(zerosA, kept)
            let product := mul(sub(and(a, LANES_2), za), sub(and(b, LANES_4), shr(16, zerosB)))
            za := and(shr(8, zerosA), kept)
            product := add(product, mul(sub(and(a, LANES_3), za), sub(and(b, LANES_3), shr(8, zerosB))))
            za := and(shr(16, zerosA), kept)
            product := add(product, mul(sub(and(a, LANES_4), za), sub(and(b, LANES_2), zerosB)))
            sum := sar(232, add(product, GUARD))
        }
    }

    /// @dev The bytes of a word in reversed order.
    function reverse(uint256 w) private pure returns (uint256) {
        // SAFETY: swaps halves of ever larger groups.
        unchecked {
            uint256 m = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
            w = ((w & m) << 8) | ((w >> 8) & m);
            m = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
            w = ((w & m) << 16) | ((w >> 16) & m);
            m = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
            w = ((w & m) << 32) | ((w >> 32) & m);
            m = 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
            w = ((w & m) << 64) | ((w >> 64) & m);
            return (w >> 128) | (w << 128);
        }
    }

    function load(uint256 position) private pure returns (uint256 w) {
        assembly ("memory-safe") {
            w := calldataload(position)
        }
    }
}
