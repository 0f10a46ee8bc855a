// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Merkle} from "../libraries/Merkle.sol";

/// @notice The witness has another length than its counts say.
error WitnessLength(uint256 given, uint256 needed);
/// @notice Intervals of leaves that overlap, touch, are empty, are out of order or leave the tensor.
error WitnessInterval(uint256 first, uint256 count);
/// @notice The leaves brought do not open against the tensor's root.
error WitnessRoot(bytes32 expected, bytes32 actual);
/// @notice Bytes that the step reads are in no leaf brought.
error WitnessMissing(uint256 firstByte, uint256 size);

/// @title Leaves with their multiproofs (docs/specification.md, section 6.3)
/// @dev A section in memory is a list of words: the interval of the last lookup, then all intervals, ascending. An
/// interval is `first byte << 128 | end byte << 64 | calldata position of the first byte`.
library Witness {
    uint256 private constant MASK = 0xffffffffffffffff;
    uint256 private constant INTERVAL_BYTES = 8;
    uint256 private constant COUNT_BYTES = 2;

    /// @notice Reads one section at calldata position `position` and checks it against the tensor's root.
    /// @param end Calldata position of the witness's end.
    /// @return section What was brought.
    /// @return next Where the next section starts, at most `end`.
    function open(
        uint256 position,
        uint256 end,
        bytes32 root,
        uint256 byteLength
    ) internal pure returns (uint256[] memory section, uint256 next) {
        // SAFETY: counts are below 2^32 and lists of them at most 2^16 long; calldata positions are far below 2^64.
        unchecked {
            uint256 count = load(position) >> 240;
            uint256 data = position + 2 * COUNT_BYTES + INTERVAL_BYTES * count;
            uint256 siblings = (load(data - COUNT_BYTES) >> 240);
            uint256 leaves = Merkle.leafCount(byteLength);
            uint256 brought;
            (section, brought) = intervals(position + COUNT_BYTES, count, data, leaves);
            data += brought * Merkle.LEAF_BYTES;
            next = data + 32 * siblings;
            require(next <= end, WitnessLength(end, next));
            // A tensor of which nothing is brought is not checked: reading it reverts.
            if (count == 0) {
                require(siblings == 0, WitnessLength(siblings, 0));
                return (section, next);
            }
            bytes32 actual = Merkle.rootFromFrontier(
                leaves,
                leafHashes(section, brought),
                words(data, siblings)
            );
            require(actual == root, WitnessRoot(root, actual));
        }
    }

    /// @notice Calldata position of bytes [firstByte, firstByte + size), which must lie in one interval.
    function locate(
        uint256[] memory section,
        uint256 firstByte,
        uint256 size
    ) internal pure returns (uint256 position) {
        position = find(section, firstByte, size);
        require(position != 0, WitnessMissing(firstByte, size));
    }

    /// @notice As `locate`, but 0 where no interval holds all of the bytes.
    function find(
        uint256[] memory section,
        uint256 firstByte,
        uint256 size
    ) internal pure returns (uint256 position) {
        uint256 interval;
        // SAFETY: reads the section's words: the cached one, then those between the first interval and the last.
        assembly ("memory-safe") {
            interval := mload(add(section, 32))
        }
        position = within(interval, firstByte, size);
        if (position != 0) return position;
        // The last interval that starts at or before the byte, if any does.
        assembly ("memory-safe") {
            let low := 1
            for {
                let high := mload(section)
            } gt(sub(high, low), 1) {} {
                let middle := shr(1, add(low, high))
                switch gt(shr(128, mload(add(add(section, 32), shl(5, middle)))), firstByte)
                case 1 {
                    high := middle
                }
                default {
                    low := middle
                }
            }
            // Without intervals this is the word after the section's only one.
            interval := mul(mload(add(add(section, 32), shl(5, low))), gt(mload(section), 1))
            mstore(add(section, 32), interval)
        }
        return within(interval, firstByte, size);
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
    ) private pure returns (uint256[] memory section, uint256 brought) {
        section = new uint256[](count + 1);
        uint256 free = 0;
        // SAFETY: as `open`.
        unchecked {
            for (uint256 i = 1; i <= count; ++i) {
                uint256 pair = load(position) >> 192;
                uint256 first = pair >> 32;
                uint256 size = pair & 0xffffffff;
                require(first >= free && size != 0 && first + size <= leaves, WitnessInterval(first, size));
                section[i] =
                    ((first * Merkle.LEAF_BYTES) << 128) |
                    (((first + size) * Merkle.LEAF_BYTES) << 64) |
                    (data + brought * Merkle.LEAF_BYTES);
                brought += size;
                // Intervals that touch would hide a run from a lookup: they must be one.
                free = first + size + 1;
                position += INTERVAL_BYTES;
            }
        }
        if (count != 0) section[0] = section[1];
    }

    /// @dev The leaves brought as a frontier: index and hash of each.
    function leafHashes(
        uint256[] memory section,
        uint256 brought
    ) private pure returns (bytes32[] memory frontier) {
        frontier = Merkle.frontier(brought);
        // SAFETY: writes `brought` pairs, the sum of the intervals' sizes; a leaf is copied past the free memory
        // pointer. Calldata positions were checked against the witness's end.
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            let to := add(frontier, 32)
            let interval := add(section, 64)
            for {
                let last := add(add(section, 32), shl(5, mload(section)))
            } lt(interval, last) {
                interval := add(interval, 32)
            } {
                let position := mload(interval)
                let leaf := shr(135, position)
                let end := shr(7, and(shr(64, position), MASK))
                for {
                    position := and(position, MASK)
                } lt(leaf, end) {
                    leaf := add(leaf, 1)
                } {
                    calldatacopy(scratch, position, 128)
                    mstore(to, leaf)
                    mstore(add(to, 32), keccak256(scratch, 128))
                    to := add(to, 64)
                    position := add(position, 128)
                }
            }
        }
    }

    function load(uint256 position) private pure returns (uint256 value) {
        // SAFETY: calldata reads cannot fail.
        assembly ("memory-safe") {
            value := calldataload(position)
        }
    }

    function words(uint256 position, uint256 count) private pure returns (bytes32[] calldata data) {
        // SAFETY: the caller checked that the words lie in the witness.
        assembly ("memory-safe") {
            data.offset := position
            data.length := count
        }
    }
}
