// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Groups} from "../../libraries/Groups.sol";
import {Merkle} from "../../libraries/Merkle.sol";
import {StepDescriptor} from "../../libraries/StepDescriptor.sol";
import {IProgramRegistry} from "../interfaces/IProgramRegistry.sol";
import {ProofBound} from "./ProofBound.sol";
import {StepCheck} from "./StepCheck.sol";
import {Rule, StepShape, broken} from "./StepShape.sol";
import {TensorTable} from "./TensorTable.sol";

/// @notice A program has 1 to 65,535 steps.
error StepCountOutOfRange(uint256 count);
/// @notice A program has 1 to 8 inputs and 1 to 8 outputs.
error PortCountOutOfRange(uint256 inputs, uint256 outputs);
/// @notice An input word is no data type with 1 to 7 positive dimensions, or its tensor has 2^32 bytes or more.
error InputInvalid(uint256 input, bytes32 word);
/// @notice An output names no step, or the step of another output.
error OutputInvalid(uint256 output, uint32 step);
/// @notice Bytes follow the last step.
error StepsTooMany(uint256 stepCount);

/// @title Checks pages of steps
library Drafting {
    using TensorTable for bytes;

    uint256 private constant MAX_STEPS = 65_535;
    uint256 private constant MAX_PORTS = 8;
    uint256 private constant MAX_RANK = 7;
    /// @dev Levels of the steps tree, and one more.
    uint256 private constant MAX_PEAKS = 17;
    /// @dev Header, extents and one operand.
    uint256 private constant SHORTEST_STEP = 96;

    /// @notice Checks all of a program but its steps.
    function checkPorts(IProgramRegistry.Draft memory draft) internal pure {
        uint256 steps = draft.stepCount;
        require(steps != 0 && steps <= MAX_STEPS, StepCountOutOfRange(steps));
        uint256 inputs = draft.inputs.length;
        uint256 outputs = draft.outputs.length;
        require(
            inputs != 0 && inputs <= MAX_PORTS && outputs != 0 && outputs <= MAX_PORTS,
            PortCountOutOfRange(inputs, outputs)
        );
        for (uint256 i = 0; i < inputs; ++i) inputTensor(i, draft.inputs[i]);
        for (uint256 i = 0; i < outputs; ++i) {
            uint32 step = draft.outputs[i];
            bool sound = step < steps;
            for (uint256 j = 0; j < i; ++j) sound = sound && draft.outputs[j] != step;
            require(sound, OutputInvalid(i, step));
        }
    }

    /// @notice Data types and sizes of the inputs, as TensorTable has them.
    function inputTensors(bytes32[] memory words) internal pure returns (uint256[] memory tensors) {
        tensors = new uint256[](words.length);
        for (uint256 i = 0; i < words.length; ++i) tensors[i] = inputTensor(i, words[i]);
    }

    /// @notice Checks the steps of a page, which ends where a step does.
    /// @param draft Its table has room for the page, its peaks for all levels; see `roomy`.
    function advance(IProgramRegistry.Draft memory draft, bytes calldata page) internal pure {
        uint256[] memory inputs = inputTensors(draft.inputs);
        uint256 traceDepth = ProofBound.depthOf(draft.stepCount);
        StepShape memory step;
        uint256 checked = draft.checkedSteps;
        uint256 free = freeMemory();
        while (page.length != 0) {
            require(checked < draft.stepCount, StepsTooMany(draft.stepCount));
            step.number = checked;
            StepCheck.check(step, page, inputs, draft.table);
            uint256 gas_ = ProofBound.gasOf(step, traceDepth, inputs.length);
            if (gas_ > ProofBound.CAP) broken(step, Rule.ProofTooLarge);
            if (gas_ > draft.worstProofGas) draft.worstProofGas = uint32(gas_);
            record(draft, step, checked);
            pushLeaf(draft.peaks, StepDescriptor.leaf(page[:step.length]), checked);
            page = page[step.length:];
            ++checked;
            // What checking a step allocated is not needed for the next one.
            releaseTo(free);
        }
        draft.checkedSteps = uint32(checked);
    }

    /// @notice A copy of a draft with room to check a page.
    function roomy(
        IProgramRegistry.Draft calldata draft,
        uint256 pageBytes
    ) internal pure returns (IProgramRegistry.Draft memory copy) {
        copy = IProgramRegistry.Draft({
            inputs: draft.inputs,
            outputs: draft.outputs,
            stepCount: draft.stepCount,
            checkedSteps: draft.checkedSteps,
            table: draft.table.grown(pageBytes / SHORTEST_STEP),
            peaks: emptyPeaks(),
            openings: draft.openings,
            worstProofGas: draft.worstProofGas
        });
        for (uint256 i = 0; i < draft.peaks.length; ++i) copy.peaks[i] = draft.peaks[i];
    }

    function emptyTable(uint256 pageBytes) internal pure returns (bytes memory) {
        return TensorTable.reserve(pageBytes / SHORTEST_STEP);
    }

    function emptyPeaks() internal pure returns (bytes32[] memory) {
        return new bytes32[](MAX_PEAKS);
    }

    /// @notice Peaks that a tree of `leaves` leaves has: one for each bit.
    function peakCount(uint256 leaves) internal pure returns (uint256 count) {
        for (; leaves != 0; leaves &= leaves - 1) ++count;
    }

    /// @notice The root above the peaks of `leaves` leaves.
    function bag(bytes32[] memory peaks, uint256 leaves) internal pure returns (bytes32 root) {
        uint256 count = peakCount(leaves);
        root = peaks[--count];
        while (count != 0) root = Merkle.hashNode(peaks[--count], root);
    }

    function record(IProgramRegistry.Draft memory draft, StepShape memory step, uint256 number) private pure {
        uint256 dtype = step.header.dtype();
        uint256 bytes_ = step.outputs << dtype;
        draft.table.push(TensorTable.tensor(dtype, bytes_));
        uint256 openings = Groups.tensorOpenings(ProofBound.depthOf(Merkle.leafCount(bytes_)));
        if (openings > draft.openings) draft.openings = uint8(openings);
        assert(draft.table.length == TensorTable.ENTRY_BYTES * (number + 1));
    }

    /// @dev Appends leaf number `number`: it merges with as many peaks as the number ends in ones.
    function pushLeaf(bytes32[] memory peaks, bytes32 node, uint256 number) private pure {
        uint256 count = peakCount(number);
        for (; number & 1 == 1; number >>= 1) node = Merkle.hashNode(peaks[--count], node);
        peaks[count] = node;
    }

    function inputTensor(uint256 i, bytes32 word) private pure returns (uint256) {
        uint256 w = uint256(word);
        uint256 dtype = w >> 248;
        uint256 rank = (w >> 240) & 0xff;
        require(dtype <= StepDescriptor.I32 && rank != 0 && rank <= MAX_RANK, InputInvalid(i, word));
        // Dimensions and reserved bytes after the used ones are zero; seven factors below 2^32 fit.
        uint256 elements = 1;
        for (uint256 d = 0; d < rank; ++d) elements *= (w >> (208 - 32 * d)) & 0xffffffff;
        require(w & ((1 << (240 - 32 * rank)) - 1) == 0, InputInvalid(i, word));
        uint256 bytes_ = elements << dtype;
        require(bytes_ != 0 && bytes_ < 1 << 32, InputInvalid(i, word));
        return TensorTable.tensor(dtype, bytes_);
    }

    function freeMemory() private pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }

    function releaseTo(uint256 free) private pure {
        // SAFETY: `free` was the pointer before the step was checked, and nothing allocated since is referred to.
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
