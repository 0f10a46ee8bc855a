// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice A leaf index lies outside its tree, or indices do not increase.
error MerkleIndex(uint256 index, uint256 leaves);
/// @notice A proof has another number of siblings than its tree needs.
error MerkleLength(uint256 given, uint256 needed);

/// @title Positional binary Merkle trees
/// @notice docs/specification.md, section 4: nodes are `keccak(01 | left | right)`, an unpaired last node is promoted
/// unchanged, the number of leaves fixes the tree.
library Merkle {
    uint256 internal constant LEAF_BYTES = 128;

    /// @notice Leaves of a tensor.
    function leafCount(uint256 byteLength) internal pure returns (uint256) {
        return (byteLength + LEAF_BYTES - 1) / LEAF_BYTES;
    }

    /// @notice Levels above the leaves.
    function depth(uint256 leaves) internal pure returns (uint256) {
        // SAFETY: the smallest d with 2^d >= leaves.
        unchecked {
            return leaves < 2 ? 0 : Math.log2(leaves - 1) + 1;
        }
    }

    function hashNode(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        // SAFETY: scratch space and the highest byte of the free memory pointer, which is zero and is put back.
        assembly ("memory-safe") {
            mstore8(0, 1)
            mstore(1, left)
            mstore(33, right)
            node := keccak256(0, 65)
            mstore8(64, 0)
        }
    }

    /// @notice Hashes of the 128-byte leaves of `data`, the last one zero-padded.
    function leafHashes(bytes calldata data) internal pure returns (bytes32[] memory hashes) {
        uint256 count = leafCount(data.length);
        hashes = new bytes32[](count);
        // SAFETY: the scratch leaf lies past the free memory pointer; calldatacopy is bounded by `data`, and the
        // scratch is zeroed before the one leaf that can be short.
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            let slot := add(hashes, 32)
            let position := data.offset
            let end := add(data.offset, data.length)
            for {} lt(position, end) {} {
                let size := LEAF_BYTES
                if gt(add(position, size), end) {
                    size := sub(end, position)
                    calldatacopy(scratch, calldatasize(), LEAF_BYTES)
                }
                calldatacopy(scratch, position, size)
                mstore(slot, keccak256(scratch, LEAF_BYTES))
                slot := add(slot, 32)
                position := add(position, LEAF_BYTES)
            }
        }
    }

    /// @notice Root of a tensor; `data` is not empty.
    function tensorRoot(bytes calldata data) internal pure returns (bytes32) {
        return fold(leafHashes(data));
    }

    /// @notice The one node above adjacent `nodes`, a whole tree or a whole group. Destroys the array's content.
    function fold(bytes32[] memory nodes) internal pure returns (bytes32 root) {
        uint256 count = nodes.length;
        require(count != 0, MerkleLength(0, 1));
        // SAFETY: a parent is written at or before the pair that it was read from. Preimages as in hashNode.
        assembly ("memory-safe") {
            let first := add(nodes, 32)
            mstore8(0, 1)
            for {} gt(count, 1) {
                count := shr(1, add(count, 1))
            } {
                let to := first
                let end := add(first, shl(5, and(count, not(1))))
                for {
                    let from := first
                } lt(from, end) {
                    from := add(from, 64)
                } {
                    mcopy(1, from, 64)
                    mstore(to, keccak256(0, 65))
                    to := add(to, 32)
                }
                if and(count, 1) {
                    mstore(to, mload(end))
                }
            }
            mstore8(64, 0)
            root := mload(first)
        }
    }

    /// @notice The ancestor of a node, `levels` above it.
    /// @param width Nodes at the level of `node`.
    /// @param path Siblings, bottom first, none where the node is promoted.
    function ancestor(
        bytes32 node,
        uint256 index,
        uint256 width,
        uint256 levels,
        bytes32[] calldata path
    ) internal pure returns (bytes32 result) {
        uint256 used;
        (result, used) = ascend(node, index, width, levels, path);
        require(used == path.length, MerkleLength(path.length, used));
    }

    /// @notice As `ancestor`, with a path that may go on.
    /// @dev Reads siblings unchecked: the caller must refuse a `used` beyond the path's length.
    /// @return used Siblings taken.
    function ascend(
        bytes32 node,
        uint256 index,
        uint256 width,
        uint256 levels,
        bytes32[] calldata path
    ) internal pure returns (bytes32, uint256 used) {
        require(index < width, MerkleIndex(index, width));
        // SAFETY: preimages as in hashNode; calldata reads cannot fail.
        assembly ("memory-safe") {
            let from := path.offset
            mstore8(0, 1)
            for {} levels {
                levels := sub(levels, 1)
            } {
                let right := shl(5, and(index, 1))
                if or(right, lt(add(index, 1), width)) {
                    mstore(add(1, right), node)
                    mstore(sub(33, right), calldataload(from))
                    from := add(from, 32)
                    node := keccak256(0, 65)
                }
                index := shr(1, index)
                width := shr(1, add(width, 1))
            }
            mstore8(64, 0)
            used := shr(5, sub(from, path.offset))
        }
        return (node, used);
    }

    /// @notice The root that one leaf and its path lead to.
    function rootFromPath(
        bytes32 leaf,
        uint256 index,
        uint256 leaves,
        bytes32[] calldata path
    ) internal pure returns (bytes32) {
        return ancestor(leaf, index, leaves, depth(leaves), path);
    }

    /// @notice The root that several leaves and the siblings of their multiproof lead to (specification, section 4.1).
    /// @param indices Strictly increasing leaf indices, at least one.
    /// @param hashes The leaf hash at each index.
    function rootFromLeaves(
        uint256 leaves,
        uint256[] memory indices,
        bytes32[] memory hashes,
        bytes32[] calldata siblings
    ) internal pure returns (bytes32) {
        uint256 count = indices.length;
        require(count != 0 && count == hashes.length, MerkleLength(hashes.length, count));
        bytes32[] memory known = frontier(count);
        for (uint256 i = 0; i < count; ++i) {
            require(i == 0 || indices[i - 1] < indices[i], MerkleIndex(indices[i], leaves));
            known[2 * i] = bytes32(indices[i]);
            known[2 * i + 1] = hashes[i];
        }
        // INVARIANT: the last index is the largest.
        require(indices[count - 1] < leaves, MerkleIndex(indices[count - 1], leaves));
        return rootFromFrontier(leaves, known, siblings);
    }

    /// @notice Room for `count` known nodes, (index, hash) each, and the word that ends them.
    function frontier(uint256 count) internal pure returns (bytes32[] memory) {
        return new bytes32[](2 * count + 1);
    }

    /// @notice As `rootFromLeaves`, over a frontier of at least one leaf, indices increasing and below `leaves`.
    /// @dev Destroys the frontier's content.
    function rootFromFrontier(
        uint256 leaves,
        bytes32[] memory known,
        bytes32[] calldata siblings
    ) internal pure returns (bytes32) {
        uint256 used = 0;
        // SAFETY: entries are replaced by their parents in place, each written at or before where it was read; one
        // word after the last is in the array too. Preimages lie in scratch space and the zero highest byte of the
        // free memory pointer, which is put back. Siblings are read unchecked from calldata: reading past their end
        // makes `used` differ from their number.
        assembly ("memory-safe") {
            let end := add(known, shl(5, mload(known)))
            used := siblings.offset
            mstore8(0, 1)
            for {} gt(leaves, 1) {} {
                // No index is this large, so the last node has no right neighbour.
                mstore(end, not(0))
                let to := add(known, 32)
                for {
                    let from := to
                } lt(from, end) {} {
                    let index := mload(from)
                    let node := mload(add(from, 32))
                    from := add(from, 64)
                    switch and(index, 1)
                    case 1 {
                        mstore(1, calldataload(used))
                        mstore(33, node)
                        node := keccak256(0, 65)
                        used := add(used, 32)
                    }
                    default {
                        // A last node without a right neighbour in the tree is promoted.
                        if lt(add(index, 1), leaves) {
                            mstore(1, node)
                            switch eq(mload(from), add(index, 1))
                            case 1 {
                                mstore(33, mload(add(from, 32)))
                                from := add(from, 64)
                            }
                            default {
                                mstore(33, calldataload(used))
                                used := add(used, 32)
                            }
                            node := keccak256(0, 65)
                        }
                    }
                    mstore(to, shr(1, index))
                    mstore(add(to, 32), node)
                    to := add(to, 64)
                }
                end := to
                leaves := shr(1, add(leaves, 1))
            }
            mstore8(64, 0)
            used := shr(5, sub(used, siblings.offset))
        }
        require(used == siblings.length, MerkleLength(siblings.length, used));
        return known[1];
    }
}
