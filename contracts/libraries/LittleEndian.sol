// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Tensor elements in calldata
library LittleEndian {
    /// @notice The element of 1 << `dtype` bytes at calldata position `position`; u8 unsigned, i16 and i32 signed.
    function read(uint256 dtype, uint256 position) internal pure returns (int256 value) {
        // SAFETY: reads calldata only; beyond its end are zeros.
        assembly ("memory-safe") {
            let w := calldataload(position)
            value := byte(0, w)
            switch dtype
            case 0 {}
            case 1 {
                value := signextend(1, or(value, shl(8, byte(1, w))))
            }
            default {
                value := or(value, or(shl(8, byte(1, w)), or(shl(16, byte(2, w)), shl(24, byte(3, w)))))
                value := signextend(3, value)
            }
        }
    }

    /// @notice Appends nothing, checks nothing: `count` elements, `stride` bytes apart from calldata position `position`,
    /// widened into words at memory position `to`.
    function widen(uint256 dtype, uint256 position, int256 stride, uint256 count, uint256 to) internal pure {
        // SAFETY: the caller owns `count` words at `to`, which lie past the free memory pointer.
        assembly ("memory-safe") {
            let end := add(to, shl(5, count))
            switch dtype
            case 0 {
                for {} lt(to, end) {} {
                    mstore(to, byte(0, calldataload(position)))
                    to := add(to, 32)
                    position := add(position, stride)
                }
            }
            case 1 {
                for {} lt(to, end) {} {
                    let w := calldataload(position)
                    mstore(to, signextend(1, or(byte(0, w), shl(8, byte(1, w)))))
                    to := add(to, 32)
                    position := add(position, stride)
                }
            }
            default {
                for {} lt(to, end) {} {
                    let w := shr(224, calldataload(position))
                    w := or(and(shl(8, w), 0xff00ff00), and(shr(8, w), 0x00ff00ff))
                    mstore(to, signextend(3, or(shl(16, w), shr(16, w))))
                    to := add(to, 32)
                    position := add(position, stride)
                }
            }
        }
    }
}
