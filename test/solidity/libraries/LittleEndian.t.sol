// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibraryHarness} from "../../../contracts/mocks/LibraryHarness.sol";
import {Assert} from "../support/Assert.sol";

/// @title Elements in calldata against their definition
contract LittleEndianTest is Assert {
    LibraryHarness private immutable harness = new LibraryHarness();

    function naive(uint256 dtype, bytes memory data, uint256 first) private pure returns (int256) {
        uint256 value = 0;
        for (uint256 i = 0; i < 1 << dtype; ++i) value |= uint256(uint8(data[first + i])) << (8 * i);
        if (dtype == 0) return int256(value);
        return dtype == 1 ? int256(int16(uint16(value))) : int256(int32(uint32(value)));
    }

    function random(bytes32 seed, uint256 length) private pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i = 0; i < length; ++i) data[i] = keccak256(abi.encode(seed, i))[0];
    }

    function test_read_extremes() external view {
        bytes memory data = hex"ff7f0080ffffff7f00000080ffffffff";
        holds("u8", harness.read(0, data, 0) == 255);
        holds("largest i16", harness.read(1, data, 0) == type(int16).max);
        holds("least i16", harness.read(1, data, 2) == type(int16).min);
        holds("largest i32", harness.read(2, data, 4) == type(int32).max);
        holds("least i32", harness.read(2, data, 8) == type(int32).min);
        holds("minus one", harness.read(2, data, 12) == -1 && harness.read(1, data, 12) == -1);
    }

    function testFuzz_widen_readsEveryElement(
        bytes32 seed,
        uint256 dtype,
        uint256 count,
        uint256 stride
    ) external view {
        dtype = bound(dtype, 0, 2);
        count = bound(count, 1, 40);
        stride = bound(stride, 0, 9) << dtype;
        uint256 first = uint256(seed) % 7;
        bytes memory data = random(seed, first + count * (stride + 1) + 4);
        int256[] memory values = harness.widen(dtype, data, first, stride, count);
        for (uint256 i = 0; i < count; ++i) {
            holds("widen", values[i] == naive(dtype, data, first + i * stride));
            holds("read", values[i] == harness.read(dtype, data, first + i * stride));
        }
    }
}
