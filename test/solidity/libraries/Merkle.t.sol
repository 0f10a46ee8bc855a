// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Merkle, MerkleIndex, MerkleLength} from "../../../contracts/libraries/Merkle.sol";
import {LibraryHarness} from "../../../contracts/mocks/LibraryHarness.sol";
import {Assert} from "../support/Assert.sol";
import {vm} from "../support/Vm.sol";

/// @title Trees of small sizes against a naive model
contract MerkleTest is Assert {
    LibraryHarness private immutable merkle = new LibraryHarness();
    /// @dev Levels of the model's tree.
    bytes32[][] private levels;
    bytes32[] private siblings;

    function leaf(uint256 i) private pure returns (bytes32) {
        return keccak256(abi.encode("leaf", i));
    }

    function node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return keccak256(bytes.concat(hex"01", left, right));
    }

    /// @dev Builds the model's tree of `count` leaves.
    function plant(uint256 count) private returns (bytes32[] memory leaves) {
        delete levels;
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) leaves[i] = leaf(i);
        levels.push(leaves);
        bytes32[] memory below = leaves;
        while (below.length > 1) {
            bytes32[] memory above = new bytes32[]((below.length + 1) / 2);
            for (uint256 i = 0; i < above.length; ++i)
                above[i] = 2 * i + 1 < below.length ? node(below[2 * i], below[2 * i + 1]) : below[2 * i];
            levels.push(above);
            below = above;
        }
    }

    function root() private view returns (bytes32) {
        return levels[levels.length - 1][0];
    }

    /// @dev The multiproof of the leaves whose bits are set, by marking known nodes level by level.
    function prove(uint256 count, uint256 set) private returns (bytes32[] memory) {
        delete siblings;
        for (uint256 level = 0; count > 1; ++level) {
            uint256 above = 0;
            for (uint256 i = 0; i < count; ++i) {
                if ((set >> i) & 1 == 0) continue;
                above |= 1 << (i / 2);
                uint256 sibling = i ^ 1;
                if (sibling < count && (set >> sibling) & 1 == 0) siblings.push(levels[level][sibling]);
            }
            set = above;
            count = (count + 1) / 2;
        }
        return siblings;
    }

    function chosen(
        uint256 count,
        uint256 set
    ) private pure returns (uint256[] memory indices, bytes32[] memory hashes) {
        uint256 size = 0;
        for (uint256 i = 0; i < count; ++i) size += (set >> i) & 1;
        indices = new uint256[](size);
        hashes = new bytes32[](size);
        size = 0;
        for (uint256 i = 0; i < count; ++i) {
            if ((set >> i) & 1 == 0) continue;
            indices[size] = i;
            hashes[size++] = leaf(i);
        }
    }

    function test_fold_isTheRootOfEveryTree() external {
        for (uint256 count = 1; count <= 33; ++count) {
            bytes32[] memory leaves = plant(count);
            equal("root", merkle.fold(leaves), root());
        }
    }

    function test_fold_refusesNothing() external {
        vm.expectRevert(abi.encodeWithSelector(MerkleLength.selector, 0, 1));
        merkle.fold(new bytes32[](0));
    }

    function test_ancestor_climbsFromEveryNodeToEveryLevel() external {
        for (uint256 count = 1; count <= 9; ++count) {
            plant(count);
            for (uint256 from = 0; from < levels.length; ++from)
                for (uint256 index = 0; index < levels[from].length; ++index)
                    for (uint256 to = from; to < levels.length; ++to) climb(from, index, to);
        }
    }

    function climb(uint256 from, uint256 index, uint256 to) private {
        delete siblings;
        for (uint256 level = from; level < to; ++level) {
            uint256 sibling = (index >> (level - from)) ^ 1;
            if (sibling < levels[level].length) siblings.push(levels[level][sibling]);
        }
        uint256 width = levels[from].length;
        bytes32 actual = merkle.ancestor(levels[from][index], index, width, to - from, siblings);
        equal("ancestor", actual, levels[to][index >> (to - from)]);
        siblings.push(0);
        vm.expectRevert(abi.encodeWithSelector(MerkleLength.selector, siblings.length, siblings.length - 1));
        merkle.ancestor(levels[from][index], index, width, to - from, siblings);
    }

    function test_ancestor_refusesIndicesOutside() external {
        vm.expectRevert(abi.encodeWithSelector(MerkleIndex.selector, 5, 5));
        merkle.ancestor(leaf(0), 5, 5, 3, new bytes32[](0));
    }

    function testFuzz_rootFromLeaves_opensEverySubset(uint256 count, uint256 set) external {
        count = bound(count, 1, 40);
        set = bound(set, 1, (1 << count) - 1);
        plant(count);
        bytes32[] memory proof = prove(count, set);
        (uint256[] memory indices, bytes32[] memory hashes) = chosen(count, set);
        equal("root", merkle.rootFromLeaves(count, indices, hashes, proof), root());

        // Another leaf leads elsewhere, and no sibling may be missing or left over.
        hashes[hashes.length - 1] = leaf(count);
        holds("forged", merkle.rootFromLeaves(count, indices, hashes, proof) != root());
        siblings.push(0);
        vm.expectRevert(abi.encodeWithSelector(MerkleLength.selector, proof.length + 1, proof.length));
        merkle.rootFromLeaves(count, indices, hashes, siblings);
        if (proof.length == 0) return;
        siblings.pop();
        siblings.pop();
        vm.expectRevert(abi.encodeWithSelector(MerkleLength.selector, proof.length - 1, proof.length));
        merkle.rootFromLeaves(count, indices, hashes, siblings);
    }

    function testFuzz_rootFromLeaves_refusesIndicesOutOfOrderOrOutside(uint256 count, uint256 set) external {
        count = bound(count, 2, 40);
        set = bound(set, 1, (1 << count) - 1);
        plant(count);
        bytes32[] memory proof = prove(count, set);
        (uint256[] memory indices, bytes32[] memory hashes) = chosen(count, set);
        uint256 last = indices.length - 1;
        uint256 kept = indices[last];
        indices[last] = count;
        vm.expectRevert(abi.encodeWithSelector(MerkleIndex.selector, count, count));
        merkle.rootFromLeaves(count, indices, hashes, proof);
        if (last == 0) return;
        indices[last] = indices[last - 1];
        vm.expectRevert(abi.encodeWithSelector(MerkleIndex.selector, indices[last], count));
        merkle.rootFromLeaves(count, indices, hashes, proof);
        (indices[last], indices[last - 1]) = (indices[last - 1], kept);
        vm.expectPartialRevert(MerkleIndex.selector);
        merkle.rootFromLeaves(count, indices, hashes, proof);
    }

    function test_rootFromLeaves_refusesNoLeaves() external {
        vm.expectRevert(abi.encodeWithSelector(MerkleLength.selector, 0, 0));
        merkle.rootFromLeaves(3, new uint256[](0), new bytes32[](0), new bytes32[](0));
        vm.expectRevert(abi.encodeWithSelector(MerkleLength.selector, 0, 1));
        merkle.rootFromLeaves(3, new uint256[](1), new bytes32[](0), new bytes32[](0));
    }

    function testFuzz_tensorRoot_hashesPaddedLeaves(bytes memory data) external {
        vm.assume(data.length != 0);
        uint256 count = (data.length + 127) / 128;
        bytes memory padded = bytes.concat(data, new bytes(128 * count - data.length));
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            bytes memory one = new bytes(128);
            for (uint256 j = 0; j < 128; ++j) one[j] = padded[128 * i + j];
            leaves[i] = keccak256(one);
        }
        equal("root", merkle.tensorRoot(data), merkle.fold(leaves));
    }

    function test_depth_countsLevels() external pure {
        equal("one leaf", Merkle.depth(1), 0);
        equal("two", Merkle.depth(2), 1);
        equal("three", Merkle.depth(3), 2);
        equal("four", Merkle.depth(4), 2);
        equal("five", Merkle.depth(5), 3);
        equal("all", Merkle.depth(1 << 25), 25);
        equal("all and one", Merkle.depth((1 << 25) + 1), 26);
    }

    function test_leafCount_roundsUp() external pure {
        equal("a byte", Merkle.leafCount(1), 1);
        equal("a leaf", Merkle.leafCount(128), 1);
        equal("more", Merkle.leafCount(129), 2);
    }

    /// @dev Hashing in scratch space must leave the allocator as it was.
    function test_hashNode_keepsTheFreeMemoryPointer() external pure {
        uint256 before;
        uint256 afterwards;
        assembly {
            before := mload(0x40)
        }
        bytes32 hash = Merkle.hashNode(bytes32(type(uint256).max), bytes32(type(uint256).max));
        assembly {
            afterwards := mload(0x40)
        }
        holds("hashed", hash != 0);
        equal("free memory pointer", afterwards, before);
    }
}
