// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Merkle} from "../libraries/Merkle.sol";

/// @notice The witness ends too early, or bytes follow its end.
error WitnessLength(uint256 length, uint256 needed);
/// @notice Intervals of leaves that overlap, touch, are empty, are out of order or leave the tensor.
error WitnessInterval(uint256 first, uint256 count);
/// @notice The leaves brought do not open against the tensor's root.
error WitnessRoot(bytes32 expected, bytes32 actual);
/// @notice A byte that the step reads is in no leaf brought.
error WitnessMissing(uint256 firstByte, uint256 size);

/// @notice The part of a tensor that the prover brought: per interval, a word
/// `first byte << 128 | end byte << 64 | calldata position of the first byte`, ascending.
struct Section {
    uint256[] intervals;
    /// Interval of the last lookup: the next one is usually there.
    uint256 cursor;
}

/// @title Leaves with their multiproofs (docs/specification.md, section 6.3)
library Witness {
    uint256 private constant MASK = 0xffffffffffffffff;
    uint256 private constant INTERVAL_BYTES = 8;
    uint256 private constant COUNT_BYTES = 2;

    /// @notice Reads one section at calldata position `position` and checks it against the tensor's root.
    /// @param end Calldata position of the witness's end.
    /// @return section What was brought.
    /// @return next Where the next section starts.
    function open(
        uint256 position,
        uint256 end,
        bytes32 root,
        uint256 byteLength
    ) internal pure returns (Section memory section, uint256 next) {
        uint256 count = number(position, COUNT_BYTES, end);
        position += COUNT_BYTES;
        uint256 data = position + INTERVAL_BYTES * count + COUNT_BYTES;
        uint256 siblings = number(data - COUNT_BYTES, COUNT_BYTES, end);
        uint256 leaves = Merkle.leafCount(byteLength);
        uint256 brought;
        (section.intervals, brought) = intervals(position, count, data, leaves);
        uint256 proof = data + brought * Merkle.LEAF_BYTES;
        next = proof + 32 * siblings;
        require(next <= end, WitnessLength(end - position, next - position));
        // A tensor of which nothing is read is not checked; a read would revert.
        if (count == 0) {
            require(siblings == 0, WitnessLength(siblings, 0));
            return (section, next);
        }
        bytes32 actual = Merkle.rootFromLeaves(
            leaves,
            indicesOf(section.intervals, brought),
            Merkle.leafHashes(slice(data, brought * Merkle.LEAF_BYTES)),
            words(proof, siblings)
        );
        require(actual == root, WitnessRoot(root, actual));
    }

    /// @notice Calldata position of bytes [firstByte, firstByte + size), which must lie in one interval.
    function locate(
        Section memory section,
        uint256 firstByte,
        uint256 size
    ) internal pure returns (uint256 position) {
        position = find(section, firstByte, size);
        require(position != 0, WitnessMissing(firstByte, size));
    }

    /// @notice As `locate`, but 0 where no interval holds all of the bytes.
    function find(Section memory section, uint256 firstByte, uint256 size) internal pure returns (uint256) {
        uint256[] memory list = section.intervals;
        if (list.length == 0) return 0;
        uint256 position = within(list[section.cursor], firstByte, size);
        if (position != 0) return position;
        // The last interval that starts at or before the byte.
        uint256 low = 0;
        uint256 high = list.length;
        while (high - low > 1) {
            uint256 middle = (low + high) >> 1;
            if (list[middle] >> 128 > firstByte) high = middle;
            else low = middle;
        }
        section.cursor = low;
        return within(list[low], firstByte, size);
    }

    function within(uint256 interval, uint256 firstByte, uint256 size) private pure returns (uint256) {
        // SAFETY: tensor addresses are below 2^33, calldata positions far below 2^64.
        unchecked {
            uint256 start = interval >> 128;
            if (firstByte < start || firstByte + size > ((interval >> 64) & MASK)) return 0;
            return (interval & MASK) + firstByte - start;
        }
    }

    function intervals(
        uint256 position,
        uint256 count,
        uint256 data,
        uint256 leaves
    ) private pure returns (uint256[] memory list, uint256 brought) {
        list = new uint256[](count);
        uint256 free = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 pair = load(position + INTERVAL_BYTES * i) >> 192;
            uint256 first = pair >> 32;
            uint256 size = pair & 0xffffffff;
            require(first >= free && size != 0 && first + size <= leaves, WitnessInterval(first, size));
            list[i] =
                ((first * Merkle.LEAF_BYTES) << 128) |
                (((first + size) * Merkle.LEAF_BYTES) << 64) |
                (data + brought * Merkle.LEAF_BYTES);
            brought += size;
            // Intervals that touch would hide a run from a lookup: they must be one.
            free = first + size + 1;
        }
    }

    function indicesOf(
        uint256[] memory list,
        uint256 brought
    ) private pure returns (uint256[] memory indices) {
        indices = new uint256[](brought);
        uint256 filled = 0;
        for (uint256 i = 0; i < list.length; ++i) {
            uint256 leaf = (list[i] >> 128) / Merkle.LEAF_BYTES;
            uint256 end = ((list[i] >> 64) & MASK) / Merkle.LEAF_BYTES;
            for (; leaf < end; ++leaf) indices[filled++] = leaf;
        }
    }

    /// @dev Big-endian number of `size` bytes.
    function number(uint256 position, uint256 size, uint256 end) private pure returns (uint256) {
        require(position + size <= end, WitnessLength(0, size));
        return load(position) >> (256 - 8 * size);
    }

    function load(uint256 position) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(position)
        }
    }

    function slice(uint256 position, uint256 length) private pure returns (bytes calldata data) {
        // SAFETY: the caller checked that [at, at + length) lies in the witness.
        assembly ("memory-safe") {
            data.offset := position
            data.length := length
        }
    }

    function words(uint256 position, uint256 count) private pure returns (bytes32[] calldata data) {
        // SAFETY: as `slice`.
        assembly ("memory-safe") {
            data.offset := position
            data.length := count
        }
    }
}
