// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Requantisation in integers, bit for bit what float32 hardware gives
library Fl32 {
    /// @dev Bits of a float32 significand, the implicit one included.
    uint256 private constant PRECISION = 24;
    uint256 private constant SMALLEST_NORMAL = 0x00800000;
    uint256 private constant INFINITY = 0x7f800000;

    /// @notice `rne(fl32(fl32(acc) * M))`, or `acc` when `bits` is no positive normal float32.
    /// @dev Where the product exceeds float32's range the result is an integer beyond every clamp, like infinity.
    /// @param acc An integer with |acc| < 2^54.
    /// @param bits The float32 bits of M.
    function scale(int256 acc, uint256 bits) internal pure returns (int256) {
        if (bits < SMALLEST_NORMAL || bits >= INFINITY || acc == 0) return acc;
        // SAFETY: |acc| < 2^54, so no negation overflows and the product stays below 2^79.
        unchecked {
            uint256 magnitude = acc < 0 ? uint256(-acc) : uint256(acc);
            uint256 length = Math.log2(magnitude) + 1;
            if (length > PRECISION) {
                uint256 excess = length - PRECISION;
                magnitude = roundedShift(magnitude, excess) << excess;
                length = excess + PRECISION + (magnitude >> (excess + PRECISION));
            }
            uint256 result = rescale(magnitude, length, bits);
            return acc < 0 ? -int256(result) : int256(result);
        }
    }

    /// @dev `magnitude` has `length` bits and a float32 significand. A product below the normal range rounds to the
    /// integer 0 whichever way float32 would round it, so gradual underflow needs no case.
    function rescale(uint256 magnitude, uint256 length, uint256 bits) private pure returns (uint256) {
        // SAFETY: length <= 54 and the exponent field is 1 to 254, so every shift is below 256.
        unchecked {
            uint256 significand = (bits & 0x7fffff) | SMALLEST_NORMAL;
            uint256 product = magnitude * significand;
            // The product of an n-bit and a 24-bit number has n + 23 or n + 24 bits.
            uint256 excess = length - 1 + (product >> (length + 23));
            product = roundedShift(product, excess);
            // M = significand * 2^(exponent - 150)
            uint256 exponent = (bits >> 23) + excess;
            return exponent >= 150 ? product << (exponent - 150) : roundedShift(product, 150 - exponent);
        }
    }

    /// @dev value / 2^shift to the nearest integer, ties to even.
    function roundedShift(uint256 value, uint256 shift) private pure returns (uint256 quotient) {
        // SAFETY: shift < 256.
        unchecked {
            if (shift == 0) return value;
            quotient = value >> shift;
            uint256 rest = value - (quotient << shift);
            uint256 half = 1 << (shift - 1);
            if (rest > half || (rest == half && quotient & 1 == 1)) ++quotient;
        }
    }
}
