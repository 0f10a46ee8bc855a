// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DescriptorWords} from "../../libraries/DescriptorWords.sol";
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
    uint256 internal constant PER_LEAF = 500;
    uint256 internal constant PER_INTERVAL = 280;
    uint256 internal constant PER_SIBLING = 220;
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

    /// @dev What one element reads of a tensor: runs of at most `span` bytes each.
    struct Reads {
        /// Lowest byte of the run where all axes are zero.
        int256 start;
        uint256 span;
        uint256 runs;
        /// All byte changes that place a run, or'ed.
        uint256 moves;
    }

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
            uint256 execution = GAME + PER_SIBLING * nodes + evaluationGas(step, totals);
            return TRANSACTION + Math.max(PER_BYTE * length, PER_BYTE_WITH_EXECUTION * length + execution);
        }
    }

    function evaluationGas(StepShape memory step, Totals memory totals) private pure returns (uint256) {
        unchecked {
            return
                EVALUATION +
                PER_OPERAND * step.operandCount +
                PER_LEAF * totals.leaves +
                PER_INTERVAL * totals.intervals +
                PER_SIBLING * totals.siblings +
                foldGas(step);
        }
    }

    function foldGas(StepShape memory step) private pure returns (uint256) {
        unchecked {
            uint256 lines = step.reductions;
            uint256 perLine = PER_LINE + PER_LINE_COORDINATE * step.coordinates + PER_LINE_TERM * step.terms;
            if (step.axes > step.outputAxes) {
                lines /= step.extents.extent(step.axes - 1);
                perLine += PER_LINE_AXIS * (step.axes - step.outputAxes - 1);
            }
            return
                PER_COORDINATE * step.coordinates +
                PER_TERM * step.terms +
                perLine * lines +
                elementGas(step) * step.reductions;
        }
    }

    /// @dev Of all operands together.
    function elementGas(StepShape memory step) private pure returns (uint256) {
        unchecked {
            (uint256 a, int256 deltaA) = readGas(step, step.a);
            if (!step.header.has(DescriptorWords.HAS_B)) return a;
            (uint256 b, int256 deltaB) = readGas(step, step.b);
            bool packed =
                step.kind == DescriptorWords.DOT &&
                    a == PER_ADJACENT &&
                    b == PER_ADJACENT &&
                    step.a.unit == 1 &&
                    step.b.unit == 1;
            if (!packed) return a + b;
            return deltaA == deltaB ? PER_PACKED_ALIKE : PER_PACKED;
        }
    }

    function readGas(
        StepShape memory step,
        OperandShape memory o
    ) private pure returns (uint256, int256 delta) {
        if (step.axes > step.outputAxes) delta = o.deltas[step.axes - 1];
        uint256 apart = magnitude(delta);
        if (apart > LEAF) return (PER_SCATTERED, delta);
        return (apart == o.unit ? PER_ADJACENT : PER_STRIDED, delta);
    }

    function addReads(StepShape memory step, Totals memory totals) private pure {
        addRead(step.a, readsOf(step, step.a, step.axes), totals);
        Reads memory b;
        bool binary = step.header.has(DescriptorWords.HAS_B);
        if (binary) b = readsOf(step, step.b, step.axes);
        if (step.header.has(DescriptorWords.HAS_G))
            addRead(step.g, readsOf(step, step.g, step.outputAxes), totals);
        if (step.header.has(DescriptorWords.HAS_P)) {
            Reads memory p = readsOf(step, step.p, step.outputAxes);
            if (!binary || !joins(step, b, p)) addRead(step.p, p, totals);
        }
        if (binary) addRead(step.b, b, totals);
    }

    /// @dev Runs of an operand that moves with the axes below `axes`: reduction axes lengthen a run where they leave no
    /// leaf out, and multiply runs elsewhere.
    function readsOf(
        StepShape memory step,
        OperandShape memory o,
        uint256 axes
    ) private pure returns (Reads memory reads) {
        reads.start = o.start;
        reads.span = o.size;
        reads.runs = 1;
        reads.moves = LEAF | uint256(o.deltas[DescriptorWords.INDEX_AXIS]);
        unchecked {
            for (uint256 axis = 0; axis < step.outputAxes; ++axis)
                if (step.extents.extent(axis) > 1) reads.moves |= uint256(o.deltas[axis]);
            // The order does not matter: an axis that can ever lengthen the run can once the shorter ones have.
            uint256 pending = (1 << axes) - (1 << step.outputAxes);
            while (true) {
                uint256 rest = lengthen(step, o, reads, pending);
                if (rest == pending) break;
                pending = rest;
            }
            for (uint256 axis = step.outputAxes; axis < axes; ++axis) {
                if ((pending >> axis) & 1 == 0) continue;
                reads.runs *= step.extents.extent(axis);
                reads.moves |= uint256(o.deltas[axis]);
            }
        }
    }

    /// @dev Lets each pending axis lengthen the run that can; returns the others.
    function lengthen(
        StepShape memory step,
        OperandShape memory o,
        Reads memory reads,
        uint256 pending
    ) private pure returns (uint256) {
        unchecked {
            for (uint256 axis = step.outputAxes; pending >> axis != 0; ++axis) {
                if ((pending >> axis) & 1 == 0) continue;
                int256 delta = o.deltas[axis];
                uint256 apart = magnitude(delta);
                uint256 further = step.extents.extent(axis) - 1;
                if (further != 0 && apart > LEAF && apart > reads.span) continue;
                pending ^= 1 << axis;
                reads.span += apart * further;
                if (delta < 0) reads.start += delta * int256(further);
            }
            return pending;
        }
    }

    /// @dev Whether B is one run with which P's record always lies: a row of weights. Then B's run grows to hold it.
    function joins(StepShape memory step, Reads memory b, Reads memory p) private pure returns (bool) {
        if (b.runs != 1 || step.b.head.class() != DescriptorWords.CONSTANT) return false;
        if (step.p.head.class() != DescriptorWords.CONSTANT || step.b.root != step.p.root) return false;
        unchecked {
            for (uint256 axis = 0; axis < step.outputAxes; ++axis)
                if (step.extents.extent(axis) > 1 && step.b.deltas[axis] != step.p.deltas[axis]) return false;
            uint256 index = DescriptorWords.INDEX_AXIS;
            if (step.b.deltas[index] != step.p.deltas[index]) return false;
            int256 start = b.start < p.start ? b.start : p.start;
            int256 endB = b.start + int256(b.span);
            int256 endP = p.start + int256(p.span);
            uint256 span = uint256((endB > endP ? endB : endP) - start);
            if (span > b.span + p.span + LEAF) return false;
            b.start = start;
            b.span = span;
            return true;
        }
    }

    function addRead(OperandShape memory o, Reads memory reads, Totals memory totals) private pure {
        unchecked {
            // Runs start at multiples of the largest power of two that divides every move, from `start` on.
            uint256 grain = reads.moves & (~reads.moves + 1);
            uint256 latest = (uint256(reads.start) & (grain - 1)) + LEAF - grain;
            uint256 touch = (latest + reads.span - 1) / LEAF + 1;
            uint256 width = leavesOf(o.head.byteLength());
            uint256 leaves = Math.min(width, reads.runs * touch);
            uint256 intervals = Math.min(reads.runs, leaves);
            totals.leaves += leaves;
            totals.intervals += intervals;
            uint256 ends = touch == 1 ? intervals : 2 * intervals;
            uint256 siblings = 0;
            while (width > 1) {
                width = (width + 1) >> 1;
                siblings += ends < width ? ends : width;
            }
            totals.siblings += siblings;
        }
    }

    function leavesOf(uint256 byteLength) private pure returns (uint256) {
        unchecked {
            return (byteLength + LEAF - 1) / LEAF;
        }
    }

    /// @notice Depth of a tree of `leaves` leaves, at least one.
    function depthOf(uint256 leaves) internal pure returns (uint256) {
        unchecked {
            return leaves == 1 ? 0 : Math.log2(leaves - 1) + 1;
        }
    }

    function magnitude(int256 value) private pure returns (uint256) {
        unchecked {
            return uint256(value < 0 ? -value : value);
        }
    }
}
