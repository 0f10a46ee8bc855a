// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LittleEndian} from "../../libraries/LittleEndian.sol";
import {JobIds} from "../../market/libraries/JobIds.sol";
import {Merkle, MerkleIndex, MerkleLength} from "../../libraries/Merkle.sol";
import {DescriptorWords, HeaderWord, OperandWord} from "../../libraries/DescriptorWords.sol";
import {StepDescriptor} from "../../libraries/StepDescriptor.sol";
import {ElementIndex, JobId, TensorRoot} from "../../types/Ids.sol";
import {IDisputeGame} from "../interfaces/IDisputeGame.sol";
import {NodeMismatch} from "./Descent.sol";

/// @notice The element is not in the step's output.
error ElementOutOfRange(ElementIndex element, uint256 elements);
/// @notice The input roots and head given are not the job's.
error InputMismatch(JobId expected, JobId actual);
/// @notice The output leaf is not 128 bytes long.
error LeafLength(uint256 length);

/// @title What a one-step proof says, checked against the trace, the job and the program
library StepProof {
    /// @dev Heads and lengths of the fields in calldata, and a root of an input.
    uint256 private constant FIXED_WORDS = 24;

    /// @notice Checks the descriptor against the program, and returns its first word.
    function header(
        uint256 step,
        uint256 stepCount,
        bytes32 stepsRoot,
        bytes calldata descriptor,
        bytes32[] calldata stepPath
    ) internal pure returns (HeaderWord) {
        bytes32 actual = Merkle.rootFromPath(StepDescriptor.leaf(descriptor), step, stepCount, stepPath);
        require(actual == stepsRoot, NodeMismatch(stepsRoot, actual));
        return DescriptorWords.header(descriptor);
    }

    /// @notice Number of elements of the step's output.
    function outputElements(HeaderWord h, bytes calldata descriptor) internal pure returns (uint256) {
        return DescriptorWords.extents(descriptor).elements(0, h.outputAxes());
    }

    /// @notice Roots of the step's operands, in the order A, B, G, P, and of its output, checked against trace and job.
    function tensorRoots(
        IDisputeGame.Proof calldata proof,
        HeaderWord h,
        uint256 stepCount,
        bytes32 traceRoot,
        JobId job
    ) internal pure returns (bytes32[] memory operandRoots, bytes32 outputRoot) {
        operandRoots = new bytes32[](h.operandCount());
        uint256[] memory steps = tracedSteps(proof, operandRoots.length);
        checkTraced(proof, steps, stepCount, traceRoot);
        outputRoot = TensorRoot.unwrap(proof.tracedRoots[steps.length - 1]);
        bool readsInput;
        uint256 first = DescriptorWords.OPERANDS_OFFSET;
        // SAFETY: a checked descriptor holds its operands, and the offsets stay below its length.
        unchecked {
            for (uint256 i = 0; i < operandRoots.length; ++i) {
                OperandWord operand = DescriptorWords.operandAt(proof.descriptor, first);
                uint256 class = operand.class();
                if (class == DescriptorWords.CONSTANT)
                    operandRoots[i] = DescriptorWords.rootAt(proof.descriptor, first);
                else if (class == DescriptorWords.INPUT) {
                    operandRoots[i] = TensorRoot.unwrap(proof.inputRoots[operand.index()]);
                    readsInput = true;
                } else operandRoots[i] = TensorRoot.unwrap(proof.tracedRoots[find(steps, operand.index())]);
                first += operand.size();
            }
        }
        if (readsInput) checkInputs(proof, job);
    }

    /// @notice The element that was committed, opened against the output's root.
    function committed(
        IDisputeGame.Proof calldata proof,
        HeaderWord h,
        bytes32 outputRoot
    ) internal pure returns (int256) {
        uint256 elements = outputElements(h, proof.descriptor);
        uint256 element = ElementIndex.unwrap(proof.element);
        require(element < elements, ElementOutOfRange(proof.element, elements));
        bytes calldata leaf = proof.outputLeaf;
        require(leaf.length == Merkle.LEAF_BYTES, LeafLength(leaf.length));
        uint256 size = DescriptorWords.elementSize(h.dtype());
        uint256 first = element * size;
        bytes32 actual = Merkle.rootFromPath(
            keccak256(leaf),
            first / Merkle.LEAF_BYTES,
            Merkle.leafCount(elements * size),
            proof.outputPath
        );
        require(actual == outputRoot, NodeMismatch(outputRoot, actual));
        uint256 position;
        // SAFETY: the position of a calldata slice; an element lies within one leaf, sizes being powers of two.
        assembly ("memory-safe") {
            position := leaf.offset
        }
        return LittleEndian.read(h.dtype(), position + (first % Merkle.LEAF_BYTES));
    }

    /// @notice Bytes of a proof that was checked: nothing in it can be padded, except the witness with leaves that are
    /// not read.
    function size(IDisputeGame.Proof calldata proof) internal pure returns (uint256) {
        uint256 words =
            FIXED_WORDS +
                proof.stepPath.length +
                proof.tracedRoots.length +
                proof.traceSiblings.length +
                proof.outputPath.length;
        return proof.descriptor.length + proof.outputLeaf.length + proof.witness.length + 32 * words;
    }

    /// @dev Distinct steps whose outputs the proof needs, increasing; the step itself comes last, since operands are
    /// outputs of earlier steps.
    function tracedSteps(
        IDisputeGame.Proof calldata proof,
        uint256 operands
    ) private pure returns (uint256[] memory steps) {
        // SAFETY: at most four operands; as in tensorRoots.
        unchecked {
            steps = new uint256[](operands + 1);
            uint256 count = 0;
            uint256 first = DescriptorWords.OPERANDS_OFFSET;
            for (uint256 i = 0; i < operands; ++i) {
                OperandWord operand = DescriptorWords.operandAt(proof.descriptor, first);
                if (operand.class() == DescriptorWords.STEP) count = insert(steps, count, operand.index());
                first += operand.size();
            }
            count = insert(steps, count, proof.step);
            // SAFETY: only shortens the array.
            assembly ("memory-safe") {
                mstore(steps, count)
            }
        }
    }

    /// @dev Inserts into the first `count` entries, which increase, unless the value is there.
    function insert(uint256[] memory list, uint256 count, uint256 value) private pure returns (uint256) {
        // SAFETY: counts down to zero, and up within the list.
        unchecked {
            uint256 place = count;
            while (place != 0 && list[place - 1] > value) --place;
            if (place != 0 && list[place - 1] == value) return count;
            for (uint256 i = count; i > place; --i) list[i] = list[i - 1];
            list[place] = value;
            return count + 1;
        }
    }

    function find(uint256[] memory steps, uint256 step) private pure returns (uint256 place) {
        // SAFETY: every operand's step is in the list.
        unchecked {
            while (steps[place] != step) ++place;
        }
    }

    /// @dev The job's id commits to its head and to the list of its inputs.
    function checkInputs(IDisputeGame.Proof calldata proof, JobId job) private pure {
        bytes32 list = keccak256(abi.encodePacked(hex"03", proof.inputRoots));
        JobId actual = JobIds.job(proof.jobHead, list);
        require(actual == job, InputMismatch(job, actual));
    }

    function checkTraced(
        IDisputeGame.Proof calldata proof,
        uint256[] memory steps,
        uint256 stepCount,
        bytes32 traceRoot
    ) private pure {
        uint256 count = steps.length;
        require(proof.tracedRoots.length == count, MerkleLength(proof.tracedRoots.length, count));
        // INVARIANT: the list increases, so its last entry is the largest.
        require(steps[count - 1] < stepCount, MerkleIndex(steps[count - 1], stepCount));
        bytes32[] memory known = Merkle.frontier(count);
        // SAFETY: at most five entries.
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                known[2 * i] = bytes32(steps[i]);
                known[2 * i + 1] = TensorRoot.unwrap(proof.tracedRoots[i]);
            }
        }
        bytes32 actual = Merkle.rootFromFrontier(stepCount, known, proof.traceSiblings);
        require(actual == traceRoot, NodeMismatch(traceRoot, actual));
    }
}
