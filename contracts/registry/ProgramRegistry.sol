// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Groups} from "../libraries/Groups.sol";
import {Metering} from "../libraries/Metering.sol";
import {ProgramRoot} from "../types/Ids.sol";
import {DraftMismatch, IProgramRegistry, StepsMissing} from "./interfaces/IProgramRegistry.sol";
import {Drafting} from "./libraries/Drafting.sol";
import {ProofBound} from "./libraries/ProofBound.sol";
import {TensorTable} from "./libraries/TensorTable.sol";

/// @title Programs that the judge can judge
contract ProgramRegistry is IProgramRegistry {
    mapping(ProgramRoot => Program) private programs;
    /// @dev Hash of each draft's state; zero when there is none.
    mapping(bytes32 => bytes32) private drafts;
    uint256 private draftCount;

    /// @inheritdoc IProgramRegistry
    function register(
        bytes32[] calldata inputs,
        uint32[] calldata outputs,
        uint32 stepCount,
        bytes calldata descriptors
    ) external returns (ProgramRoot) {
        Draft memory draft = begin(inputs, outputs, stepCount, descriptors.length);
        Drafting.advance(draft, descriptors);
        require(draft.checkedSteps == stepCount, StepsMissing(draft.checkedSteps, stepCount));
        return finish(draft);
    }

    /// @inheritdoc IProgramRegistry
    function open(
        bytes32[] calldata inputs,
        uint32[] calldata outputs,
        uint32 stepCount
    ) external returns (bytes32 draftId) {
        Draft memory draft = begin(inputs, outputs, stepCount, 0);
        draftId = keccak256(abi.encode(msg.sender, ++draftCount));
        save(draftId, draft);
    }

    /// @inheritdoc IProgramRegistry
    function append(
        bytes32 draftId,
        Draft calldata draft,
        bytes calldata descriptors
    ) external returns (ProgramRoot root) {
        bytes32 state = stateHash(msg.sender, draft);
        require(drafts[draftId] == state, DraftMismatch(draftId, drafts[draftId], state));
        Draft memory next = Drafting.roomy(draft, descriptors.length);
        Drafting.advance(next, descriptors);
        if (next.checkedSteps < next.stepCount) {
            save(draftId, next);
            return root;
        }
        delete drafts[draftId];
        return finish(next);
    }

    /// @inheritdoc IProgramRegistry
    function program(ProgramRoot root) external view returns (Program memory) {
        return programs[root];
    }

    /// @inheritdoc IProgramRegistry
    function outline(ProgramRoot root) external view returns (Outline memory) {
        Program storage p = programs[root];
        return Outline(p.stepsRoot, p.stepCount, p.outputSteps);
    }

    /// @inheritdoc IProgramRegistry
    function isRegistered(ProgramRoot root) external view returns (bool) {
        return programs[root].stepCount != 0;
    }

    function begin(
        bytes32[] calldata inputs,
        uint32[] calldata outputs,
        uint32 stepCount,
        uint256 pageBytes
    ) private pure returns (Draft memory draft) {
        draft.inputs = inputs;
        draft.outputs = outputs;
        draft.stepCount = stepCount;
        draft.table = Drafting.emptyTable(pageBytes);
        draft.peaks = Drafting.emptyPeaks();
        Drafting.checkPorts(draft);
    }

    /// @dev Stores the hash of a draft and emits the draft itself, without spare room.
    function save(bytes32 draftId, Draft memory draft) private {
        bytes32[] memory peaks = draft.peaks;
        uint256 count = Drafting.peakCount(draft.checkedSteps);
        // SAFETY: only shortens the array.
        assembly ("memory-safe") {
            mstore(peaks, count)
        }
        drafts[draftId] = stateHash(msg.sender, draft);
        emit DraftAdvanced(draftId, msg.sender, draft);
    }

    function stateHash(address author, Draft memory draft) private pure returns (bytes32) {
        return keccak256(bytes.concat(hex"08", abi.encode(author, draft)));
    }

    /// @dev Stores a wholly checked program. The same program may be registered again, which changes nothing.
    function finish(Draft memory draft) private returns (ProgramRoot root) {
        bytes32 stepsRoot = Drafting.bag(draft.peaks, draft.stepCount);
        root = rootOf(draft, stepsRoot);
        if (programs[root].stepCount != 0) return root;
        uint256 depth = ProofBound.depthOf(draft.stepCount);
        // The commit opens the first group.
        uint256 rounds = Groups.traceOpenings(depth) - 1 + draft.openings;
        uint256[] memory tensors = Drafting.inputTensors(draft.inputs);
        Program storage p = programs[root];
        p.stepsRoot = stepsRoot;
        p.stepCount = draft.stepCount;
        p.inputCount = uint8(draft.inputs.length);
        p.outputCount = uint8(draft.outputs.length);
        p.rounds = uint8(rounds);
        p.executorGas = uint32(Metering.executorWorst(rounds, depth, draft.outputs.length));
        p.challengerGas = uint32(Metering.challengerWorst(rounds, depth, draft.worstProofGas));
        p.inputBytes = packed(tensors);
        (p.outputBytes, p.outputSteps) = outputsOf(draft);
        emit ProgramRegistered(root, draft.stepCount, draft.worstProofGas);
    }

    function outputsOf(Draft memory draft) private pure returns (uint256 lengths, uint256 steps) {
        uint256 count = draft.outputs.length;
        uint256[] memory tensors = new uint256[](count);
        uint256[] memory indices = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            indices[i] = draft.outputs[i];
            tensors[i] = TensorTable.at(draft.table, draft.outputs[i]);
        }
        return (packed(tensors), packed(indices));
    }

    /// @dev The low 32 bits of up to eight numbers, the first one lowest.
    function packed(uint256[] memory list) private pure returns (uint256 result) {
        for (uint256 i = list.length; i != 0;) result = (result << 32) | (list[--i] & 0xffffffff);
    }

    /// @dev docs/specification.md, section 4: one segment of `stepCount` steps and one iteration, no carried slots.
    function rootOf(Draft memory draft, bytes32 stepsRoot) private pure returns (ProgramRoot) {
        uint256 segment = (uint256(draft.stepCount) << 32) | 1;
        return
            ProgramRoot.wrap(
                keccak256(
                    bytes.concat(
                        hex"04",
                        abi.encodePacked(draft.inputs.length, draft.inputs),
                        abi.encodePacked(draft.outputs.length, draft.outputs),
                        abi.encode(1, segment, 0, stepsRoot)
                    )
                )
            );
    }
}
