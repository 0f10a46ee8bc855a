// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DescriptorWords, ExtentsWord} from "../../libraries/DescriptorWords.sol";
import {OperandShape, StepShape} from "./StepShape.sol";

/// @title Upper bound of the gas of a step's one-step proof (docs/specification.md, section 7)
/// @dev The same constants and arithmetic as packages/ir/src/proof-bound.ts. The shape was checked before: extents,
/// strides and coefficients are bounded, so that nothing here comes near 2^255.
library ProofBound {
    /// @notice No registrable step costs more to prove: whole transaction.
    uint256 internal constant CAP = 600_000;

    uint256 internal constant TRANSACTION = 21_000;
    uint256 internal constant PER_BYTE = 40;
    uint256 internal constant PER_BYTE_WITH_EXECUTION = 16;
    uint256 internal constant CALL_BYTES = 320;
    uint256 internal constant GAME = 150_000;
    uint256 internal constant EVALUATION = 14_000;
    uint256 internal constant PER_OPERAND = 4_500;
    uint256 internal constant PER_LEAF = 550;
    uint256 internal constant PER_INTERVAL = 310;
    uint256 internal constant PER_SIBLING = 240;
    uint256 internal constant PER_COORDINATE = 300;
    uint256 internal constant PER_TERM = 370;
    uint256 internal constant PER_LINE = 3_700;
    uint256 internal constant PER_LINE_AXIS = 220;
    uint256 internal constant PER_LINE_COORDINATE = 230;
    uint256 internal constant PER_LINE_TERM = 110;
    uint256 internal constant PER_PACKED = 14;
    uint256 internal constant PER_PACKED_ALIKE = 21;
    uint256 internal constant PER_ADJACENT = 115;
    uint256 internal constant PER_STRIDED = 200;
    uint256 internal constant PER_SCATTERED = 2_000;

    uint256 private constant LEAF = 128;
    uint256 private constant HASH = 32;

    /// @dev Sums over operands.
    struct Totals {
        uint256 leaves;
        uint256 intervals;
        uint256 siblings;
    }

    /// @notice Gas of the whole transaction.
    /// @param traceDepth Depth of a tree of the program's steps.
    function gasOf(
        StepShape memory step,
        uint256 traceDepth,
        uint256 inputs
    ) internal pure returns (uint256) {
        Totals memory totals;
        addReads(step, totals);
        // SAFETY: see the library's comment.
        unchecked {
            uint256 outputLeaves = leavesOf(step.outputs << step.header.dtype());
            uint256 nodes = depthOf(outputLeaves) + traceDepth * (2 + step.traced);
            uint256 length =
                LEAF * (totals.leaves + 1) +
                    8 * totals.intervals +
                    4 * step.operandCount +
                    HASH * (totals.siblings + nodes + 1 + step.traced + inputs) +
                    step.length +
                    CALL_BYTES;
            uint256 execution =
                GAME +
                    PER_SIBLING * (nodes + totals.siblings) +
                    EVALUATION +
                    PER_OPERAND * step.operandCount +
                    PER_LEAF * totals.leaves +
                    PER_INTERVAL * totals.intervals +
                    foldGas(step);
            return TRANSACTION + Math.max(PER_BYTE * length, PER_BYTE_WITH_EXECUTION * length + execution);
        }
    }

    /// @notice Depth of a tree of `leaves` leaves, at least one.
    function depthOf(uint256 leaves) internal pure returns (uint256) {
        unchecked {
            return leaves == 1 ? 0 : Math.log2(leaves - 1) + 1;
        }
    }

    function foldGas(StepShape memory step) private pure returns (uint256) {
        unchecked {
            uint256 coordinates = step.coordinates;
            uint256 terms = step.terms;
            uint256 lines = step.reductions;
            uint256 perLine = PER_LINE + PER_LINE_COORDINATE * coordinates + PER_LINE_TERM * terms;
            uint256 reductionAxes = step.axes - step.outputAxes;
            if (reductionAxes != 0) {
                lines /= step.extents.extent(step.axes - 1);
                perLine += PER_LINE_AXIS * (reductionAxes - 1);
            }
            uint256 perElement = elementGas(step, reductionAxes != 0);
            return
                PER_COORDINATE * coordinates +
                PER_TERM * terms +
                perLine * lines +
                perElement * step.reductions;
        }
    }

    /// @dev Of all operands together.
    function elementGas(StepShape memory step, bool reduces) private pure returns (uint256) {
        unchecked {
            uint256 line = step.axes - 1;
            int256 deltaA = reduces ? step.a.deltas[line] : int256(0);
            uint256 a = readGas(deltaA, step.a.unit);
            if (!step.header.has(DescriptorWords.HAS_B)) return a;
            int256 deltaB = reduces ? step.b.deltas[line] : int256(0);
            if (
                step.kind == DescriptorWords.DOT &&
                (deltaA == 1 || deltaA == -1) &&
                (deltaB == 1 || deltaB == -1)
            ) return deltaA == deltaB ? PER_PACKED_ALIKE : PER_PACKED;
            return a + readGas(deltaB, step.b.unit);
        }
    }

    function readGas(int256 delta, uint256 unit) private pure returns (uint256) {
        uint256 apart = magnitude(delta);
        if (apart > LEAF) return PER_SCATTERED;
        return apart == unit ? PER_ADJACENT : PER_STRIDED;
    }

    function addReads(StepShape memory step, Totals memory totals) private pure {
        uint256 flags = step.header.flags();
        findRuns(step, step.a, step.axes);
        addRead(step.a, totals);
        if (flags & DescriptorWords.HAS_B != 0) findRuns(step, step.b, step.axes);
        if (flags & DescriptorWords.HAS_G != 0) {
            findRuns(step, step.g, step.outputAxes);
            addRead(step.g, totals);
        }
        if (flags & DescriptorWords.HAS_P != 0) {
            if (flags & DescriptorWords.HAS_B == 0 || !joins(step, step.b, step.p)) {
                findRuns(step, step.p, step.outputAxes);
                addRead(step.p, totals);
            }
        }
        if (flags & DescriptorWords.HAS_B != 0) addRead(step.b, totals);
    }

    /// @dev Runs of an operand that moves with the axes below `axes`: reduction axes lengthen a run where they leave no
    /// leaf out, and multiply runs elsewhere.
    function findRuns(StepShape memory step, OperandShape memory o, uint256 axes) private pure {
        uint256 outputAxes = step.outputAxes;
        uint256 extents = ExtentsWord.unwrap(step.extents);
        uint256 pending = 0;
        o.span = o.size;
        if (axes > outputAxes) pending = lengthen(o, extents, outputAxes, axes);
        uint256 runs = 1;
        uint256 moves = LEAF;
        // A single element never leaves its leaf, wherever it lies.
        if (o.span != o.unit) moves = placing(o.deltas, extents, outputAxes);
        for (uint256 axis = outputAxes; pending != 0;) {
            // SAFETY: one bit a pass; the product of extents is at most 2^24.
            unchecked {
                if ((pending >> axis) & 1 == 1) {
                    pending ^= 1 << axis;
                    runs *= step.extents.extent(axis);
                    moves |= uint256(deltaOf(o, axis));
                }
                ++axis;
            }
        }
        (o.runs, o.moves) = (runs, moves);
    }

    /// @dev The changes, or'ed, by which output axes with more than one value and the index axis place a run.
    function placing(
        int256[10] memory deltas,
        uint256 extents,
        uint256 outputAxes
    ) private pure returns (uint256 moves) {
        // SAFETY: reads the ten words of the array; outputAxes <= 7.
        assembly ("memory-safe") {
            moves := or(LEAF, mload(add(deltas, 288)))
            for {
                let end := add(deltas, shl(5, outputAxes))
            } lt(deltas, end) {
                deltas := add(deltas, 32)
            } {
                if gt(shr(224, extents), 1) {
                    moves := or(moves, mload(deltas))
                }
                extents := shl(32, extents)
            }
        }
    }

    /// @dev Lets each reduction axis lengthen the run that can; returns the others, one bit each. Their order does not
    /// matter, only that passes go on as long as a longer run may let in an axis that was passed by: from the last
    /// axis, whose elements are mostly the nearest, one pass mostly does.
    function lengthen(
        OperandShape memory o,
        uint256 extents,
        uint256 first,
        uint256 axes
    ) private pure returns (uint256 pending) {
        int256[10] memory deltas = o.deltas;
        uint256 span = o.size;
        int256 start = o.start;
        // SAFETY: reads the words of axes below 8; sums stay far below 2^255, see the library's comment.
        assembly ("memory-safe") {
            pending := sub(shl(axes, 1), shl(first, 1))
            for {
                let again := 1
            } again {} {
                again := 0
                let passedBy := 0
                for {
                    let axis := axes
                } gt(axis, first) {} {
                    axis := sub(axis, 1)
                    if and(shr(axis, pending), 1) {
                        let delta := mload(add(deltas, shl(5, axis)))
                        let sign := sar(255, delta)
                        let apart := sub(xor(delta, sign), sign)
                        let further := sub(and(shr(sub(224, shl(5, axis)), extents), 0xffffffff), 1)
                        switch and(and(gt(apart, LEAF), gt(apart, span)), gt(further, 0))
                        case 1 {
                            passedBy := 1
                        }
                        default {
                            pending := xor(pending, shl(axis, 1))
                            span := add(span, mul(apart, further))
                            start := add(start, mul(and(delta, sign), further))
                            again := or(again, passedBy)
                        }
                    }
                }
            }
        }
        o.span = span;
        o.start = start;
    }

    /// @dev Whether B is one run with which P's record always lies: a row of weights. Then B's run grows to hold it.
    function joins(
        StepShape memory step,
        OperandShape memory b,
        OperandShape memory p
    ) private pure returns (bool) {
        if (b.runs != 1 || b.root != p.root) return false;
        if (b.head.class() != DescriptorWords.CONSTANT || p.head.class() != DescriptorWords.CONSTANT)
            return false;
        unchecked {
            uint256 outputAxes = step.outputAxes;
            for (uint256 axis = 0; axis < outputAxes; ++axis)
                if (deltaOf(b, axis) != deltaOf(p, axis) && step.extents.extent(axis) > 1) return false;
            if (deltaOf(b, DescriptorWords.INDEX_AXIS) != deltaOf(p, DescriptorWords.INDEX_AXIS))
                return false;
            int256 start = b.start < p.start ? b.start : p.start;
            int256 endB = b.start + int256(b.span);
            int256 endP = p.start + int256(p.size);
            uint256 span = uint256((endB > endP ? endB : endP) - start);
            if (span > b.span + p.size + LEAF) return false;
            b.start = start;
            b.span = span;
            return true;
        }
    }

    function addRead(OperandShape memory o, Totals memory totals) private pure {
        unchecked {
            // Runs start at multiples of the largest power of two that divides every move, from `start` on.
            uint256 grain = o.moves & (~o.moves + 1);
            uint256 latest = (uint256(o.start) & (grain - 1)) + LEAF - grain;
            uint256 touch = (latest + o.span - 1) / LEAF + 1;
            uint256 width = leavesOf(o.head.byteLength());
            uint256 leaves = Math.min(width, o.runs * touch);
            uint256 intervals = Math.min(o.runs, leaves);
            totals.leaves += leaves;
            totals.intervals += intervals;
            totals.siblings += siblingsOf(width, touch == 1 ? intervals : 2 * intervals);
        }
    }

    /// @dev Siblings in a tree of `width` leaves: at each level at most `ends`, and at most one for each parent.
    function siblingsOf(uint256 width, uint256 ends) private pure returns (uint256 count) {
        unchecked {
            // ceil(width / 2^level) > ends while 2^level <= (width - 1) / ends.
            uint256 ratio = (width - 1) / ends;
            if (ratio > 1) {
                uint256 levels = Math.log2(ratio);
                count = levels * ends;
                width = (width + (1 << levels) - 1) >> levels;
            }
            while (width > 1) {
                width = (width + 1) >> 1;
                count += ends < width ? ends : width;
            }
        }
    }

    function leavesOf(uint256 byteLength) private pure returns (uint256) {
        unchecked {
            return (byteLength + LEAF - 1) / LEAF;
        }
    }

    function deltaOf(OperandShape memory o, uint256 axis) private pure returns (int256 delta) {
        int256[10] memory deltas = o.deltas;
        // SAFETY: axes are below 10.
        assembly ("memory-safe") {
            delta := mload(add(deltas, shl(5, axis)))
        }
    }

    function magnitude(int256 value) private pure returns (uint256 result) {
        // SAFETY: the value is not -2^255. Complement and add one where it is negative.
        assembly ("memory-safe") {
            let sign := sar(255, value)
            result := sub(xor(value, sign), sign)
        }
    }
}
