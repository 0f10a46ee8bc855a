// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The bytes end before the descriptor does.
error DescriptorTooShort(uint256 length, uint256 needed);

/// @notice First two words of a descriptor.
struct StepHeader {
    uint256 kind;
    uint256 dtype;
    uint256 outputAxes;
    uint256 axes;
    uint256 flags;
    /// Bits of the float32 multiplier.
    uint256 multiplier;
    int256 zero;
    int256 low;
    int256 high;
    int256 bias;
    /// Eight uint32, the first one highest.
    uint256 extents;
}

/// @notice How a step names and addresses one tensor, without its coordinates.
struct OperandHead {
    uint256 class;
    uint256 dtype;
    uint256 index;
    uint256 byteLength;
    uint256 base;
    int256 zero;
    int256 weight;
    /// Root of a constant, else zero.
    bytes32 root;
    uint256 coordinates;
    /// Where the coordinates start, bytes from the start of the descriptor.
    uint256 coordinatesAt;
}

/// @title Reads step descriptors (docs/specification.md, section 2.2)
/// @dev Reads what is there and judges nothing; the registry checks.
library StepDescriptor {
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

    uint256 internal constant ITERATION_AXIS = 8;
    uint256 internal constant INDEX_AXIS = 9;

    /// @dev Header and extents.
    uint256 internal constant OPERANDS_AT = 64;
    uint256 private constant WORD = 32;

    /// @notice The word at byte `position`.
    function word(bytes calldata descriptor, uint256 position) internal pure returns (uint256 value) {
        require(position + WORD <= descriptor.length, DescriptorTooShort(descriptor.length, position + WORD));
        // SAFETY: within the descriptor, checked above.
        assembly ("memory-safe") {
            value := calldataload(add(descriptor.offset, position))
        }
    }

    function header(bytes calldata descriptor) internal pure returns (StepHeader memory h) {
        uint256 w = word(descriptor, 0);
        h.kind = w >> 248;
        h.dtype = (w >> 240) & 0xff;
        h.outputAxes = (w >> 232) & 0xff;
        h.axes = (w >> 224) & 0xff;
        h.flags = (w >> 216) & 0xff;
        h.multiplier = (w >> 184) & 0xffffffff;
        h.zero = signed32(w >> 152);
        h.low = signed32(w >> 120);
        h.high = signed32(w >> 88);
        h.bias = signed32(w >> 56);
        h.extents = word(descriptor, WORD);
    }

    /// @notice The operand whose head is at byte `position`.
    /// @return o The operand.
    /// @return next Where the next operand starts.
    function operand(
        bytes calldata descriptor,
        uint256 position
    ) internal pure returns (OperandHead memory o, uint256 next) {
        uint256 w = word(descriptor, position);
        o.class = w >> 248;
        o.dtype = (w >> 240) & 0xff;
        o.coordinates = (w >> 232) & 0xff;
        o.index = (w >> 192) & 0xffffffff;
        o.byteLength = (w >> 160) & 0xffffffff;
        o.base = (w >> 128) & 0xffffffff;
        o.zero = signed32(w >> 96);
        o.weight = signed32(w >> 64);
        position += WORD;
        if (o.class == CONSTANT) {
            o.root = bytes32(word(descriptor, position));
            position += WORD;
        }
        o.coordinatesAt = position;
        next = position + o.coordinates * WORD;
    }

    /// @notice Size of axis `axis`, below 8.
    function extent(StepHeader memory h, uint256 axis) internal pure returns (uint256) {
        return (h.extents >> (224 - 32 * axis)) & 0xffffffff;
    }

    /// @notice Number of output elements.
    function outputElements(StepHeader memory h) internal pure returns (uint256 elements) {
        elements = 1;
        for (uint256 axis = 0; axis < h.outputAxes; ++axis) elements *= extent(h, axis);
    }

    /// @notice Bytes of the output tensor.
    function outputBytes(StepHeader memory h) internal pure returns (uint256) {
        return outputElements(h) * elementSize(h.dtype);
    }

    /// @notice Number of operands.
    function operandCount(StepHeader memory h) internal pure returns (uint256) {
        return 1 + (h.flags & 1) + ((h.flags >> 1) & 1) + ((h.flags >> 2) & 1);
    }

    /// @notice The operands that are present: A, then B, G, P.
    function operands(bytes calldata descriptor) internal pure returns (OperandHead[] memory list) {
        uint256 position = OPERANDS_AT;
        list = new OperandHead[](operandCount(header(descriptor)));
        for (uint256 i = 0; i < list.length; ++i) (list[i], position) = operand(descriptor, position);
    }

    /// @notice `02 | descriptor`, the leaf of the steps tree.
    function leaf(bytes calldata descriptor) internal pure returns (bytes32 hash) {
        // SAFETY: scratch past the free memory pointer.
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore8(scratch, 2)
            calldatacopy(add(scratch, 1), descriptor.offset, descriptor.length)
            hash := keccak256(scratch, add(descriptor.length, 1))
        }
    }

    /// @notice Bytes of one element.
    function elementSize(uint256 dtype) internal pure returns (uint256) {
        return 1 << dtype;
    }

    /// @notice Whether two operands read the same tensor.
    function same(OperandHead memory x, OperandHead memory y) internal pure returns (bool) {
        return x.class == y.class && x.index == y.index && x.root == y.root;
    }

    /// @notice The low 32 bits as a signed number.
    function signed32(uint256 bits) internal pure returns (int256) {
        // SAFETY: truncation is the purpose.
        return int32(uint32(bits));
    }
}
