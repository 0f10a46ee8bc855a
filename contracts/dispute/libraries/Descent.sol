// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Groups} from "../../libraries/Groups.sol";
import {Merkle, MerkleLength} from "../../libraries/Merkle.sol";
import {Position, positionAt, ROOT} from "../../types/Position.sol";

/// @notice A way down that is none: upward, sideways, or to where no group begins.
error NotBelow(Position from, Position to);
/// @notice An opening reveals another number of nodes or bytes than its group has.
error GroupSize(uint256 given, uint256 needed);
/// @notice The hashes brought lead elsewhere than to the node that they are to open.
error NodeMismatch(bytes32 expected, bytes32 actual);

/// @title Positions, groups and ways down (docs/specification.md, section 6.1)
library Descent {
    /// @notice Level of a position in its tree.
    function levelOf(Position position, uint256 stepCount) internal pure returns (uint256) {
        return position == ROOT ? Merkle.depth(stepCount) : position.levelOf();
    }

    /// @notice Nodes that the group under a position reveals.
    /// @param leaves Of the position's tree; the trace has the program's steps.
    function groupSize(Position position, uint256 leaves) internal pure returns (uint256) {
        uint256 level = levelOf(position, leaves);
        uint256 floor = position.treeOf() == 0 ? 0 : Groups.RAW_LEVEL;
        if (level <= floor) return 1;
        uint256 drop = Groups.drop(level - floor);
        uint256 first = position.indexOf() << drop;
        return smaller(first + (1 << drop), width(leaves, level - drop)) - first;
    }

    /// @notice Bytes that the raw opening of a tensor's position reveals.
    function rawSize(Position position, uint256 tensorBytes) internal pure returns (uint256) {
        uint256 size = Merkle.LEAF_BYTES << position.levelOf();
        uint256 first = position.indexOf() * size;
        return smaller(first + size, tensorBytes) - first;
    }

    /// @notice The position whose opening reveals `to`.
    /// @param leaves Of the tree that `to` is in.
    function parent(Position to, uint256 stepCount, uint256 leaves) internal pure returns (Position) {
        uint256 depth = Merkle.depth(leaves);
        (uint256 tree, uint256 level, uint256 index) = (to.treeOf(), to.levelOf(), to.indexOf());
        uint256 floor = Groups.RAW_LEVEL;
        if (tree == 0) {
            // A leaf of the trace is picked as the top of its tensor.
            require(level != 0, NotBelow(to, to));
            floor = 0;
        } else if (level == depth) {
            (index, tree, level, floor) = (tree - 1, 0, 0, 0);
            depth = Merkle.depth(stepCount);
            if (depth == 0) return ROOT;
        }
        uint256 top = Groups.above(level, depth, floor);
        require(top != 0, NotBelow(to, to));
        if (tree == 0 && top == depth) return ROOT;
        return positionAt(tree, top, index >> (top - level));
    }

    /// @notice Checks that `to` is a node, and below `from`.
    /// @param leaves Of the tree that `to` is in.
    function checkBelow(Position from, Position to, uint256 stepCount, uint256 leaves) internal pure {
        uint256 height = levelOf(from, stepCount);
        uint256 level = to.levelOf();
        uint256 index = to.indexOf();
        require(level <= Merkle.depth(leaves) && index < width(leaves, level), NotBelow(from, to));
        if (from.treeOf() != to.treeOf()) {
            // From the trace to a tensor: the way leads through the tensor's leaf of the trace.
            require(from.treeOf() == 0, NotBelow(from, to));
            index = to.treeOf() - 1;
        } else {
            require(level < height, NotBelow(from, to));
            height -= level;
        }
        require(index >> height == from.indexOf(), NotBelow(from, to));
    }

    /// @notice The root of the trace that a node leads to.
    /// @param leaves Of the tree that the position is in.
    /// @param path Siblings from the node up, through the tensor and then the trace, none where a node is promoted.
    function traceRoot(
        Position position,
        bytes32 node,
        uint256 stepCount,
        uint256 leaves,
        bytes32[] calldata path
    ) internal pure returns (bytes32) {
        uint256 tree = position.treeOf();
        uint256 level = levelOf(position, stepCount);
        uint256 levels = Merkle.depth(leaves) - level;
        if (tree == 0) return Merkle.ancestor(node, position.indexOf(), width(leaves, level), levels, path);
        uint256 used;
        (node, used) = Merkle.ascend(node, position.indexOf(), width(leaves, level), levels, path);
        require(used <= path.length, MerkleLength(path.length, used));
        return Merkle.rootFromPath(node, tree - 1, stepCount, path[used:]);
    }

    /// @notice Nodes at a level of a tree.
    function width(uint256 leaves, uint256 level) internal pure returns (uint256) {
        return (leaves + (1 << level) - 1) >> level;
    }

    function smaller(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
