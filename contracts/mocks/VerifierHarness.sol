// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ElementIndex} from "../types/Ids.sol";
import {IStepVerifier} from "../verifier/interfaces/IStepVerifier.sol";

/// @title Many evaluations in one call, for tests
contract VerifierHarness {
    /// @notice Several elements of one step.
    struct Batch {
        bytes descriptor;
        bytes32[] operandRoots;
        uint32[] elements;
        bytes[] witnesses;
    }

    /// @notice A value with the gas of its evaluation, or what the verifier reverted with.
    struct Outcome {
        int256 value;
        uint256 gasUsed;
        bytes failure;
    }

    function evaluateMany(
        IStepVerifier verifier,
        Batch[] calldata batches
    ) external view returns (Outcome[][] memory outcomes) {
        outcomes = new Outcome[][](batches.length);
        for (uint256 i = 0; i < batches.length; ++i) outcomes[i] = evaluateBatch(verifier, batches[i]);
    }

    function evaluateBatch(
        IStepVerifier verifier,
        Batch calldata batch
    ) private view returns (Outcome[] memory outcomes) {
        outcomes = new Outcome[](batch.elements.length);
        for (uint256 i = 0; i < batch.elements.length; ++i) {
            uint256 before = gasleft();
            try
                verifier.evaluate(
                    batch.descriptor,
                    batch.operandRoots,
                    ElementIndex.wrap(batch.elements[i]),
                    0,
                    batch.witnesses[i]
                )
            returns (int256 value) {
                outcomes[i].value = value;
            } catch (bytes memory failure) {
                outcomes[i].failure = failure;
            }
            outcomes[i].gasUsed = before - gasleft();
        }
    }
}
