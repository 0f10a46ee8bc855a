// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fl32} from "../libraries/Fl32.sol";
import {LittleEndian} from "../libraries/LittleEndian.sol";
import {OperandHead, StepDescriptor, StepHeader} from "../libraries/StepDescriptor.sol";
import {ElementIndex} from "../types/Ids.sol";
import {AffineMap, Line, Map} from "./AffineMap.sol";
import {Fold, Source} from "./Fold.sol";
import {IStepVerifier} from "./interfaces/IStepVerifier.sol";
import {Section, Witness, WitnessLength} from "./Witness.sol";

/// @title Recomputes one output element of any registrable step
/// @dev decode, open the witness, settle the maps, fold line by line, requantise. Nothing is operator-specific.
contract StepVerifier is IStepVerifier {
    using StepDescriptor for bytes;
    using StepDescriptor for StepHeader;

    /// @notice The step's output has fewer elements.
    error ElementOutOfRange(ElementIndex element);
    /// @notice The step has another number of operands.
    error OperandRootCount(uint256 given, uint256 needed);

    /// @dev All that one evaluation needs.
    struct Frame {
        StepHeader step;
        int256[10] axes;
        OperandHead[] operands;
        Section[] sections;
        bool indexAbsent;
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
        frame.step = descriptor.header();
        frame.operands = descriptor.operands();
        require(
            operandRoots.length == frame.operands.length,
            OperandRootCount(operandRoots.length, frame.operands.length)
        );
        splitElement(frame, element);
        frame.axes[StepDescriptor.ITERATION_AXIS] = int256(uint256(iteration));
        openWitness(frame, operandRoots, witness);
        (int256 bias, uint256 multiplier) = settleIndexAndParameters(frame, descriptor);
        return requantise(frame.step, fold(frame, descriptor) + bias, multiplier);
    }

    /// @dev Row-major index to output axis values, last axis fastest.
    function splitElement(Frame memory frame, ElementIndex element) private pure {
        uint256 rest = ElementIndex.unwrap(element);
        // SAFETY: `axis` counts down from at most 8 to 0; extents are positive.
        unchecked {
            for (uint256 axis = frame.step.outputAxes; axis != 0; ) {
                uint256 extent = frame.step.extent(--axis);
                frame.axes[axis] = int256(rest % extent);
                rest /= extent;
            }
        }
        require(rest == 0, ElementOutOfRange(element));
    }

    /// @dev One section per distinct tensor, in order of first appearance.
    function openWitness(
        Frame memory frame,
        bytes32[] calldata operandRoots,
        bytes calldata witness
    ) private pure {
        uint256 start;
        assembly ("memory-safe") {
            start := witness.offset
        }
        uint256 position = start;
        OperandHead[] memory operands = frame.operands;
        frame.sections = new Section[](operands.length);
        for (uint256 i = 0; i < operands.length; ++i) {
            uint256 first = 0;
            while (!StepDescriptor.same(operands[first], operands[i])) ++first;
            if (first < i) frame.sections[i] = frame.sections[first];
            else
                (frame.sections[i], position) = Witness.open(
                    position,
                    start + witness.length,
                    operandRoots[i],
                    operands[i].byteLength
                );
        }
        require(position == start + witness.length, WitnessLength(witness.length, position - start));
    }

    /// @dev Reads G, which sets its axis, then P; returns the bias and multiplier that apply.
    function settleIndexAndParameters(
        Frame memory frame,
        bytes calldata descriptor
    ) private pure returns (int256 bias, uint256 multiplier) {
        StepHeader memory step = frame.step;
        (bias, multiplier) = (step.bias, step.multiplier);
        uint256 next = 1 + (step.flags & StepDescriptor.HAS_B);
        if (step.flags & StepDescriptor.HAS_G != 0) {
            Source memory g = source(frame, descriptor, next++, 0);
            Line memory line = AffineMap.line(g.map, frame.axes, 1);
            if (line.from < line.to) frame.axes[StepDescriptor.INDEX_AXIS] = Fold.single(g, line, 0);
            else frame.indexAbsent = true;
        }
        if (step.flags & StepDescriptor.HAS_P != 0) {
            Source memory p = source(frame, descriptor, next, 0);
            Line memory line = AffineMap.line(p.map, frame.axes, 1);
            if (line.from >= line.to) return (bias, multiplier);
            uint256 position = Witness.locate(p.section, uint256(line.start), 8);
            bias += LittleEndian.read(StepDescriptor.I32, position);
            multiplier = uint32(int32(LittleEndian.read(StepDescriptor.I32, position + 4)));
        }
    }

    /// @dev Operand `i` with its map settled.
    function source(
        Frame memory frame,
        bytes calldata descriptor,
        uint256 i,
        uint256 lineAxis
    ) private pure returns (Source memory result) {
        OperandHead memory operand = frame.operands[i];
        result.map = AffineMap.settle(
            descriptor,
            operand,
            frame.axes,
            frame.step.outputAxes,
            lineAxis,
            frame.indexAbsent
        );
        result.section = frame.sections[i];
        result.dtype = operand.dtype;
        result.zero = operand.zero;
        result.weight = operand.weight;
    }

    /// @dev Visits every line of the reduction box, the last outer axis fastest.
    function fold(Frame memory frame, bytes calldata descriptor) private pure returns (int256 result) {
        StepHeader memory step = frame.step;
        uint256 lineAxis = step.axes - 1;
        Source memory a = source(frame, descriptor, 0, lineAxis);
        Source memory b;
        bool binary = step.flags & StepDescriptor.HAS_B != 0;
        if (binary) b = source(frame, descriptor, 1, lineAxis);
        else b.map.absent = true;
        int256 length = step.axes > step.outputAxes ? int256(step.extent(lineAxis)) : int256(1);
        if (step.kind == StepDescriptor.MAX) result = Fold.LEAST;
        uint256 free = freeMemory();
        do {
            result = foldLine(step.kind, result, a, b, frame.axes, length);
            // Lines are dropped once folded, so that memory does not grow with their number.
            releaseTo(free);
        } while (advance(frame));
    }

    function foldLine(
        uint256 kind,
        int256 result,
        Source memory a,
        Source memory b,
        int256[10] memory axes,
        int256 length
    ) private pure returns (int256) {
        Line memory lineA = AffineMap.line(a.map, axes, length);
        Line memory lineB = AffineMap.line(b.map, axes, length);
        if (kind == StepDescriptor.DOT) return result + Fold.dot(a, lineA, b, lineB);
        if (kind == StepDescriptor.SUM) return result + Fold.sum(a, lineA) + Fold.sum(b, lineB);
        if (kind == StepDescriptor.MAX) return Fold.max(b, lineB, Fold.max(a, lineA, result));
        if (kind == StepDescriptor.DIV) return Fold.div(a, lineA, b, lineB);
        return Fold.sqrt(a, lineA);
    }

    /// @dev Steps the outer reduction axes; false when they have all been visited.
    function advance(Frame memory frame) private pure returns (bool) {
        StepHeader memory step = frame.step;
        // SAFETY: `axis` stays above outputAxes, which is at least 1, and values stay below extents.
        unchecked {
            for (uint256 axis = step.axes - 1; axis-- > step.outputAxes;) {
                if (++frame.axes[axis] < int256(step.extent(axis))) return true;
                frame.axes[axis] = 0;
            }
        }
        return false;
    }

    /// @dev clamp(scale(acc, M) + zp, low, high)
    function requantise(
        StepHeader memory step,
        int256 acc,
        uint256 multiplier
    ) private pure returns (int256 value) {
        value = Fl32.scale(acc, multiplier) + step.zero;
        if (value < step.low) return step.low;
        if (value > step.high) return step.high;
    }

    function freeMemory() private pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }

    function releaseTo(uint256 free) private pure {
        // SAFETY: `free` was the pointer before the lines were allocated, and nothing refers to them any more.
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
