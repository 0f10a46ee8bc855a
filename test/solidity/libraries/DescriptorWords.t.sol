// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    CoordinateWord,
    DescriptorWords,
    ExtentsWord,
    HeaderWord,
    OperandWord
} from "../../../contracts/libraries/DescriptorWords.sol";
import {Assert} from "../support/Assert.sol";

/// @title Every field of a descriptor is read from its own bytes
contract DescriptorWordsTest is Assert {
    function wordOf(bytes memory data) private pure returns (uint256 word) {
        equal("word length", data.length, 32);
        assembly {
            word := mload(add(data, 32))
        }
    }

    function testFuzz_header(
        uint8[5] memory small,
        uint32 multiplier,
        int32[4] memory numbers
    ) external pure {
        bytes memory data = bytes.concat(
            abi.encodePacked(small[0], small[1], small[2], small[3], small[4], multiplier),
            abi.encodePacked(numbers[0], numbers[1], numbers[2], numbers[3]),
            new bytes(7)
        );
        HeaderWord h = HeaderWord.wrap(wordOf(data));
        equal("kind", h.kind(), small[0]);
        equal("dtype", h.dtype(), small[1]);
        equal("output axes", h.outputAxes(), small[2]);
        equal("axes", h.axes(), small[3]);
        equal("flags", h.flags(), small[4]);
        equal("multiplier", h.multiplier(), multiplier);
        holds("zero", h.zero() == numbers[0]);
        holds("low", h.low() == numbers[1]);
        holds("high", h.high() == numbers[2]);
        holds("bias", h.bias() == numbers[3]);
        holds("B", h.has(DescriptorWords.HAS_B) == (small[4] & 1 != 0));
        equal(
            "operands",
            h.operandCount(),
            1 + (small[4] & 1) + ((small[4] >> 1) & 1) + ((small[4] >> 2) & 1)
        );
    }

    function testFuzz_extents(uint32[8] memory sizes) external pure {
        ExtentsWord e = ExtentsWord.wrap(
            wordOf(
                bytes.concat(
                    abi.encodePacked(sizes[0], sizes[1], sizes[2], sizes[3]),
                    abi.encodePacked(sizes[4], sizes[5], sizes[6], sizes[7])
                )
            )
        );
        uint256 product = 1;
        for (uint256 axis = 0; axis < 8; ++axis) {
            equal("extent", e.extent(axis), sizes[axis]);
            equal("product", e.elements(0, axis), product);
            unchecked {
                product *= sizes[axis];
            }
        }
        equal("range", e.elements(2, 4), uint256(sizes[2]) * sizes[3]);
    }

    function testFuzz_operand(
        uint8[3] memory small,
        uint32[3] memory sizes,
        int32[2] memory numbers
    ) external pure {
        OperandWord o = OperandWord.wrap(
            wordOf(
                bytes.concat(
                    abi.encodePacked(small[0], small[1], small[2], uint8(0), sizes[0], sizes[1], sizes[2]),
                    abi.encodePacked(numbers[0], numbers[1], uint64(0))
                )
            )
        );
        equal("class", o.class(), small[0]);
        equal("dtype", o.dtype(), small[1]);
        equal("coordinates", o.coordinates(), small[2]);
        equal("index", o.index(), sizes[0]);
        equal("byte length", o.byteLength(), sizes[1]);
        equal("base", o.base(), sizes[2]);
        holds("zero", o.zero() == numbers[0]);
        holds("weight", o.weight() == numbers[1]);
        uint256 head = small[0] == 0 ? 64 : 32;
        equal("head", o.headBytes(), head);
        equal("size", o.size(), head + 32 * uint256(small[2]));
    }

    function testFuzz_coordinate(
        uint32 limit,
        uint32 stride,
        int32 offset,
        uint8 axis,
        int24 coefficient
    ) external pure {
        axis = uint8(bound(axis, 1, 255));
        CoordinateWord c = CoordinateWord.wrap(
            wordOf(bytes.concat(abi.encodePacked(limit, stride, offset, axis, coefficient), new bytes(16)))
        );
        equal("limit", c.limit(), limit);
        equal("stride", c.stride(), stride);
        holds("offset", c.offset() == offset);
        uint256 terms = c.terms();
        equal("axis", DescriptorWords.axisOf(terms), axis - 1);
        holds("coefficient", DescriptorWords.coefficientOf(terms) == coefficient);
        equal("rest", terms << 32, 0);
    }
}
