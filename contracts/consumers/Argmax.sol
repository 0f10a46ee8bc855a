// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The output is not a whole number of elements of the width.
error NotElements(uint256 length, uint256 width);

/// @title The class that a classifier's output names
library Argmax {
    /// @notice Index of the largest element, the first one of equals.
    /// @param width Bytes of an element: 1 for u8, 2 for i16, 4 for i32, little-endian as all tensors are.
    function classOf(bytes calldata output, uint256 width) internal pure returns (uint256 best) {
        require(output.length != 0 && output.length % width == 0, NotElements(output.length, width));
        int256 most = element(output, 0, width);
        for (uint256 i = 1; i < output.length / width; ++i) {
            int256 value = element(output, i, width);
            if (value > most) (most, best) = (value, i);
        }
    }

    function element(bytes calldata output, uint256 index, uint256 width) internal pure returns (int256) {
        uint256 value = 0;
        for (uint256 i = width; i != 0; --i) value = (value << 8) | uint8(output[index * width + i - 1]);
        // SAFETY: each cast takes exactly the element's bits and extends their sign.
        if (width == 1) return int256(value);
        if (width == 2) return int16(uint16(value));
        return int32(uint32(value));
    }
}
