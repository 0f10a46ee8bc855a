// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Data types and byte lengths of tensors
/// @notice A tensor is `dtype << 32 | byte length`, five bytes; a table is the concatenation.
library TensorTable {
    uint256 internal constant ENTRY_BYTES = 5;
    uint256 private constant LENGTH_BITS = 32;

    function tensor(uint256 dtype, uint256 byteLength) internal pure returns (uint256) {
        return (dtype << LENGTH_BITS) | byteLength;
    }

    function dtypeOf(uint256 entry) internal pure returns (uint256) {
        return entry >> LENGTH_BITS;
    }

    function bytesOf(uint256 entry) internal pure returns (uint256) {
        return entry & 0xffffffff;
    }

    /// @notice Entry `i`, which exists.
    function at(bytes memory table, uint256 i) internal pure returns (uint256 entry) {
        // SAFETY: callers keep i below the number of entries.
        assembly ("memory-safe") {
            entry := shr(216, mload(add(add(table, 32), mul(i, ENTRY_BYTES))))
        }
    }

    /// @notice Appends an entry to a table that has room for it.
    function push(bytes memory table, uint256 entry) internal pure {
        // SAFETY: the room, and a word past it, were reserved.
        assembly ("memory-safe") {
            let length := mload(table)
            mstore(add(add(table, 32), length), shl(216, entry))
            mstore(table, add(length, ENTRY_BYTES))
        }
    }

    /// @notice An empty table with room for `count` entries.
    function reserve(uint256 count) internal pure returns (bytes memory table) {
        table = new bytes(count * ENTRY_BYTES + 32);
        // SAFETY: only shortens it.
        assembly ("memory-safe") {
            mstore(table, 0)
        }
    }

    /// @notice A copy of `table` with room for `more` entries.
    function grown(bytes calldata table, uint256 more) internal pure returns (bytes memory copy) {
        copy = new bytes(table.length + more * ENTRY_BYTES + 32);
        // SAFETY: the copy is longer than the table.
        assembly ("memory-safe") {
            calldatacopy(add(copy, 32), table.offset, table.length)
            mstore(copy, table.length)
        }
    }
}
