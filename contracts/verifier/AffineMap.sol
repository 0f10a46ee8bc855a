// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CoordinateWord, OperandWord, DescriptorWords} from "../libraries/DescriptorWords.sol";

/// @notice Addresses start + k * delta for from <= k < to; nothing is in range elsewhere on the line.
struct Line {
    int256 start;
    int256 delta;
    int256 from;
    int256 to;
}

/// @title Affine maps from axis values to addresses (docs/specification.md, section 2.1)
/// @dev A map in memory is partly evaluated. Its words: whether it is out of range for every value of the reduction
/// axes, the base, then for each coordinate its descriptor word; its value but for reduction axes; its coefficient of
/// the line axis; its terms in outer reduction axes. Registration bounds every value by 2^53 and every address by
/// 2^32: nothing here overflows, and the axes named exist.
library AffineMap {
    uint256 private constant ABSENT = 0;
    uint256 private constant BASE = 1;
    uint256 private constant COORDINATES = 2;
    uint256 private constant WORDS = 4;

    /// @notice Where nothing can be read.
    function nowhere() internal pure returns (uint256[] memory map) {
        map = new uint256[](COORDINATES);
        map[ABSENT] = 1;
    }

    /// @notice Settles all terms but those in reduction axes.
    /// @param first Byte of the descriptor at which the operand starts.
    /// @param axes Values of all axes.
    /// @param firstReduction Number of output axes.
    /// @param lineAxis The last reduction axis; none when it is below `firstReduction`.
    /// @param indexAbsent Whether the index is out of range.
    function settle(
        bytes calldata descriptor,
        uint256 first,
        int256[10] memory axes,
        uint256 firstReduction,
        uint256 lineAxis,
        bool indexAbsent
    ) internal pure returns (uint256[] memory map) {
        OperandWord operand = DescriptorWords.operandAt(descriptor, first);
        uint256 count = operand.coordinates();
        map = new uint256[](COORDINATES + WORDS * count);
        map[BASE] = operand.base();
        // SAFETY: `slot` stays inside the array just made; values: see the library's comment.
        unchecked {
            uint256 offset = first + operand.headBytes();
            for (uint256 slot = COORDINATES; count != 0; --count) {
                CoordinateWord c = CoordinateWord.wrap(uint256(DescriptorWords.word(descriptor, offset)));
                int256 settled = c.offset();
                for (uint256 terms = c.terms(); terms != 0; terms <<= 32) {
                    uint256 axis = DescriptorWords.axisOf(terms);
                    int256 coefficient = DescriptorWords.coefficientOf(terms);
                    if (axis < firstReduction || axis >= DescriptorWords.ITERATION_AXIS) {
                        if (indexAbsent && axis == DescriptorWords.INDEX_AXIS) put(map, ABSENT, 1);
                        settled += coefficient * axes[axis];
                    } else if (axis == lineAxis) put(map, slot + 2, uint256(coefficient));
                    else put(map, slot + 3, (get(map, slot + 3) >> 32) | ((terms >> 224) << 224));
                }
                put(map, slot, CoordinateWord.unwrap(c));
                put(map, slot + 1, uint256(settled));
                slot += WORDS;
                offset += DescriptorWords.WORD;
            }
        }
    }

    /// @notice The line at the present values of the outer reduction axes, clipped to what is in range.
    /// @param length Extent of the line axis.
    function trace(
        uint256[] memory map,
        int256[10] memory axes,
        int256 length,
        Line memory line
    ) internal pure {
        line.from = 0;
        line.to = 0;
        if (get(map, ABSENT) != 0) return;
        // SAFETY: see the library's comment.
        unchecked {
            int256 start = int256(get(map, BASE));
            int256 delta = 0;
            int256 from = 0;
            int256 to = length;
            uint256 end = map.length;
            for (uint256 slot = COORDINATES; slot < end; slot += WORDS) {
                CoordinateWord c = CoordinateWord.wrap(get(map, slot));
                int256 value = int256(get(map, slot + 1));
                int256 slope = int256(get(map, slot + 2));
                for (uint256 terms = get(map, slot + 3); terms != 0; terms <<= 32)
                    value += DescriptorWords.coefficientOf(terms) * axes[DescriptorWords.axisOf(terms)];
                (from, to) = clip(from, to, value, slope, int256(c.limit()));
                if (from >= to) return;
                start += value * int256(c.stride());
                delta += slope * int256(c.stride());
            }
            line.start = start;
            line.delta = delta;
            line.from = from;
            line.to = to;
        }
    }

    /// @dev Those k of [from, to) with 0 <= value + k * slope < limit.
    function clip(
        int256 from,
        int256 to,
        int256 value,
        int256 slope,
        int256 limit
    ) private pure returns (int256, int256) {
        unchecked {
            if (slope == 0) return value >= 0 && value < limit ? (from, to) : (from, from);
            int256 least = 0;
            int256 past = 0;
            if (slope > 0) {
                if (value < 0) least = (slope - 1 - value) / slope;
                if (value < limit) past = (limit - value + slope - 1) / slope;
            } else {
                if (value >= limit) least = (value - limit) / -slope + 1;
                if (value >= 0) past = value / -slope + 1;
            }
            return (least > from ? least : from, past < to ? past : to);
        }
    }

    function get(uint256[] memory map, uint256 i) private pure returns (uint256 value) {
        // SAFETY: callers keep i below the length.
        assembly ("memory-safe") {
            value := mload(add(add(map, 32), shl(5, i)))
        }
    }

    function put(uint256[] memory map, uint256 i, uint256 value) private pure {
        // SAFETY: as `get`.
        assembly ("memory-safe") {
            mstore(add(add(map, 32), shl(5, i)), value)
        }
    }
}
