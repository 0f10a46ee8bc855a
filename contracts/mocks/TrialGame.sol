// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DisputeGame} from "../dispute/DisputeGame.sol";
import {ResultRecord} from "../dispute/libraries/Records.sol";
import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {IModelRegistry} from "../registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../registry/interfaces/IProgramRegistry.sol";
import {ResultId} from "../types/Ids.sol";
import {IStepVerifier} from "../verifier/interfaces/IStepVerifier.sol";

/// @title A market that takes every verdict, for tests of proofs alone
contract CourtRoom {
    function defeat(
        bytes32 id,
        uint32 attempt,
        address prover,
        uint32 proverGas,
        address rewarded,
        uint32 rewardedGas
    ) external {}
}

/// @title The dispute game on many traces in one call, for tests of proofs alone
contract TrialGame is DisputeGame {
    constructor(
        IStepVerifier verifier
    )
        DisputeGame(
            IJobMarket(address(new CourtRoom())),
            IModelRegistry(address(0)),
            IProgramRegistry(address(0)),
            verifier
        )
    {}

    /// @notice Proves against one committed trace after the other.
    /// @return failures What each proof reverted with; empty where the trace was defeated.
    function proveMany(
        ResultId id,
        bytes32 stepsRoot,
        uint16 stepCount,
        bytes32[] calldata traceRoots,
        Proof[] calldata proofs
    ) external returns (bytes[] memory failures) {
        failures = new bytes[](proofs.length);
        ResultRecord storage r = results[id];
        (r.committedAt, r.stepsRoot, r.stepCount) = (1, stepsRoot, stepCount);
        for (uint256 i = 0; i < proofs.length; ++i) {
            (r.traceRoot, r.defeated) = (traceRoots[i], false);
            try this.prove(id, proofs[i]) {} catch (bytes memory failure) {
                failures[i] = failure;
            }
        }
    }
}
