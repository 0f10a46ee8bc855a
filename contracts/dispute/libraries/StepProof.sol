// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LittleEndian} from "../../libraries/LittleEndian.sol";
import {JobIds} from "../../market/libraries/JobIds.sol";
import {Merkle} from "../../libraries/Merkle.sol";
import {OperandHead, StepDescriptor, StepHeader} from "../../libraries/StepDescriptor.sol";
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
    /// @notice Checks the descriptor, and returns its header.
    function header(
        uint256 step,
        uint256 stepCount,
        bytes32 stepsRoot,
        bytes calldata descriptor,
        bytes32[] calldata stepPath
    ) internal pure returns (StepHeader memory) {
        bytes32 leaf = StepDescriptor.leaf(descriptor);
        bytes32 actual = Merkle.rootFromPath(leaf, step, stepCount, stepPath);
        require(actual == stepsRoot, NodeMismatch(stepsRoot, actual));
        return StepDescriptor.header(descriptor);
    }

    /// @notice Roots of the step's operands, in the order A, B, G, P, and of its output, checked against trace and job.
    function tensorRoots(
        IDisputeGame.Proof calldata proof,
        uint256 stepCount,
        bytes32 traceRoot,
        JobId job
    ) internal pure returns (bytes32[] memory operandRoots, bytes32 outputRoot) {
        OperandHead[] memory operands = StepDescriptor.operands(proof.descriptor);
        uint256[] memory steps = tracedSteps(operands, proof.step);
        checkTraced(proof, steps, stepCount, traceRoot);
        if (readsInput(operands)) checkInputs(proof, job);
        operandRoots = new bytes32[](operands.length);
        for (uint256 i = 0; i < operands.length; ++i) operandRoots[i] = rootOf(operands[i], proof, steps);
        outputRoot = TensorRoot.unwrap(proof.tracedRoots[steps.length - 1]);
    }

    /// @notice The element that was committed, opened against the output's root.
    function committed(
        IDisputeGame.Proof calldata proof,
        StepHeader memory h,
        bytes32 outputRoot
    ) internal pure returns (int256) {
        uint256 elements = StepDescriptor.outputElements(h);
        uint256 element = ElementIndex.unwrap(proof.element);
        require(element < elements, ElementOutOfRange(proof.element, elements));
        bytes calldata leaf = proof.outputLeaf;
        require(leaf.length == Merkle.LEAF_BYTES, LeafLength(leaf.length));
        uint256 size = StepDescriptor.elementSize(h.dtype);
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
        return LittleEndian.read(h.dtype, position + (first % Merkle.LEAF_BYTES));
    }

    /// @dev Distinct steps whose outputs the proof needs, increasing; the step itself comes last, since operands are
    /// outputs of earlier steps.
    function tracedSteps(
        OperandHead[] memory operands,
        uint256 step
    ) private pure returns (uint256[] memory steps) {
        steps = new uint256[](operands.length + 1);
        uint256 count = 0;
        for (uint256 i = 0; i < operands.length; ++i)
            if (operands[i].class == StepDescriptor.STEP) count = insert(steps, count, operands[i].index);
        count = insert(steps, count, step);
        // SAFETY: only shortens the array.
        assembly ("memory-safe") {
            mstore(steps, count)
        }
    }

    /// @dev Inserts into the first `count` entries, which increase, unless the value is there.
    function insert(uint256[] memory list, uint256 count, uint256 value) private pure returns (uint256) {
        uint256 place = count;
        while (place != 0 && list[place - 1] > value) --place;
        if (place != 0 && list[place - 1] == value) return count;
        for (uint256 i = count; i > place; --i) list[i] = list[i - 1];
        list[place] = value;
        return count + 1;
    }

    function readsInput(OperandHead[] memory operands) private pure returns (bool reads) {
        for (uint256 i = 0; i < operands.length; ++i)
            if (operands[i].class == StepDescriptor.INPUT) return true;
    }

    /// @dev The job's id commits to its head and to the list of its inputs.
    function checkInputs(IDisputeGame.Proof calldata proof, JobId job) private pure {
        JobId actual = JobIds.job(proof.jobHead, keccak256(abi.encodePacked(hex"03", proof.inputRoots)));
        require(actual == job, InputMismatch(job, actual));
    }

    function rootOf(
        OperandHead memory operand,
        IDisputeGame.Proof calldata proof,
        uint256[] memory steps
    ) private pure returns (bytes32) {
        if (operand.class == StepDescriptor.CONSTANT) return operand.root;
        if (operand.class == StepDescriptor.INPUT) return TensorRoot.unwrap(proof.inputRoots[operand.index]);
        uint256 place = 0;
        while (steps[place] != operand.index) ++place;
        return TensorRoot.unwrap(proof.tracedRoots[place]);
    }

    function checkTraced(
        IDisputeGame.Proof calldata proof,
        uint256[] memory steps,
        uint256 stepCount,
        bytes32 traceRoot
    ) private pure {
        uint256 count = proof.tracedRoots.length;
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) hashes[i] = TensorRoot.unwrap(proof.tracedRoots[i]);
        // The multiproof overwrites its indices; the caller still needs them.
        uint256[] memory indices = new uint256[](steps.length);
        for (uint256 i = 0; i < steps.length; ++i) indices[i] = steps[i];
        bytes32 actual = Merkle.rootFromLeaves(stepCount, indices, hashes, proof.traceSiblings);
        require(actual == traceRoot, NodeMismatch(traceRoot, actual));
    }
}
