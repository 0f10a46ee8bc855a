// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    CoordinateWord,
    DescriptorWords,
    ExtentsWord,
    HeaderWord,
    OperandWord
} from "../../libraries/DescriptorWords.sol";
import {OperandShape, Rule, StepShape, obey} from "./StepShape.sol";
import {TensorTable} from "./TensorTable.sol";

/// @title The rules of a step (docs/specification.md, section 3)
/// @dev Mirrors packages/ir/src/validate.ts and the canonical encoding of packages/ir/src/descriptor.ts; a differential
/// fuzz holds them together. Fields are at most 32 bits wide and there are at most 8 coordinates of 5 terms, so sums of
/// products of two fields stay far below 2^255: the arithmetic is unchecked.
library StepCheck {
    using DescriptorWords for bytes;
    using TensorTable for bytes;
    using TensorTable for uint256[];

    /// @dev Doubles hold every integer below this, so interpreters in doubles are exact.
    uint256 private constant EXACT = 1 << 53;
    uint256 private constant EXACT_ROOT = 1 << 52;
    uint256 private constant I32_MAGNITUDE = 1 << 31;
    uint256 private constant MAX_OUTPUT_AXES = 7;
    uint256 private constant MAX_COORDINATES = 8;
    uint256 private constant MAX_REDUCTIONS = 1 << 24;
    uint256 private constant MAX_BYTES = 1 << 32;
    uint256 private constant SMALLEST_NORMAL = 0x00800000;
    uint256 private constant INFINITY = 0x7f800000;
    uint256 private constant LAST_FLAGS = 7;
    uint256 private constant HEADER_RESERVED = 0xffffffffffffff;
    uint256 private constant HEAD_RESERVED = (0xff << 224) | 0xffffffffffffffff;

    /// @notice Checks the step whose descriptor `descriptors` starts with; fills `step`, all but its number.
    /// @param inputs The program's inputs.
    /// @param table The outputs of earlier steps.
    function check(
        StepShape memory step,
        bytes calldata descriptors,
        uint256[] memory inputs,
        bytes memory table
    ) internal pure {
        obey(step, descriptors.length >= DescriptorWords.OPERANDS_OFFSET, Rule.Length);
        step.header = descriptors.header();
        step.extents = descriptors.extents();
        step.length = DescriptorWords.OPERANDS_OFFSET;
        (step.coordinates, step.terms, step.traced, step.reach) = (0, 0, 0, 0);
        checkHeader(step);
        checkExtents(step);
        // G first: its range bounds the index axis of the others. It comes after A and B in the bytes.
        uint256 flags = step.header.flags();
        uint256 second = read(step, step.a, descriptors, step.length);
        uint256 third = second;
        if (flags & DescriptorWords.HAS_B != 0) third = read(step, step.b, descriptors, second);
        uint256 fourth = third;
        if (flags & DescriptorWords.HAS_G != 0) {
            fourth = read(step, step.g, descriptors, third);
            checkTyped(step, step.g, true);
            checkMap(step, step.g, descriptors, third, step.outputAxes, false);
            step.reach = weighted(step.g);
            obey(step, step.reach < EXACT, Rule.IndexRange);
        }
        bool hasIndex = fourth != third;
        step.length = fourth;
        if (flags & DescriptorWords.HAS_P != 0) {
            step.length = read(step, step.p, descriptors, fourth);
            checkRecord(step, step.p);
            checkMap(step, step.p, descriptors, fourth, step.outputAxes, hasIndex);
        }
        checkTyped(step, step.a, step.kind != DescriptorWords.DOT);
        checkMap(step, step.a, descriptors, DescriptorWords.OPERANDS_OFFSET, step.axes, hasIndex);
        if (third != second) {
            checkTyped(step, step.b, step.kind != DescriptorWords.DOT);
            checkMap(step, step.b, descriptors, second, step.axes, hasIndex);
        }
        checkReferences(step, inputs, table);
        checkFold(step);
    }

    function checkHeader(StepShape memory step) private pure {
        HeaderWord h = step.header;
        step.kind = h.kind();
        obey(step, step.kind <= DescriptorWords.SQRT, Rule.Kind);
        obey(step, h.dtype() <= DescriptorWords.I32, Rule.DataType);
        obey(step, h.flags() <= LAST_FLAGS, Rule.Flags);
        obey(step, HeaderWord.unwrap(h) & HEADER_RESERVED == 0, Rule.Reserved);
        step.operandCount = h.operandCount();
        bool binary = h.has(DescriptorWords.HAS_B);
        if (step.kind == DescriptorWords.DOT || step.kind == DescriptorWords.DIV)
            obey(step, binary, Rule.Operands);
        if (step.kind == DescriptorWords.SQRT) obey(step, !binary, Rule.Operands);
        uint256 m = h.multiplier();
        obey(step, m == 0 || (m >= SMALLEST_NORMAL && m < INFINITY), Rule.Multiplier);
        (int256 low, int256 high) = (h.low(), h.high());
        obey(step, low <= high && isValue(h.dtype(), low) && isValue(h.dtype(), high), Rule.Clamp);
    }

    function checkExtents(StepShape memory step) private pure {
        uint256 outputAxes = step.header.outputAxes();
        uint256 axes = step.header.axes();
        (step.outputAxes, step.axes) = (outputAxes, axes);
        obey(
            step,
            outputAxes != 0 &&
                outputAxes <= MAX_OUTPUT_AXES &&
                outputAxes <= axes &&
                axes <= DescriptorWords.MAX_AXES,
            Rule.Axes
        );
        ExtentsWord extents = step.extents;
        unchecked {
            // The sizes of unused axes are what is left below the used ones.
            obey(step, ExtentsWord.unwrap(extents) & ((1 << (256 - 32 * axes)) - 1) == 0, Rule.Reserved);
            step.outputs = extents.elements(0, outputAxes);
            step.reductions = extents.elements(outputAxes, axes);
            // A product is zero when a factor is. Seven factors below 2^32 fit.
            obey(step, step.outputs != 0 && step.reductions != 0, Rule.Extent);
            obey(step, step.outputs << step.header.dtype() < MAX_BYTES, Rule.OutputSize);
        }
        obey(step, step.reductions <= MAX_REDUCTIONS, Rule.ReductionSize);
        if (step.kind >= DescriptorWords.DIV) obey(step, axes == outputAxes, Rule.KindReduces);
    }

    /// @dev Reads the head of the operand at byte `first`; returns where the next one starts.
    function read(
        StepShape memory step,
        OperandShape memory o,
        bytes calldata descriptors,
        uint256 first
    ) private pure returns (uint256 next) {
        obey(step, first + DescriptorWords.WORD <= descriptors.length, Rule.Length);
        OperandWord head = descriptors.operandAt(first);
        next = first + head.size();
        obey(step, next <= descriptors.length, Rule.Length);
        o.head = head;
        uint256 class = head.class();
        obey(step, class <= DescriptorWords.STEP, Rule.Class);
        o.root = class == DescriptorWords.CONSTANT ? descriptors.rootAt(first) : bytes32(0);
        obey(step, OperandWord.unwrap(head) & HEAD_RESERVED == 0, Rule.Reserved);
        if (class == DescriptorWords.CONSTANT) obey(step, head.index() == 0, Rule.Reserved);
    }

    /// @dev The head of A, B or G.
    function checkTyped(StepShape memory step, OperandShape memory o, bool weights) private pure {
        OperandWord head = o.head;
        uint256 dtype = head.dtype();
        obey(step, dtype <= DescriptorWords.I32, Rule.DataType);
        obey(step, isValue(dtype, head.zero()), Rule.ZeroPoint);
        obey(step, weights || head.weight() == 0, Rule.Weight);
        o.unit = DescriptorWords.elementSize(dtype);
        o.size = o.unit;
        (int256 least, int256 most) = rangeOf(dtype);
        unchecked {
            int256 below = head.zero() - least;
            int256 above = most - head.zero();
            o.magnitude = uint256(below > above ? below : above);
        }
    }

    /// @dev The head of P: data type, zero point and weight are zero.
    function checkRecord(StepShape memory step, OperandShape memory p) private pure {
        obey(step, p.head.dtype() == 0 && p.head.zero() == 0 && p.head.weight() == 0, Rule.Reserved);
        p.unit = 1;
        p.size = 8;
    }

    /// @dev Coordinates and addresses of the operand at byte `first`, whose map may use the axes below `axes`.
    function checkMap(
        StepShape memory step,
        OperandShape memory o,
        bytes calldata descriptors,
        uint256 first,
        uint256 axes,
        bool hasIndex
    ) private pure {
        uint256 count = o.head.coordinates();
        uint256 bytes_ = o.head.byteLength();
        obey(step, count <= MAX_COORDINATES, Rule.CoordinateCount);
        obey(step, bytes_ != 0 && bytes_ & (o.unit - 1) == 0, Rule.OperandSize);
        clear(o.deltas);
        unchecked {
            uint256 last = o.head.base();
            o.start = int256(last);
            step.coordinates += count;
            first += o.head.headBytes();
            for (; count != 0; --count) {
                last += checkCoordinate(
                    step,
                    o,
                    CoordinateWord.wrap(uint256(descriptors.word(first))),
                    axes,
                    hasIndex
                );
                first += DescriptorWords.WORD;
            }
            obey(step, last * o.unit + o.size <= bytes_, Rule.Address);
            o.start *= int256(o.unit);
            if (o.unit == 1) return;
            for (uint256 axis = 0; axis < 10; ++axis) o.deltas[axis] *= int256(o.unit);
        }
    }

    /// @dev Adds one coordinate to the operand's map; returns the largest address that it adds.
    function checkCoordinate(
        StepShape memory step,
        OperandShape memory o,
        CoordinateWord c,
        uint256 axes,
        bool hasIndex
    ) private pure returns (uint256) {
        obey(step, c.limit() != 0, Rule.Limit);
        unchecked {
            int256 stride = int256(c.stride());
            uint256 bound = magnitude(c.offset());
            o.start += c.offset() * stride;
            // One more than the axis of the term before.
            uint256 free = 0;
            for (uint256 terms = c.terms(); terms != 0; terms <<= 32) {
                obey(step, terms >> 248 > free, Rule.TermOrder);
                free = terms >> 248;
                int256 coefficient = DescriptorWords.coefficientOf(terms);
                obey(step, coefficient != 0, Rule.Coefficient);
                bound += magnitude(coefficient) * largest(step, free - 1, axes, hasIndex);
                o.deltas[free - 1] += coefficient * stride;
                ++step.terms;
            }
            obey(step, bound < EXACT, Rule.CoordinateRange);
            return (c.limit() - 1) * uint256(stride);
        }
    }

    /// @dev The largest magnitude of an axis value; the axis must be one that the map may use.
    function largest(
        StepShape memory step,
        uint256 axis,
        uint256 axes,
        bool hasIndex
    ) private pure returns (uint256) {
        unchecked {
            if (axis < axes) return step.extents.extent(axis) - 1;
        }
        if (axis == DescriptorWords.ITERATION_AXIS) return 0;
        obey(step, hasIndex && axis == DescriptorWords.INDEX_AXIS, Rule.TermAxis);
        return step.reach;
    }

    /// @dev Every operand names a tensor that exists, with its data type and size.
    function checkReferences(
        StepShape memory step,
        uint256[] memory inputs,
        bytes memory table
    ) private pure {
        uint256 flags = step.header.flags();
        checkReference(step, step.a, inputs, table, true);
        if (flags & DescriptorWords.HAS_B != 0) {
            checkReference(step, step.b, inputs, table, true);
            checkTwins(step, step.a, step.b);
        }
        if (flags & DescriptorWords.HAS_G != 0) {
            checkReference(step, step.g, inputs, table, true);
            checkTwins(step, step.a, step.g);
            if (flags & DescriptorWords.HAS_B != 0) checkTwins(step, step.b, step.g);
        }
        if (flags & DescriptorWords.HAS_P != 0) {
            checkReference(step, step.p, inputs, table, false);
            checkTwins(step, step.a, step.p);
            if (flags & DescriptorWords.HAS_B != 0) checkTwins(step, step.b, step.p);
            if (flags & DescriptorWords.HAS_G != 0) checkTwins(step, step.g, step.p);
        }
    }

    function checkReference(
        StepShape memory step,
        OperandShape memory o,
        uint256[] memory inputs,
        bytes memory table,
        bool typed
    ) private pure {
        uint256 class = o.head.class();
        if (class == DescriptorWords.CONSTANT) return;
        uint256 index = o.head.index();
        uint256 tensor;
        if (class == DescriptorWords.STEP) {
            obey(step, index < step.number, Rule.Reference);
            tensor = table.at(index);
            unchecked {
                ++step.traced;
            }
        } else {
            obey(step, index < inputs.length, Rule.Reference);
            tensor = inputs[index];
        }
        obey(step, TensorTable.bytesOf(tensor) == o.head.byteLength(), Rule.ReferenceSize);
        obey(step, !typed || TensorTable.dtypeOf(tensor) == o.head.dtype(), Rule.ReferenceType);
    }

    /// @dev A root does not bind a length, so operands that name the same constant must agree on it.
    function checkTwins(StepShape memory step, OperandShape memory x, OperandShape memory y) private pure {
        bool twins =
            x.root == y.root &&
                x.head.class() == DescriptorWords.CONSTANT &&
                y.head.class() == DescriptorWords.CONSTANT;
        obey(step, !twins || x.head.byteLength() == y.head.byteLength(), Rule.RootSize);
    }

    /// @dev Every intermediate of the fold is an exact integer of a double.
    function checkFold(StepShape memory step) private pure {
        unchecked {
            uint256 kind = step.kind;
            uint256 bias = magnitude(step.header.bias());
            if (step.header.has(DescriptorWords.HAS_P)) bias += I32_MAGNITUDE;
            uint256 a = weighted(step.a);
            uint256 b = step.header.has(DescriptorWords.HAS_B) ? weighted(step.b) : 0;
            uint256 fold = a;
            if (kind == DescriptorWords.SUM) fold = step.reductions * (a + b);
            else if (kind == DescriptorWords.MAX) fold = larger(I32_MAGNITUDE, larger(a, b));
            else if (kind == DescriptorWords.DOT)
                fold = step.reductions * step.a.magnitude * step.b.magnitude;
            else if (kind == DescriptorWords.DIV) obey(step, b < EXACT, Rule.FoldRange);
            uint256 limit = kind == DescriptorWords.SQRT ? EXACT_ROOT : EXACT;
            obey(step, fold + bias < limit, Rule.FoldRange);
        }
    }

    /// @dev The largest |weight (X - zero)|.
    function weighted(OperandShape memory o) private pure returns (uint256) {
        unchecked {
            return magnitude(o.head.weight()) * o.magnitude;
        }
    }

    function isValue(uint256 dtype, int256 value) private pure returns (bool) {
        (int256 least, int256 most) = rangeOf(dtype);
        return value >= least && value <= most;
    }

    function rangeOf(uint256 dtype) private pure returns (int256 least, int256 most) {
        if (dtype == DescriptorWords.U8) return (0, int256(uint256(type(uint8).max)));
        if (dtype == DescriptorWords.I16) return (type(int16).min, type(int16).max);
        return (type(int32).min, type(int32).max);
    }

    function magnitude(int256 value) private pure returns (uint256) {
        unchecked {
            return uint256(value < 0 ? -value : value);
        }
    }

    function larger(uint256 x, uint256 y) private pure returns (uint256) {
        return x > y ? x : y;
    }

    function clear(int256[10] memory deltas) private pure {
        // SAFETY: copies zeros from past the end of calldata over the ten words.
        assembly ("memory-safe") {
            calldatacopy(deltas, calldatasize(), 320)
        }
    }
}
