// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DotProduct} from "../libraries/DotProduct.sol";
import {LittleEndian} from "../libraries/LittleEndian.sol";
import {DescriptorWords} from "../libraries/DescriptorWords.sol";
import {AffineMap} from "./AffineMap.sol";
import {Witness} from "./Witness.sol";

/// @notice An operand ready to be read: how to address it, what was brought of its tensor, and the line that it is on.
struct Source {
    uint256[] map;
    uint256[] section;
    uint256 dtype;
    int256 zero;
    int256 weight;
    /// Change of the address from one element of a line to the next.
    int256 delta;
    /// Addresses start + k * delta are in range for from <= k < to; nothing is elsewhere on the line.
    int256 start;
    int256 from;
    int256 to;
}

/// @title What a step does with the elements of one line
/// @dev Registration keeps every intermediate below 2^53 and every address below 2^32. Elements are widened into
/// words past the free memory pointer; nothing is allocated while they are in use.
library Fold {
    /// @notice Start of a MAX.
    int256 internal constant LEAST = -(2 ** 31);
    /// @dev Elements widened at a time, so that the price of memory stays linear.
    uint256 private constant PIECE = 512;

    /// @notice Moves an operand to the line at the present values of the axes.
    function follow(Source memory x, int256[10] memory axes, int256 length) internal pure {
        (x.start, x.from, x.to) = AffineMap.trace(x.map, axes, length);
    }

    /// @notice Sum of weight (X - zero) over the line of X.
    function sum(Source memory x) internal pure returns (int256 total) {
        // SAFETY: see the library's comment.
        unchecked {
            int256 from = x.from;
            uint256 rest = uint256(x.to - from);
            while (rest != 0) {
                uint256 count = rest < PIECE ? rest : PIECE;
                (uint256 words, ) = gather(x, from, count, 0);
                total += sumOf(words, count) - int256(count) * x.zero;
                rest -= count;
                from += int256(count);
            }
            return x.weight * total;
        }
    }

    /// @notice The larger of `best` and the largest weight (X - zero) over the line of X.
    function max(Source memory x, int256 best) internal pure returns (int256) {
        // SAFETY: see the library's comment.
        unchecked {
            int256 from = x.from;
            uint256 rest = uint256(x.to - from);
            while (rest != 0) {
                uint256 count = rest < PIECE ? rest : PIECE;
                (uint256 words, ) = gather(x, from, count, 0);
                int256 weight = x.weight;
                int256 term = weight * (extreme(words, count, weight < 0 ? -1 : int256(0)) - x.zero);
                if (term > best) best = term;
                rest -= count;
                from += int256(count);
            }
            return best;
        }
    }

    /// @notice Sum of (A - zeroA)(B - zeroB) where both lines are in range.
    /// @param packed Whether both lines are runs of adjacent bytes, see `packs`.
    function dot(Source memory a, Source memory b, bool packed) internal pure returns (int256 total) {
        // SAFETY: see the library's comment.
        unchecked {
            int256 from = a.from > b.from ? a.from : b.from;
            int256 to = a.to < b.to ? a.to : b.to;
            if (from >= to) return 0;
            uint256 rest = uint256(to - from);
            if (packed) return dotOfBytes(a, b, from, rest);
            while (rest != 0) {
                uint256 count = rest < PIECE ? rest : PIECE;
                total += dotPiece(a, b, from, count);
                rest -= count;
                from += int256(count);
            }
        }
    }

    /// @notice trunc(numerator / max(1, divisor)), where absent operands count as 0 and as 1.
    function div(Source memory a, Source memory b) internal pure returns (int256) {
        int256 numerator = single(a, 0);
        int256 divisor = single(b, 1);
        return divisor > 1 ? numerator / divisor : numerator;
    }

    /// @notice floor(sqrt(max(0, A))), where an absent operand counts as 0.
    function sqrt(Source memory a) internal pure returns (int256) {
        int256 argument = single(a, 0);
        return argument > 0 ? int256(Math.sqrt(uint256(argument))) : int256(0);
    }

    /// @notice weight (X - zero) at the start of the line, or `absent` where that is out of range.
    function single(Source memory x, int256 absent) internal pure returns (int256) {
        if (x.from >= x.to) return absent;
        // SAFETY: see the library's comment.
        unchecked {
            return x.weight * (element(x, x.start) - x.zero);
        }
    }

    /// @notice Whether the lines of an operand are runs of adjacent bytes.
    function packs(Source memory x) internal pure returns (bool) {
        return x.dtype == DescriptorWords.U8 && (x.delta == 1 || x.delta == -1);
    }

    /// @dev The dot product over `count` values of k from `from` on, by the packed kernel.
    function dotOfBytes(
        Source memory a,
        Source memory b,
        int256 from,
        uint256 count
    ) private pure returns (int256) {
        return
            DotProduct.ofBytes(
                Witness.locate(a.section, lowest(a, from, count), count),
                Witness.locate(b.section, lowest(b, from, count), count),
                count,
                uint256(a.zero),
                uint256(b.zero),
                a.delta == b.delta
            );
    }

    function dotPiece(
        Source memory a,
        Source memory b,
        int256 from,
        uint256 count
    ) private pure returns (int256) {
        // SAFETY: see the library's comment.
        unchecked {
            (uint256 left, bool leftFalls) = gather(a, from, count, 0);
            // Widening may write up to seven words too many, which the second operand then overwrites.
            (uint256 right, bool rightFalls) = gather(b, from, count, count);
            // One of the two is read from its start.
            uint256 step = leftFalls == rightFalls ? 32 : type(uint256).max - 31;
            if (step != 32) right += 32 * (count - 1);
            return products(left, right, step, count, a.zero, b.zero);
        }
    }

    /// @dev Sum of products of `count` words each; `step` bytes from one right factor to the next.
    function products(
        uint256 left,
        uint256 right,
        uint256 step,
        uint256 count,
        int256 zeroA,
        int256 zeroB
    ) private pure returns (int256 total) {
        // SAFETY: reads the words that `gather` wrote.
        assembly ("memory-safe") {
            if and(count, 1) {
                total := mul(sub(mload(left), zeroA), sub(mload(right), zeroB))
                left := add(left, 32)
                right := add(right, step)
            }
            for {
                let end := add(left, shl(6, shr(1, count)))
            } lt(left, end) {
                left := add(left, 64)
            } {
                total := add(total, mul(sub(mload(left), zeroA), sub(mload(right), zeroB)))
                right := add(right, step)
                total := add(total, mul(sub(mload(add(left, 32)), zeroA), sub(mload(right), zeroB)))
                right := add(right, step)
            }
        }
    }

    function sumOf(uint256 words, uint256 count) private pure returns (int256 total) {
        // SAFETY: reads the words that `gather` wrote; clears three more past them.
        assembly ("memory-safe") {
            let end := add(words, shl(5, count))
            mstore(end, 0)
            mstore(add(end, 32), 0)
            mstore(add(end, 64), 0)
            for {} lt(words, end) {
                words := add(words, 128)
            } {
                total := add(total, add(mload(words), mload(add(words, 32))))
                total := add(total, add(mload(add(words, 64)), mload(add(words, 96))))
            }
        }
    }

    /// @dev The largest word, or, where `flip` is -1 rather than 0, the smallest one.
    function extreme(uint256 words, uint256 count, int256 flip) private pure returns (int256 best) {
        // SAFETY: reads the words that `gather` wrote; repeats the first one after the last. Complementing reverses
        // the order of signed numbers.
        assembly ("memory-safe") {
            best := mload(words)
            let end := add(words, shl(5, count))
            mstore(end, best)
            best := xor(best, flip)
            for {} lt(words, end) {
                words := add(words, 64)
            } {
                let word := xor(mload(words), flip)
                if sgt(word, best) {
                    best := word
                }
                word := xor(mload(add(words, 32)), flip)
                if sgt(word, best) {
                    best := word
                }
            }
            best := xor(best, flip)
        }
    }

    /// @dev The lowest address over `count` values of k from `from` on.
    function lowest(Source memory x, int256 from, uint256 count) private pure returns (uint256) {
        unchecked {
            int256 delta = x.delta;
            return uint256(x.start + delta * (delta < 0 ? from + int256(count) - 1 : from));
        }
    }

    /// @dev Widens `count` elements from k = `from` on, `skip` words past the free memory pointer.
    /// @return words Where the first word is.
    /// @return falls Whether the first word is the element of the last k, not of the first.
    function gather(
        Source memory x,
        int256 from,
        uint256 count,
        uint256 skip
    ) private pure returns (uint256 words, bool falls) {
        assembly ("memory-safe") {
            words := add(mload(0x40), shl(5, skip))
        }
        unchecked {
            uint256 dtype = x.dtype;
            int256 delta = x.delta;
            uint256 apart = uint256(delta < 0 ? -delta : delta);
            uint256 span = apart * (count - 1) + 1;
            uint256 position = Witness.find(x.section, lowest(x, from, count) << dtype, span << dtype);
            if (position == 0) scatter(x, from, count, words);
            else {
                LittleEndian.widen(dtype, position, apart << dtype, count, words);
                falls = delta < 0;
            }
        }
    }

    /// @dev Elements that lie in several intervals, looked up one by one.
    function scatter(Source memory x, int256 from, uint256 count, uint256 words) private pure {
        unchecked {
            int256 address_ = x.start + x.delta * from;
            for (uint256 end = words + 32 * count; words != end; words += 32) {
                int256 value = element(x, address_);
                assembly ("memory-safe") {
                    mstore(words, value)
                }
                address_ += x.delta;
            }
        }
    }

    function element(Source memory x, int256 address_) private pure returns (int256) {
        uint256 dtype = x.dtype;
        uint256 size = DescriptorWords.elementSize(dtype);
        return LittleEndian.read(dtype, Witness.locate(x.section, uint256(address_) << dtype, size));
    }
}
