// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CoordinateWord, DescriptorWords, OperandWord} from "../libraries/DescriptorWords.sol";

/// @title Affine maps from axis values to addresses (docs/specification.md, section 2.1)
/// @dev A map in memory is partly evaluated. Its words: whether it is out of range for every value of the reduction
/// axes, the base, then for each coordinate its limit; its stride; its value but for reduction axes; its coefficient
/// of the line axis; its terms in outer reduction axes. Registration bounds every value by 2^53 and every address by
/// 2^32: nothing here overflows, and the axes named exist.
library AffineMap {
    uint256 private constant ABSENT = 0;
    uint256 private constant BASE = 1;
    uint256 private constant COORDINATES = 2;
    uint256 private constant WORDS = 5;

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
    /// @return map The map.
    /// @return delta Change of the address from one element of a line to the next.
    function settle(
        bytes calldata descriptor,
        uint256 first,
        int256[10] memory axes,
        uint256 firstReduction,
        uint256 lineAxis,
        bool indexAbsent
    ) internal pure returns (uint256[] memory map, int256 delta) {
        OperandWord operand = DescriptorWords.operandAt(descriptor, first);
        uint256 count = operand.coordinates();
        map = new uint256[](COORDINATES + WORDS * count);
        map[BASE] = operand.base();
        // SAFETY: `slot` stays inside the array just made; values: see the library's comment.
        unchecked {
            first += operand.headBytes();
            for (uint256 slot = COORDINATES; count != 0; --count) {
                CoordinateWord c = CoordinateWord.wrap(uint256(DescriptorWords.word(descriptor, first)));
                int256 settled = c.offset();
                for (uint256 terms = c.terms(); terms != 0; terms <<= 32) {
                    uint256 axis = DescriptorWords.axisOf(terms);
                    int256 coefficient = DescriptorWords.coefficientOf(terms);
                    if (axis < firstReduction || axis >= DescriptorWords.ITERATION_AXIS) {
                        if (indexAbsent && axis == DescriptorWords.INDEX_AXIS) put(map, ABSENT, 1);
                        settled += coefficient * axes[axis];
                    } else if (axis == lineAxis) {
                        put(map, slot + 3, uint256(coefficient));
                        delta += coefficient * int256(c.stride());
                    } else put(map, slot + 4, (map[slot + 4] >> 32) | ((terms >> 224) << 224));
                }
                put(map, slot, c.limit());
                put(map, slot + 1, c.stride());
                put(map, slot + 2, uint256(settled));
                slot += WORDS;
                first += DescriptorWords.WORD;
            }
        }
    }

    /// @notice The line at the present values of the outer reduction axes: address `start` + k * delta is in range for
    /// from <= k < to, and nothing is elsewhere.
    /// @param length Extent of the line axis.
    function trace(
        uint256[] memory map,
        int256[10] memory axes,
        int256 length
    ) internal pure returns (int256 start, int256 from, int256 to) {
        // SAFETY: reads the words of the map and of the axes that its terms name. Division rounds towards zero, which
        // only moves bounds below zero, where they bind nothing. For a slope s > 0, 0 <= value + k s < limit means
        // ceil(-value / s) <= k < ceil((limit - value) / s), and for -s, floor((value - limit) / s) + 1 <= k <
        // floor(value / s) + 1.
        assembly ("memory-safe") {
            let c := add(map, 96)
            if iszero(mload(add(map, 32))) {
                start := mload(add(map, 64))
                to := length
            }
            for {
                let end := add(add(map, 32), shl(5, mload(map)))
            } and(lt(c, end), slt(from, to)) {
                c := add(c, 160)
            } {
                let value := mload(add(c, 64))
                for {
                    let terms := mload(add(c, 128))
                } terms {
                    terms := shl(32, terms)
                } {
                    // The highest byte is the axis plus one.
                    let axis := add(sub(axes, 32), shl(5, shr(248, terms)))
                    value := add(value, mul(sar(232, shl(8, terms)), mload(axis)))
                }
                let limit := mload(c)
                let slope := mload(add(c, 96))
                switch slope
                case 0 {
                    // As unsigned numbers, negative values are the largest.
                    if iszero(lt(value, limit)) {
                        to := from
                    }
                }
                default {
                    let least := sub(0, value)
                    let past := sub(limit, value)
                    switch sgt(slope, 0)
                    case 1 {
                        least := sdiv(sub(add(least, slope), 1), slope)
                        past := sdiv(sub(add(past, slope), 1), slope)
                    }
                    default {
                        least := sdiv(add(past, slope), slope)
                        past := sdiv(sub(slope, value), slope)
                    }
                    if sgt(least, from) {
                        from := least
                    }
                    if slt(past, to) {
                        to := past
                    }
                }
                start := add(start, mul(value, mload(add(c, 32))))
            }
            if iszero(slt(from, to)) {
                to := from
            }
        }
    }

    function put(uint256[] memory map, uint256 i, uint256 value) private pure {
        // SAFETY: `settle` keeps i below the length.
        assembly ("memory-safe") {
            mstore(add(add(map, 32), shl(5, i)), value)
        }
    }
}
