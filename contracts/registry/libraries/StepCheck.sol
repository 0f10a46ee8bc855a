// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    CoordinateWord,
    DescriptorWords,
    ExtentsWord,
    HeaderWord,
    OperandWord
} from "../../libraries/DescriptorWords.sol";
import {FORBIDDEN, OperandShape, Rule, StepShape, broken} from "./StepShape.sol";
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
    /// @dev Data type, zero point and weight: P has none.
    uint256 private constant RECORD_RESERVED = (0xff << 240) | (0xffffffffffffffff << 64);
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
        if (descriptors.length < DescriptorWords.OPERANDS_OFFSET) broken(step, Rule.Length);
        step.header = descriptors.header();
        step.extents = descriptors.extents();
        (step.coordinates, step.terms, step.traced) = (0, 0, 0);
        checkHeader(step);
        checkExtents(step);
        checkOperands(step, descriptors);
        checkReferences(step, inputs, table);
        checkFold(step);
    }

    function checkHeader(StepShape memory step) private pure {
        HeaderWord h = step.header;
        uint256 kind = h.kind();
        step.kind = kind;
        if (kind > DescriptorWords.SQRT) broken(step, Rule.Kind);
        uint256 dtype = h.dtype();
        if (dtype > DescriptorWords.I32) broken(step, Rule.DataType);
        if (h.flags() > LAST_FLAGS) broken(step, Rule.Flags);
        if (HeaderWord.unwrap(h) & HEADER_RESERVED != 0) broken(step, Rule.Reserved);
        step.operandCount = h.operandCount();
        // DOT and DIV need B, SQRT must not have it.
        if (kind >= DescriptorWords.DOT && h.has(DescriptorWords.HAS_B) == (kind == DescriptorWords.SQRT))
            broken(step, Rule.Operands);
        uint256 m = h.multiplier();
        if (m != 0 && (m < SMALLEST_NORMAL || m >= INFINITY)) broken(step, Rule.Multiplier);
        (int256 least, int256 most) = rangeOf(dtype);
        if (h.low() < least || h.high() > most || h.low() > h.high()) broken(step, Rule.Clamp);
    }

    function checkExtents(StepShape memory step) private pure {
        uint256 outputAxes = step.header.outputAxes();
        uint256 axes = step.header.axes();
        (step.outputAxes, step.axes) = (outputAxes, axes);
        if (outputAxes == 0 || outputAxes > MAX_OUTPUT_AXES) broken(step, Rule.Axes);
        if (outputAxes > axes || axes > DescriptorWords.MAX_AXES) broken(step, Rule.Axes);
        ExtentsWord extents = step.extents;
        unchecked {
            // The sizes of unused axes are what is left below the used ones.
            if (ExtentsWord.unwrap(extents) & ((1 << (256 - 32 * axes)) - 1) != 0)
                broken(step, Rule.Reserved);
            // Forbids the index axis, until G is known.
            uint256 outputs = listAxes(step.narrow, ExtentsWord.unwrap(extents), outputAxes);
            uint256 both = listAxes(step.wide, ExtentsWord.unwrap(extents), axes);
            // A product is zero when a factor is. Eight factors below 2^32 are as good as fit: the largest is 2^256 - 1.
            if (both == 0) broken(step, Rule.Extent);
            uint256 reductions = both / outputs;
            if (outputs << step.header.dtype() >= MAX_BYTES) broken(step, Rule.OutputSize);
            if (reductions > MAX_REDUCTIONS) broken(step, Rule.ReductionSize);
            (step.outputs, step.reductions) = (outputs, reductions);
        }
        if (step.kind >= DescriptorWords.DIV && axes != outputAxes) broken(step, Rule.KindReduces);
    }

    /// @dev Fills a table of the largest values of the first `count` axes, all others but the iteration forbidden.
    /// @return product Of the axes' sizes.
    function listAxes(
        uint256[11] memory largest,
        uint256 extents,
        uint256 count
    ) private pure returns (uint256 product) {
        // SAFETY: writes entries 1 to 8 and 10 of the table; entry 9, the iteration, stays 0.
        assembly ("memory-safe") {
            product := 1
            let entry := add(largest, 32)
            let last := add(largest, shl(5, count))
            for {} iszero(gt(entry, last)) {
                entry := add(entry, 32)
            } {
                let size := shr(224, extents)
                product := mul(product, size)
                mstore(entry, sub(size, 1))
                extents := shl(32, extents)
            }
            for {
                last := add(largest, 256)
            } iszero(gt(entry, last)) {
                entry := add(entry, 32)
            } {
                mstore(entry, FORBIDDEN)
            }
            mstore(add(largest, 320), FORBIDDEN)
        }
    }

    /// @dev Heads and maps of all operands. G's map first, since its range bounds axis 9 in the others.
    function checkOperands(StepShape memory step, bytes calldata descriptors) private pure {
        bool weights = step.kind != DescriptorWords.DOT;
        uint256 flags = step.header.flags();
        uint256 second = read(step, step.a, descriptors, DescriptorWords.OPERANDS_OFFSET);
        checkTyped(step, step.a, weights);
        uint256 third = second;
        if (flags & DescriptorWords.HAS_B != 0) {
            third = read(step, step.b, descriptors, second);
            checkTyped(step, step.b, weights);
        }
        uint256 fourth = third;
        if (flags & DescriptorWords.HAS_G != 0) {
            fourth = read(step, step.g, descriptors, third);
            checkTyped(step, step.g, true);
            checkMap(step, step.g, step.narrow, descriptors, third);
            uint256 reach = weighted(step.g);
            if (reach >= EXACT) broken(step, Rule.IndexRange);
            step.narrow[1 + DescriptorWords.INDEX_AXIS] = reach;
            step.wide[1 + DescriptorWords.INDEX_AXIS] = reach;
        }
        step.length = fourth;
        if (flags & DescriptorWords.HAS_P != 0) {
            step.length = read(step, step.p, descriptors, fourth);
            OperandWord head = step.p.head;
            if (OperandWord.unwrap(head) & RECORD_RESERVED != 0) broken(step, Rule.Reserved);
            (step.p.unit, step.p.size) = (1, 8);
            checkMap(step, step.p, step.narrow, descriptors, fourth);
        }
        checkMap(step, step.a, step.wide, descriptors, DescriptorWords.OPERANDS_OFFSET);
        if (third != second) checkMap(step, step.b, step.wide, descriptors, second);
    }

    /// @dev Reads the head of the operand at byte `first`; returns where the next one starts.
    function read(
        StepShape memory step,
        OperandShape memory o,
        bytes calldata descriptors,
        uint256 first
    ) private pure returns (uint256 next) {
        unchecked {
            next = first + DescriptorWords.WORD;
            if (next > descriptors.length) broken(step, Rule.Length);
            OperandWord head = descriptors.operandAt(first);
            o.head = head;
            o.root = 0;
            uint256 class = head.class();
            if (class > DescriptorWords.STEP) broken(step, Rule.Class);
            if (OperandWord.unwrap(head) & HEAD_RESERVED != 0) broken(step, Rule.Reserved);
            if (class == DescriptorWords.CONSTANT) {
                if (head.index() != 0) broken(step, Rule.Reserved);
                o.root = descriptors.word(next);
                next += DescriptorWords.WORD;
            }
            next += head.coordinates() * DescriptorWords.WORD;
            if (next > descriptors.length) broken(step, Rule.Length);
        }
    }

    /// @dev The head of A, B or G.
    function checkTyped(StepShape memory step, OperandShape memory o, bool weights) private pure {
        OperandWord head = o.head;
        uint256 dtype = head.dtype();
        if (dtype > DescriptorWords.I32) broken(step, Rule.DataType);
        if (!weights && head.weight() != 0) broken(step, Rule.Weight);
        uint256 size = DescriptorWords.elementSize(dtype);
        (o.unit, o.size) = (size, size);
        (int256 least, int256 most) = rangeOf(dtype);
        unchecked {
            int256 below = head.zero() - least;
            int256 above = most - head.zero();
            if (below < 0 || above < 0) broken(step, Rule.ZeroPoint);
            o.magnitude = uint256(below > above ? below : above);
        }
    }

    /// @dev Coordinates and addresses of the operand at byte `first`.
    /// @param largest The axes that the map may use.
    function checkMap(
        StepShape memory step,
        OperandShape memory o,
        uint256[11] memory largest,
        bytes calldata descriptors,
        uint256 first
    ) private pure {
        OperandWord head = o.head;
        clear(o.deltas);
        unchecked {
            uint256 count = head.coordinates();
            if (count > MAX_COORDINATES) broken(step, Rule.CoordinateCount);
            step.coordinates += count;
            uint256 last = head.base() * o.unit;
            o.start = int256(last);
            first += head.headBytes();
            for (; count != 0; --count) {
                uint256 word = uint256(descriptors.word(first));
                last += checkCoordinate(step, o, largest, CoordinateWord.wrap(word));
                first += DescriptorWords.WORD;
            }
            uint256 bytes_ = head.byteLength();
            if (bytes_ == 0 || bytes_ & (o.unit - 1) != 0) broken(step, Rule.OperandSize);
            if (last + o.size > bytes_) broken(step, Rule.Address);
        }
    }

    /// @dev Adds a coordinate to the operand's map; returns the largest address that it adds.
    function checkCoordinate(
        StepShape memory step,
        OperandShape memory o,
        uint256[11] memory largest,
        CoordinateWord c
    ) private pure returns (uint256) {
        unchecked {
            uint256 limit = c.limit();
            if (limit == 0) broken(step, Rule.Limit);
            int256 stride = int256(c.stride() * o.unit);
            o.start += c.offset() * stride;
            checkTerms(step, o.deltas, largest, c, stride);
            return (limit - 1) * uint256(stride);
        }
    }

    /// @dev Adds the terms of a coordinate to an operand's map, and bounds the coordinate's value.
    /// @param stride Bytes.
    function checkTerms(
        StepShape memory step,
        int256[10] memory deltas,
        uint256[11] memory largest,
        CoordinateWord c,
        int256 stride
    ) private pure {
        uint256 bound = magnitude(c.offset());
        uint256 terms = c.terms();
        uint256 count = 0;
        // SAFETY: 1 <= entry <= 10 where the arrays are used. Bounds stay below 5 * 2^23 * FORBIDDEN < 2^226.
        assembly ("memory-safe") {
            let before := 0
            for {} terms {} {
                let entry := shr(248, terms)
                let coefficient := sar(232, shl(8, terms))
                if or(iszero(coefficient), or(gt(entry, 10), iszero(gt(entry, before)))) {
                    break
                }
                let sign := sar(255, coefficient)
                let size := sub(xor(coefficient, sign), sign)
                bound := add(bound, mul(size, mload(add(largest, shl(5, entry)))))
                let delta := add(deltas, shl(5, sub(entry, 1)))
                mstore(delta, add(mload(delta), mul(coefficient, stride)))
                before := entry
                terms := shl(32, terms)
                count := add(count, 1)
            }
        }
        unchecked {
            step.terms += count;
        }
        if (terms != 0) brokenTerm(step, terms);
        if (bound >= EXACT) broken(step, bound < FORBIDDEN ? Rule.CoordinateRange : Rule.TermAxis);
    }

    /// @dev Refuses a step for the first of some terms.
    function brokenTerm(StepShape memory step, uint256 terms) private pure {
        if (DescriptorWords.coefficientOf(terms) == 0) broken(step, Rule.Coefficient);
        broken(step, terms >> 248 > 1 + DescriptorWords.INDEX_AXIS ? Rule.TermAxis : Rule.TermOrder);
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
        OperandWord head = o.head;
        uint256 class = head.class();
        if (class == DescriptorWords.CONSTANT) return;
        uint256 index = head.index();
        uint256 tensor;
        if (class == DescriptorWords.STEP) {
            if (index >= step.number) broken(step, Rule.Reference);
            tensor = table.at(index);
            unchecked {
                ++step.traced;
            }
        } else {
            if (index >= inputs.length) broken(step, Rule.Reference);
            tensor = inputs[index];
        }
        if (TensorTable.bytesOf(tensor) != head.byteLength()) broken(step, Rule.ReferenceSize);
        if (typed && TensorTable.dtypeOf(tensor) != head.dtype()) broken(step, Rule.ReferenceType);
    }

    /// @dev A root does not bind a length, so operands that name the same constant must agree on it.
    function checkTwins(StepShape memory step, OperandShape memory x, OperandShape memory y) private pure {
        if (x.root != y.root) return;
        if (x.head.class() != DescriptorWords.CONSTANT || y.head.class() != DescriptorWords.CONSTANT) return;
        if (x.head.byteLength() != y.head.byteLength()) broken(step, Rule.RootSize);
    }

    /// @dev Every intermediate of the fold is an exact integer of a double.
    function checkFold(StepShape memory step) private pure {
        unchecked {
            uint256 kind = step.kind;
            HeaderWord h = step.header;
            uint256 bias = magnitude(h.bias());
            if (h.has(DescriptorWords.HAS_P)) bias += I32_MAGNITUDE;
            bool binary = h.has(DescriptorWords.HAS_B);
            uint256 fold;
            if (kind == DescriptorWords.DOT) fold = step.reductions * step.a.magnitude * step.b.magnitude;
            else {
                fold = weighted(step.a);
                uint256 b = binary ? weighted(step.b) : 0;
                if (kind == DescriptorWords.SUM) fold = step.reductions * (fold + b);
                else if (kind == DescriptorWords.MAX) fold = larger(I32_MAGNITUDE, larger(fold, b));
                else if (b >= EXACT) broken(step, Rule.FoldRange);
            }
            if (fold + bias >= (kind == DescriptorWords.SQRT ? EXACT_ROOT : EXACT))
                broken(step, Rule.FoldRange);
        }
    }

    /// @dev The largest |weight (X - zero)|.
    function weighted(OperandShape memory o) private pure returns (uint256) {
        unchecked {
            return magnitude(o.head.weight()) * o.magnitude;
        }
    }

    function rangeOf(uint256 dtype) private pure returns (int256 least, int256 most) {
        if (dtype == DescriptorWords.U8) return (0, int256(uint256(type(uint8).max)));
        if (dtype == DescriptorWords.I16) return (type(int16).min, type(int16).max);
        return (type(int32).min, type(int32).max);
    }

    function magnitude(int256 value) private pure returns (uint256 result) {
        // SAFETY: the value is not -2^255. Complement and add one where it is negative.
        assembly ("memory-safe") {
            let sign := sar(255, value)
            result := sub(xor(value, sign), sign)
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
