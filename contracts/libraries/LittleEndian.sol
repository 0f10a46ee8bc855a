// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Tensor elements in calldata: u8 unsigned, i16 and i32 signed, little-endian
library LittleEndian {
    /// @notice The element of data type `dtype` at calldata position `position`.
    function read(uint256 dtype, uint256 position) internal pure returns (int256 value) {
        // SAFETY: reads calldata only.
        assembly ("memory-safe") {
            let w := calldataload(position)
            value := byte(0, w)
            if dtype {
                value := or(value, shl(8, byte(1, w)))
                switch dtype
                case 1 {
                    value := signextend(1, value)
                }
                default {
                    value := signextend(3, or(value, or(shl(16, byte(2, w)), shl(24, byte(3, w)))))
                }
            }
        }
    }

    /// @notice Widens `count` elements, `stride` bytes apart from calldata position `position` on, into words at
    /// memory `to`.
    /// @dev Adjacent ones in groups of eight: up to seven words past the last element hold rubbish.
    function widen(uint256 dtype, uint256 position, uint256 stride, uint256 count, uint256 to) internal pure {
        // SAFETY: `to` lies past the free memory pointer, in memory that the caller uses as it likes.
        unchecked {
            uint256 end = to + 32 * count;
            if (stride != 1 << dtype) widenStrided(dtype, position, stride, to, end);
            else if (dtype == 0) widenBytes(position, to, end);
            else if (dtype == 1) widenShorts(position, to, end);
            else widenInts(position, to, end);
        }
    }

    function widenStrided(
        uint256 dtype,
        uint256 position,
        uint256 stride,
        uint256 to,
        uint256 end
    ) private pure {
        // SAFETY: as `widen`.
        assembly ("memory-safe") {
            switch dtype
            case 0 {
                for {} lt(to, end) {
                    to := add(to, 32)
                } {
                    mstore(to, byte(0, calldataload(position)))
                    position := add(position, stride)
                }
            }
            case 1 {
                for {} lt(to, end) {
                    to := add(to, 32)
                } {
                    let w := calldataload(position)
                    mstore(to, signextend(1, or(byte(0, w), shl(8, byte(1, w)))))
                    position := add(position, stride)
                }
            }
            default {
                for {} lt(to, end) {
                    to := add(to, 32)
                } {
                    let w := shr(224, calldataload(position))
                    w := or(and(shl(8, w), 0xff00ff00), and(shr(8, w), 0x00ff00ff))
                    mstore(to, signextend(3, or(shl(16, w), shr(16, w))))
                    position := add(position, stride)
                }
            }
        }
    }

    function widenBytes(uint256 position, uint256 to, uint256 end) private pure {
        // SAFETY: as `widen`.
        assembly ("memory-safe") {
            for {} lt(to, end) {} {
                let w := calldataload(position)
                mstore(to, byte(0, w))
                mstore(add(to, 32), byte(1, w))
                mstore(add(to, 64), byte(2, w))
                mstore(add(to, 96), byte(3, w))
                mstore(add(to, 128), byte(4, w))
                mstore(add(to, 160), byte(5, w))
                mstore(add(to, 192), byte(6, w))
                mstore(add(to, 224), byte(7, w))
                to := add(to, 256)
                position := add(position, 8)
            }
        }
    }

    function widenShorts(uint256 position, uint256 to, uint256 end) private pure {
        // SAFETY: as `widen`.
        assembly ("memory-safe") {
            for {} lt(to, end) {} {
                let w := shr(128, calldataload(position))
                let low := 0x00ff00ff00ff00ff00ff00ff00ff00ff
                w := or(shl(8, and(w, low)), and(shr(8, w), low))
                mstore(to, signextend(1, shr(112, w)))
                mstore(add(to, 32), signextend(1, shr(96, w)))
                mstore(add(to, 64), signextend(1, shr(80, w)))
                mstore(add(to, 96), signextend(1, shr(64, w)))
                mstore(add(to, 128), signextend(1, shr(48, w)))
                mstore(add(to, 160), signextend(1, shr(32, w)))
                mstore(add(to, 192), signextend(1, shr(16, w)))
                mstore(add(to, 224), signextend(1, w))
                to := add(to, 256)
                position := add(position, 16)
            }
        }
    }

    function widenInts(uint256 position, uint256 to, uint256 end) private pure {
        // SAFETY: as `widen`.
        assembly ("memory-safe") {
            for {} lt(to, end) {} {
                let w := calldataload(position)
                let low := 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff
                w := or(shl(8, and(w, low)), and(shr(8, w), low))
                low := 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff
                w := or(shl(16, and(w, low)), and(shr(16, w), low))
                mstore(to, signextend(3, shr(224, w)))
                mstore(add(to, 32), signextend(3, shr(192, w)))
                mstore(add(to, 64), signextend(3, shr(160, w)))
                mstore(add(to, 96), signextend(3, shr(128, w)))
                mstore(add(to, 128), signextend(3, shr(96, w)))
                mstore(add(to, 160), signextend(3, shr(64, w)))
                mstore(add(to, 192), signextend(3, shr(32, w)))
                mstore(add(to, 224), signextend(3, w))
                to := add(to, 256)
                position := add(position, 32)
            }
        }
    }
}
