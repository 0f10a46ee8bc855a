// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProgramRegistry} from "../registry/interfaces/IProgramRegistry.sol";
import {Drafting} from "../registry/libraries/Drafting.sol";
import {ProofBound} from "../registry/libraries/ProofBound.sol";
import {StepCheck} from "../registry/libraries/StepCheck.sol";
import {StepShape} from "../registry/libraries/StepShape.sol";
import {ProgramRoot} from "../types/Ids.sol";

/// @title Many registrations in one call, for tests
contract RegistryHarness {
    struct Candidate {
        bytes32[] inputs;
        uint32[] outputs;
        uint32 stepCount;
        bytes descriptors;
    }

    /// @notice The root, or what the registry reverted with.
    struct Outcome {
        ProgramRoot root;
        bytes failure;
    }

    function registerMany(
        IProgramRegistry registry,
        Candidate[] calldata candidates
    ) external returns (Outcome[] memory outcomes) {
        outcomes = new Outcome[](candidates.length);
        for (uint256 i = 0; i < candidates.length; ++i) {
            Candidate calldata c = candidates[i];
            try registry.register(c.inputs, c.outputs, c.stepCount, c.descriptors) returns (
                ProgramRoot root
            ) {
                outcomes[i].root = root;
            } catch (bytes memory failure) {
                outcomes[i].failure = failure;
            }
        }
    }

    /// @notice Bound of the proof of a step that obeys the rules.
    /// @param table Outputs of the steps before it.
    function bound(
        bytes32[] calldata inputs,
        bytes calldata table,
        uint32 stepCount,
        uint32 number,
        bytes calldata descriptor
    ) external pure returns (uint256) {
        StepShape memory step;
        step.number = number;
        StepCheck.check(step, descriptor, Drafting.inputTensors(inputs), table);
        return ProofBound.gasOf(step, ProofBound.depthOf(stepCount), inputs.length);
    }
}
