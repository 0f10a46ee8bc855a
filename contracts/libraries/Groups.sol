// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title How the trees of a dispute are cut into groups
/// @notice docs/specification.md, section 6.1. An opening reveals a whole group; shape alone fixes the groups.
library Groups {
    /// @notice Level in a tensor from which raw leaves are opened: at most 8 of 128 bytes.
    uint256 internal constant RAW_LEVEL = 3;
    /// @notice At most 64 nodes a group.
    uint256 internal constant MAX_DROP = 6;

    /// @notice Levels that a group spans whose top is `distance` > 0 levels above the lowest level of groups.
    function drop(uint256 distance) internal pure returns (uint256) {
        return divideUp(distance, divideUp(distance, MAX_DROP));
    }

    /// @notice Groups on a way down the trace, the one that the commit opens included.
    /// @param depth Depth of the trace tree.
    function traceOpenings(uint256 depth) internal pure returns (uint256) {
        return depth == 0 ? 1 : divideUp(depth, MAX_DROP);
    }

    /// @notice Groups on a way down a tensor, the raw leaves included.
    /// @param depth Depth of the tensor's tree.
    function tensorOpenings(uint256 depth) internal pure returns (uint256) {
        return depth <= RAW_LEVEL ? 1 : divideUp(depth - RAW_LEVEL, MAX_DROP) + 1;
    }

    /// @notice Top level of the group that reveals level `level` of a tree.
    /// @param depth Level of the tree's root.
    /// @param floor Lowest level that groups reveal: 0 in the trace, RAW_LEVEL in a tensor.
    /// @return top The level, or 0 when no group reveals `level`.
    function above(uint256 level, uint256 depth, uint256 floor) internal pure returns (uint256 top) {
        top = depth;
        while (top > floor) {
            uint256 next = top - drop(top - floor);
            if (next <= level) return next == level ? top : 0;
            top = next;
        }
        return 0;
    }

    function divideUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
