// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fl32} from "../libraries/Fl32.sol";
import {LittleEndian} from "../libraries/LittleEndian.sol";
import {ExtentsWord, HeaderWord, OperandWord, DescriptorWords} from "../libraries/DescriptorWords.sol";
import {ElementIndex} from "../types/Ids.sol";
import {AffineMap} from "./AffineMap.sol";
import {Fold, Source} from "./Fold.sol";
import {IStepVerifier} from "./interfaces/IStepVerifier.sol";
import {Witness, WitnessLength} from "./Witness.sol";

/// @title Recomputes one output element of any registrable step
/// @dev Open the witness, settle the maps, fold line by line, requantise. Nothing is operator-specific.
contract StepVerifier is IStepVerifier {
    using DescriptorWords for bytes;

    /// @notice The step's output has fewer elements.
    error ElementOutOfRange(ElementIndex element);
    /// @notice The step has another number of operands.
    error OperandRootCount(uint256 given, uint256 needed);

    /// @dev A step under evaluation. Entries of lists are for A, B, G and P; absent operands have none.
    struct Frame {
        HeaderWord header;
        ExtentsWord extents;
        /// Byte of the descriptor at which each operand starts.
        uint256[4] offsets;
        uint256[][4] sections;
        /// Values of all axes.
        int256[10] axes;
        bool indexAbsent;
        int256 bias;
        uint256 multiplier;
    }

    /// @inheritdoc IStepVerifier
    function evaluate(
        bytes calldata descriptor,
        bytes32[] calldata operandRoots,
        ElementIndex element,
        uint32 iteration,
        bytes calldata witness
    ) external pure returns (int256) {
        Frame memory frame;
        frame.header = descriptor.header();
        frame.extents = descriptor.extents();
        splitElement(frame, element);
        frame.axes[DescriptorWords.ITERATION_AXIS] = int256(uint256(iteration));
        openWitness(frame, descriptor, operandRoots, witness);
        settleIndexAndParameters(frame, descriptor);
        return requantise(frame, fold(frame, descriptor));
    }

    /// @dev Row-major index to output axis values, last axis fastest.
    function splitElement(Frame memory frame, ElementIndex element) private pure {
        uint256 rest = ElementIndex.unwrap(element);
        // SAFETY: `axis` counts down from at most 7 to 0; extents are positive.
        unchecked {
            for (uint256 axis = frame.header.outputAxes(); axis != 0;) {
                uint256 extent = frame.extents.extent(--axis);
                frame.axes[axis] = int256(rest % extent);
                rest /= extent;
            }
        }
        require(rest == 0, ElementOutOfRange(element));
    }

    /// @dev One section per distinct tensor, in order of first appearance.
    function openWitness(
        Frame memory frame,
        bytes calldata descriptor,
        bytes32[] calldata operandRoots,
        bytes calldata witness
    ) private pure {
        uint256 count = frame.header.operandCount();
        require(operandRoots.length == count, OperandRootCount(operandRoots.length, count));
        uint256 position;
        assembly ("memory-safe") {
            position := witness.offset
        }
        uint256 offset = DescriptorWords.OPERANDS_OFFSET;
        // SAFETY: count <= 4; offsets are bounded by the descriptor's length, positions by the witness's.
        unchecked {
            uint256 end = position + witness.length;
            for (uint256 i = 0; i < count; ++i) {
                OperandWord operand = descriptor.operandAt(offset);
                uint256 first = firstWith(frame, descriptor, operand, offset, i);
                if (first < i) frame.sections[i] = frame.sections[first];
                else
                    (frame.sections[i], position) = Witness.open(
                        position,
                        end,
                        operandRoots[i],
                        operand.byteLength()
                    );
                frame.offsets[i] = offset;
                offset += operand.size();
            }
            require(position == end, WitnessLength(end, position));
        }
    }

    /// @dev The first operand that reads the same tensor as operand `i`.
    function firstWith(
        Frame memory frame,
        bytes calldata descriptor,
        OperandWord operand,
        uint256 offset,
        uint256 i
    ) private pure returns (uint256 first) {
        uint256 class = operand.class();
        // SAFETY: first < i <= 3.
        unchecked {
            for (; first < i; ++first) {
                OperandWord other = descriptor.operandAt(frame.offsets[first]);
                if (other.class() != class || other.index() != operand.index()) continue;
                if (class != DescriptorWords.CONSTANT) break;
                if (descriptor.rootAt(frame.offsets[first]) == descriptor.rootAt(offset)) break;
            }
        }
    }

    /// @dev Reads G, which sets its axis, then P, which changes bias and multiplier.
    function settleIndexAndParameters(Frame memory frame, bytes calldata descriptor) private pure {
        HeaderWord header = frame.header;
        frame.bias = header.bias();
        frame.multiplier = header.multiplier();
        uint256 next = header.has(DescriptorWords.HAS_B) ? 2 : 1;
        if (header.has(DescriptorWords.HAS_G)) {
            Source memory g = source(frame, descriptor, next++, 0);
            Fold.follow(g, frame.axes, 1);
            frame.indexAbsent = g.from >= g.to;
            frame.axes[DescriptorWords.INDEX_AXIS] = Fold.single(g, 0);
        }
        if (header.has(DescriptorWords.HAS_P)) {
            Source memory p = source(frame, descriptor, next, 0);
            Fold.follow(p, frame.axes, 1);
            if (p.from >= p.to) return;
            uint256 position = Witness.locate(p.section, uint256(p.start), 8);
            frame.bias += LittleEndian.read(DescriptorWords.I32, position);
            frame.multiplier = uint32(int32(LittleEndian.read(DescriptorWords.I32, position + 4)));
        }
    }

    /// @dev Operand `i` with its map settled.
    function source(
        Frame memory frame,
        bytes calldata descriptor,
        uint256 i,
        uint256 lineAxis
    ) private pure returns (Source memory result) {
        OperandWord operand = descriptor.operandAt(frame.offsets[i]);
        result.section = frame.sections[i];
        result.dtype = operand.dtype();
        result.zero = operand.zero();
        result.weight = operand.weight();
        (result.map, result.delta) = AffineMap.settle(
            descriptor,
            frame.offsets[i],
            frame.axes,
            frame.header.outputAxes(),
            lineAxis,
            frame.indexAbsent
        );
    }

    /// @dev Visits every line of the reduction box, the last outer axis fastest.
    function fold(Frame memory frame, bytes calldata descriptor) private pure returns (int256 result) {
        HeaderWord header = frame.header;
        uint256 kind = header.kind();
        uint256 axes = header.axes();
        // SAFETY: at least one axis; the fold is below 2^53.
        unchecked {
            uint256 lineAxis = axes - 1;
            Source memory a = source(frame, descriptor, 0, lineAxis);
            Source memory b;
            if (header.has(DescriptorWords.HAS_B)) b = source(frame, descriptor, 1, lineAxis);
            else b.map = AffineMap.nowhere();
            int256 length = 1;
            if (axes > header.outputAxes()) length = int256(frame.extents.extent(lineAxis));
            bool packed = Fold.packs(a) && Fold.packs(b);
            if (kind == DescriptorWords.MAX) result = Fold.LEAST;
            do {
                Fold.follow(a, frame.axes, length);
                Fold.follow(b, frame.axes, length);
                if (kind == DescriptorWords.DOT) result += Fold.dot(a, b, packed);
                else if (kind == DescriptorWords.SUM) result += Fold.sum(a) + Fold.sum(b);
                else if (kind == DescriptorWords.MAX) result = Fold.max(b, Fold.max(a, result));
                else if (kind == DescriptorWords.DIV) result = Fold.div(a, b);
                else result = Fold.sqrt(a);
            } while (advance(frame));
        }
    }

    /// @dev Steps the outer reduction axes; false when they have all been visited.
    function advance(Frame memory frame) private pure returns (bool) {
        uint256 firstReduction = frame.header.outputAxes();
        // SAFETY: `axis` stays at or above outputAxes, which is at least 1, and values stay below extents.
        unchecked {
            for (uint256 axis = frame.header.axes() - 1; axis-- > firstReduction;) {
                int256 value = frame.axes[axis] + 1;
                bool more = value < int256(frame.extents.extent(axis));
                frame.axes[axis] = more ? value : int256(0);
                if (more) return true;
            }
        }
        return false;
    }

    /// @dev clamp(scale(folded + bias, M) + zp, low, high)
    function requantise(Frame memory frame, int256 folded) private pure returns (int256 value) {
        HeaderWord header = frame.header;
        value = Fl32.scale(folded + frame.bias, frame.multiplier) + header.zero();
        if (value < header.low()) return header.low();
        if (value > header.high()) return header.high();
    }
}
