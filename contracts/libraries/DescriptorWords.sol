// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice First word of a descriptor.
type HeaderWord is uint256;
/// @notice Second word: eight axis sizes, the first one highest.
type ExtentsWord is uint256;
/// @notice First word of an operand.
type OperandWord is uint256;
/// @notice One coordinate of an operand.
type CoordinateWord is uint256;

using DescriptorWords for HeaderWord global;
using DescriptorWords for ExtentsWord global;
using DescriptorWords for OperandWord global;
using DescriptorWords for CoordinateWord global;

/// @title Reads step descriptors word by word (docs/specification.md, section 2.2)
/// @dev Reads what is there and judges nothing: the registry checked it.
library DescriptorWords {
    uint256 internal constant SUM = 0;
    uint256 internal constant MAX = 1;
    uint256 internal constant DOT = 2;
    uint256 internal constant DIV = 3;
    uint256 internal constant SQRT = 4;

    uint256 internal constant U8 = 0;
    uint256 internal constant I16 = 1;
    uint256 internal constant I32 = 2;

    uint256 internal constant HAS_B = 1;
    uint256 internal constant HAS_G = 2;
    uint256 internal constant HAS_P = 4;

    uint256 internal constant CONSTANT = 0;
    uint256 internal constant INPUT = 1;
    uint256 internal constant STEP = 2;
    uint256 internal constant CARRIED = 3;

    uint256 internal constant MAX_AXES = 8;
    uint256 internal constant ITERATION_AXIS = 8;
    uint256 internal constant INDEX_AXIS = 9;

    /// @dev Bytes of header and extents.
    uint256 internal constant OPERANDS_OFFSET = 64;
    uint256 internal constant WORD = 32;

    /* DESCRIPTOR */

    function header(bytes calldata descriptor) internal pure returns (HeaderWord) {
        return HeaderWord.wrap(uint256(word(descriptor, 0)));
    }

    function extents(bytes calldata descriptor) internal pure returns (ExtentsWord) {
        return ExtentsWord.wrap(uint256(word(descriptor, WORD)));
    }

    /// @notice The operand that starts at byte `first`.
    function operandAt(bytes calldata descriptor, uint256 first) internal pure returns (OperandWord) {
        return OperandWord.wrap(uint256(word(descriptor, first)));
    }

    /// @notice The root of the operand that starts at byte `first`, which is a constant.
    function rootAt(bytes calldata descriptor, uint256 first) internal pure returns (bytes32) {
        return word(descriptor, first + WORD);
    }

    /// @notice The word at byte `first`.
    function word(bytes calldata descriptor, uint256 first) internal pure returns (bytes32 value) {
        // SAFETY: calldata reads cannot fail; callers stay inside the descriptor.
        assembly ("memory-safe") {
            value := calldataload(add(descriptor.offset, first))
        }
    }

    /* HEADER */

    function kind(HeaderWord h) internal pure returns (uint256) {
        return HeaderWord.unwrap(h) >> 248;
    }

    function dtype(HeaderWord h) internal pure returns (uint256) {
        return (HeaderWord.unwrap(h) >> 240) & 0xff;
    }

    function outputAxes(HeaderWord h) internal pure returns (uint256) {
        return (HeaderWord.unwrap(h) >> 232) & 0xff;
    }

    function axes(HeaderWord h) internal pure returns (uint256) {
        return (HeaderWord.unwrap(h) >> 224) & 0xff;
    }

    function flags(HeaderWord h) internal pure returns (uint256) {
        return (HeaderWord.unwrap(h) >> 216) & 0xff;
    }

    function has(HeaderWord h, uint256 flag) internal pure returns (bool) {
        return flags(h) & flag != 0;
    }

    /// @notice Bits of the float32 multiplier.
    function multiplier(HeaderWord h) internal pure returns (uint256) {
        return (HeaderWord.unwrap(h) >> 184) & 0xffffffff;
    }

    function zero(HeaderWord h) internal pure returns (int256) {
        return signed32(HeaderWord.unwrap(h) >> 152);
    }

    function low(HeaderWord h) internal pure returns (int256) {
        return signed32(HeaderWord.unwrap(h) >> 120);
    }

    function high(HeaderWord h) internal pure returns (int256) {
        return signed32(HeaderWord.unwrap(h) >> 88);
    }

    function bias(HeaderWord h) internal pure returns (int256) {
        return signed32(HeaderWord.unwrap(h) >> 56);
    }

    /// @notice Number of operands.
    function operandCount(HeaderWord h) internal pure returns (uint256) {
        uint256 f = flags(h);
        // SAFETY: at most 4.
        unchecked {
            return 1 + (f & 1) + ((f >> 1) & 1) + ((f >> 2) & 1);
        }
    }

    /* EXTENTS */

    /// @notice Size of axis `axis`, below 8.
    function extent(ExtentsWord e, uint256 axis) internal pure returns (uint256) {
        // SAFETY: axis < 8.
        unchecked {
            return (ExtentsWord.unwrap(e) >> (224 - 32 * axis)) & 0xffffffff;
        }
    }

    /// @notice Product of the sizes of axes `from` to `to` - 1.
    function elements(ExtentsWord e, uint256 from, uint256 to) internal pure returns (uint256 product) {
        product = 1;
        // SAFETY: eight factors below 2^32.
        unchecked {
            for (; from < to; ++from) product *= extent(e, from);
        }
    }

    /* OPERANDS */

    function class(OperandWord o) internal pure returns (uint256) {
        return OperandWord.unwrap(o) >> 248;
    }

    function dtype(OperandWord o) internal pure returns (uint256) {
        return (OperandWord.unwrap(o) >> 240) & 0xff;
    }

    /// @notice Number of coordinates.
    function coordinates(OperandWord o) internal pure returns (uint256) {
        return (OperandWord.unwrap(o) >> 232) & 0xff;
    }

    function index(OperandWord o) internal pure returns (uint256) {
        return (OperandWord.unwrap(o) >> 192) & 0xffffffff;
    }

    function byteLength(OperandWord o) internal pure returns (uint256) {
        return (OperandWord.unwrap(o) >> 160) & 0xffffffff;
    }

    function base(OperandWord o) internal pure returns (uint256) {
        return (OperandWord.unwrap(o) >> 128) & 0xffffffff;
    }

    function zero(OperandWord o) internal pure returns (int256) {
        return signed32(OperandWord.unwrap(o) >> 96);
    }

    function weight(OperandWord o) internal pure returns (int256) {
        return signed32(OperandWord.unwrap(o) >> 64);
    }

    /// @notice Bytes from the start of an operand to its first coordinate.
    function headBytes(OperandWord o) internal pure returns (uint256) {
        return class(o) == CONSTANT ? 2 * WORD : WORD;
    }

    /// @notice Bytes of an operand.
    function size(OperandWord o) internal pure returns (uint256) {
        // SAFETY: at most 257 words.
        unchecked {
            return headBytes(o) + coordinates(o) * WORD;
        }
    }

    /* COORDINATES */

    function limit(CoordinateWord c) internal pure returns (uint256) {
        return CoordinateWord.unwrap(c) >> 224;
    }

    function stride(CoordinateWord c) internal pure returns (uint256) {
        return (CoordinateWord.unwrap(c) >> 192) & 0xffffffff;
    }

    function offset(CoordinateWord c) internal pure returns (int256) {
        return signed32(CoordinateWord.unwrap(c) >> 160);
    }

    /// @notice The terms, four bytes each, the first one highest: zero when there are no more.
    function terms(CoordinateWord c) internal pure returns (uint256) {
        return CoordinateWord.unwrap(c) << 96;
    }

    /// @notice Axis of the first of some terms.
    function axisOf(uint256 list) internal pure returns (uint256) {
        // SAFETY: the terms are not empty, so the byte is at least 1.
        unchecked {
            return (list >> 248) - 1;
        }
    }

    /// @notice Coefficient of the first of some terms.
    function coefficientOf(uint256 list) internal pure returns (int256) {
        // SAFETY: truncation to the term's three bytes is the purpose.
        return int24(uint24(list >> 224));
    }

    /* NUMBERS */

    /// @notice Bytes of one element of a data type.
    function elementSize(uint256 dtypeCode) internal pure returns (uint256) {
        return 1 << dtypeCode;
    }

    /// @dev The low 32 bits as a signed number.
    function signed32(uint256 bits) private pure returns (int256) {
        // SAFETY: truncation is the purpose.
        return int32(uint32(bits));
    }
}
