// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibraryHarness} from "../../../contracts/mocks/LibraryHarness.sol";
import {Assert} from "../support/Assert.sol";

/// @title The packed kernel against a loop
contract DotProductTest is Assert {
    LibraryHarness private immutable harness = new LibraryHarness();

    function naive(
        bytes memory a,
        bytes memory b,
        uint256 count,
        uint8 zeroA,
        uint8 zeroB,
        bool reversed
    ) private pure returns (int256 sum) {
        for (uint256 i = 0; i < count; ++i) {
            uint256 x = uint8(a[i]);
            uint256 y = uint8(b[reversed ? i : count - 1 - i]);
            sum += (int256(x) - int256(uint256(zeroA))) * (int256(y) - int256(uint256(zeroB)));
        }
    }

    function check(bytes memory a, bytes memory b, uint256 count, uint8 zeroA, uint8 zeroB) private view {
        for (uint256 i = 0; i < 2; ++i) {
            bool reversed = i == 1;
            int256 actual = harness.dot(a, b, count, zeroA, zeroB, reversed);
            holds("sum", actual == naive(a, b, count, zeroA, zeroB, reversed));
        }
    }

    function fill(uint256 count, uint8 value) private pure returns (bytes memory data) {
        data = new bytes(count);
        for (uint256 i = 0; i < count; ++i) data[i] = bytes1(value);
    }

    /// @dev Every extreme in every lane, for every length of the last block.
    function test_ofBytes_extremes() external view {
        uint8[3] memory values = [0, 255, 128];
        for (uint256 count = 1; count <= 62; ++count)
            for (uint256 i = 0; i < 9; ++i) {
                bytes memory a = fill(count, values[i % 3]);
                bytes memory b = fill(count, values[i / 3]);
                check(a, b, count, 0, 0);
                check(a, b, count, 255, 0);
                check(a, b, count, 0, 255);
                check(a, b, count, 255, 255);
            }
    }

    function testFuzz_ofBytes_isTheSum(bytes32 seed, uint256 count, uint8 zeroA, uint8 zeroB) external view {
        count = bound(count, 1, 300);
        bytes memory a = new bytes(count);
        bytes memory b = new bytes(count);
        for (uint256 i = 0; i < count; ++i) {
            bytes32 word = keccak256(abi.encode(seed, i));
            (a[i], b[i]) = (word[0], word[1]);
        }
        check(a, b, count, zeroA, zeroB);
    }
}
