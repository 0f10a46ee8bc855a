// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

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
    function depth(uint256 leaves) internal pure returns (uint256 levels) {
        while (leaves > 1) {
            leaves = (leaves + 1) >> 1;
            ++levels;
        }
    }

    function hashNode(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        // SAFETY: writes 65 bytes past the free memory pointer, which nothing owns.
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore8(scratch, 1)
            mstore(add(scratch, 1), left)
            mstore(add(scratch, 33), right)
            node := keccak256(scratch, 65)
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
    function fold(bytes32[] memory nodes) internal pure returns (bytes32) {
        uint256 count = nodes.length;
        require(count != 0, MerkleLength(0, 1));
        for (; count > 1; count = (count + 1) >> 1) {
            uint256 pairs = count >> 1;
            for (uint256 i = 0; i < pairs; ++i) nodes[i] = hashNode(nodes[2 * i], nodes[2 * i + 1]);
            if (count & 1 == 1) nodes[pairs] = nodes[count - 1];
        }
        return nodes[0];
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
    ) internal pure returns (bytes32) {
        require(index < width, MerkleIndex(index, width));
        uint256 used = 0;
        for (; levels != 0; --levels) {
            if (index & 1 == 1 || index + 1 < width) {
                require(used < path.length, MerkleLength(path.length, used + 1));
                bytes32 sibling = path[used++];
                node = index & 1 == 1 ? hashNode(sibling, node) : hashNode(node, sibling);
            }
            index >>= 1;
            width = (width + 1) >> 1;
        }
        require(used == path.length, MerkleLength(path.length, used));
        return node;
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
    /// @dev Destroys both arrays.
    /// @param indices Strictly increasing leaf indices, at least one.
    /// @param hashes The leaf hash at each index.
    function rootFromLeaves(
        uint256 leaves,
        uint256[] memory indices,
        bytes32[] memory hashes,
        bytes32[] calldata siblings
    ) internal pure returns (bytes32) {
        checkIndices(leaves, indices, hashes.length);
        uint256 count = indices.length;
        uint256 used = 0;
        for (uint256 width = leaves; width > 1; width = (width + 1) >> 1)
            (count, used) = climb(width, indices, hashes, count, siblings, used);
        require(used == siblings.length, MerkleLength(siblings.length, used));
        return hashes[0];
    }

    function checkIndices(uint256 leaves, uint256[] memory indices, uint256 count) private pure {
        require(count != 0 && count == indices.length, MerkleLength(indices.length, count));
        for (uint256 i = 1; i < count; ++i)
            require(indices[i - 1] < indices[i], MerkleIndex(indices[i], leaves));
        // INVARIANT: the last index is the largest.
        require(indices[count - 1] < leaves, MerkleIndex(indices[count - 1], leaves));
    }

    /// @dev One level up: replaces the known nodes by their parents, in place, and counts the siblings used.
    function climb(
        uint256 width,
        uint256[] memory indices,
        bytes32[] memory hashes,
        uint256 count,
        bytes32[] calldata siblings,
        uint256 used
    ) private pure returns (uint256 parents, uint256) {
        bool missing;
        // SAFETY: reads and writes entries below `count` of the two arrays (a parent is written at or before the
        // entry it was read from), and 65 bytes of scratch past the free memory pointer. Siblings are read only
        // while `used` is below their number.
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore8(scratch, 1)
            let left := add(scratch, 1)
            let right := add(scratch, 33)
            let index := add(indices, 32)
            let indexEnd := add(index, shl(5, count))
            let hash := add(hashes, 32)
            let parentIndex := index
            let parentHash := hash
            for {} lt(index, indexEnd) {} {
                let i := mload(index)
                let node := mload(hash)
                index := add(index, 32)
                hash := add(hash, 32)
                // A promoted last node (even, and nothing right of it) keeps its hash.
                if or(and(i, 1), lt(add(i, 1), width)) {
                    switch and(iszero(and(i, 1)), and(lt(index, indexEnd), eq(mload(index), add(i, 1))))
                    case 1 {
                        mstore(left, node)
                        mstore(right, mload(hash))
                        index := add(index, 32)
                        hash := add(hash, 32)
                    }
                    default {
                        if iszero(lt(used, siblings.length)) {
                            missing := 1
                            break
                        }
                        let sibling := calldataload(add(siblings.offset, shl(5, used)))
                        used := add(used, 1)
                        switch and(i, 1)
                        case 1 {
                            mstore(left, sibling)
                            mstore(right, node)
                        }
                        default {
                            mstore(left, node)
                            mstore(right, sibling)
                        }
                    }
                    node := keccak256(scratch, 65)
                }
                mstore(parentIndex, shr(1, i))
                mstore(parentHash, node)
                parentIndex := add(parentIndex, 32)
                parentHash := add(parentHash, 32)
                parents := add(parents, 1)
            }
        }
        require(!missing, MerkleLength(siblings.length, used + 1));
        return (parents, used);
    }
}
