// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DotProduct} from "../libraries/DotProduct.sol";
import {Fl32} from "../libraries/Fl32.sol";
import {LittleEndian} from "../libraries/LittleEndian.sol";
import {Merkle} from "../libraries/Merkle.sol";

/// @title The verifier's libraries behind external functions, for tests
contract LibraryHarness {
    function scale(
        int256[] calldata accumulators,
        uint256[] calldata multipliers
    ) external pure returns (int256[] memory results) {
        results = new int256[](accumulators.length);
        for (uint256 i = 0; i < results.length; ++i) results[i] = Fl32.scale(accumulators[i], multipliers[i]);
    }

    function tensorRoot(bytes calldata data) external pure returns (bytes32) {
        return Merkle.tensorRoot(data);
    }

    function fold(bytes32[] memory nodes) external pure returns (bytes32) {
        return Merkle.fold(nodes);
    }

    function ancestor(
        bytes32 node,
        uint256 index,
        uint256 width,
        uint256 levels,
        bytes32[] calldata path
    ) external pure returns (bytes32) {
        return Merkle.ancestor(node, index, width, levels, path);
    }

    function rootFromLeaves(
        uint256 leaves,
        uint256[] memory indices,
        bytes32[] memory hashes,
        bytes32[] calldata siblings
    ) external pure returns (bytes32) {
        return Merkle.rootFromLeaves(leaves, indices, hashes, siblings);
    }

    /// @notice Dot product of the first `count` bytes of two strings.
    function dot(
        bytes calldata a,
        bytes calldata b,
        uint256 count,
        uint8 zeroA,
        uint8 zeroB,
        bool reversed
    ) external pure returns (int256) {
        uint256 atA;
        uint256 atB;
        assembly ("memory-safe") {
            atA := a.offset
            atB := b.offset
        }
        return DotProduct.ofBytes(atA, atB, count, zeroA, zeroB, reversed);
    }

    function read(uint256 dtype, bytes calldata data, uint256 first) external pure returns (int256) {
        uint256 start;
        assembly ("memory-safe") {
            start := data.offset
        }
        return LittleEndian.read(dtype, start + first);
    }

    function widen(
        uint256 dtype,
        bytes calldata data,
        uint256 first,
        uint256 stride,
        uint256 count
    ) external pure returns (int256[] memory values) {
        uint256 start;
        // Room for what a whole group writes past the last element.
        values = new int256[](count + 8);
        uint256 to;
        assembly ("memory-safe") {
            start := data.offset
            to := add(values, 32)
        }
        LittleEndian.widen(dtype, start + first, stride, count, to);
        assembly ("memory-safe") {
            mstore(values, count)
        }
    }
}
