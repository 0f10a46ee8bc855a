// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OperandHead, StepDescriptor} from "../libraries/StepDescriptor.sol";

/// @notice One coordinate, its terms in fixed axes already summed up.
struct Coordinate {
    int256 limit;
    int256 stride;
    /// offset + terms in output axes, iteration and index value.
    int256 settled;
    /// Coefficient of the line axis.
    int256 slope;
    /// Terms in the outer reduction axes, four bytes each (axis + 1, coefficient), highest first.
    uint256 outer;
}

/// @notice The addresses of an operand, partly evaluated.
struct Map {
    /// Out of range whatever the reduction axes are.
    bool absent;
    int256 base;
    Coordinate[] coordinates;
}

/// @notice Addresses start + k * delta for from <= k < to; nothing is in range elsewhere on the line.
struct Line {
    int256 start;
    int256 delta;
    int256 from;
    int256 to;
}

/// @title Affine maps from axis values to addresses (docs/specification.md, section 2.1)
/// @dev Registration bounds every value by 2^53 and every address by 2^32: nothing here overflows.
library AffineMap {
    uint256 private constant AXES = 10;

    /// @notice Settles all terms but those in reduction axes.
    /// @param axes Values of all axes.
    /// @param firstReduction Number of output axes.
    /// @param lineAxis The last reduction axis; none when it is below `firstReduction`.
    /// @param indexAbsent Whether the index is out of range.
    function settle(
        bytes calldata descriptor,
        OperandHead memory operand,
        int256[AXES] memory axes,
        uint256 firstReduction,
        uint256 lineAxis,
        bool indexAbsent
    ) internal pure returns (Map memory map) {
        map.base = int256(operand.base);
        map.coordinates = new Coordinate[](operand.coordinates);
        for (uint256 i = 0; i < operand.coordinates; ++i) {
            uint256 word = StepDescriptor.word(descriptor, operand.coordinatesAt + 32 * i);
            Coordinate memory c = map.coordinates[i];
            c.limit = int256(word >> 224);
            c.stride = int256((word >> 192) & 0xffffffff);
            c.settled = StepDescriptor.signed32(word >> 160);
            uint256 outerTerms = 0;
            for (uint256 terms = word << 96; terms != 0; terms <<= 32) {
                uint256 axis = (terms >> 248) - 1;
                int256 coefficient = coefficientOf(terms);
                if (axis < firstReduction || axis >= StepDescriptor.ITERATION_AXIS) {
                    if (axis == StepDescriptor.INDEX_AXIS && indexAbsent) map.absent = true;
                    c.settled += coefficient * axes[axis];
                } else if (axis == lineAxis) c.slope = coefficient;
                else c.outer |= (terms >> 224) << (224 - 32 * outerTerms++);
            }
        }
    }

    /// @notice The line at the present values of the outer reduction axes, clipped to what is in range.
    /// @param length Extent of the line axis.
    function line(
        Map memory map,
        int256[AXES] memory axes,
        int256 length
    ) internal pure returns (Line memory result) {
        if (map.absent) return result;
        result.start = map.base;
        result.to = length;
        // SAFETY: see the library's comment.
        unchecked {
            for (uint256 i = 0; i < map.coordinates.length; ++i) {
                Coordinate memory c = map.coordinates[i];
                int256 value = c.settled;
                for (uint256 terms = c.outer; terms != 0; terms <<= 32)
                    value += coefficientOf(terms) * axes[(terms >> 248) - 1];
                clip(result, value, c.slope, c.limit);
                if (result.from >= result.to) return result;
                result.start += value * c.stride;
                result.delta += c.slope * c.stride;
            }
        }
    }

    /// @dev Keeps the k with 0 <= value + k * slope < limit.
    function clip(Line memory result, int256 value, int256 slope, int256 limit) private pure {
        unchecked {
            if (slope == 0) {
                if (value < 0 || value >= limit) result.to = result.from;
                return;
            }
            int256 from = 0;
            int256 to;
            if (slope > 0) {
                if (value < 0) from = (slope - 1 - value) / slope;
                to = value < limit ? (limit - value + slope - 1) / slope : int256(0);
            } else {
                if (value >= limit) from = (value - limit) / -slope + 1;
                to = value < 0 ? int256(0) : value / -slope + 1;
            }
            if (from > result.from) result.from = from;
            if (to < result.to) result.to = to;
        }
    }

    /// @dev Coefficient of the highest term.
    function coefficientOf(uint256 terms) private pure returns (int256) {
        // SAFETY: truncation to the term's three bytes is the purpose.
        return int24(uint24(terms >> 224));
    }
}
