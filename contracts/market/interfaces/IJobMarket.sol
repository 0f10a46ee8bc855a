// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobId, ProgramRoot, ResultId, TensorRoot, VersionId} from "../../types/Ids.sol";

/// @title Jobs: escrow, claims, results, settlement
/// @notice request -> claim -> post -> (window) -> finalize -> deliver. Prices, escrow and collateral are in the staking
/// token; gas bonds in the chain's coin. All payments are pulled.
interface IJobMarket {
    /// @notice Phase of the job's current attempt. Only moves forward within an attempt; a defeated or expired attempt
    /// re-opens the job as the next attempt.
    enum Phase {
        None,
        Open,
        Claimed,
        Posted,
        Final,
        Cancelled
    }

    struct Terms {
        VersionId version;
        /// The program that the requester expects; the version's.
        ProgramRoot program;
        /// Price at the request, tokens.
        uint96 minPrice;
        /// Price after `rampSeconds`, tokens; escrowed.
        uint96 maxPrice;
        uint32 rampSeconds;
        /// The job may be claimed until then, seconds since the epoch.
        uint40 claimDeadline;
        /// Time from claim to post, seconds.
        uint32 postSeconds;
        /// What a wrong answer would cost the requester, tokens: the collateral is at least this.
        uint96 value;
        /// Gas of the callback at `deliver`; 0 for none.
        uint32 callbackGas;
        /// Makes the job's id unique.
        bytes32 salt;
    }

    /// @notice All that a contract can learn of a job (issue: the assurance view reads this).
    struct Job {
        Phase phase;
        address requester;
        VersionId version;
        uint32 attempt;
        uint96 minPrice;
        uint96 maxPrice;
        uint32 rampSeconds;
        uint40 requestedAt;
        uint40 claimDeadline;
        uint32 postSeconds;
        uint96 value;
        uint32 callbackGas;
        /// Whether the input's bytes were on chain at the request.
        bool inputInline;
        bytes32 inputRoot;
        // The attempt
        address executor;
        address owner;
        address responder;
        uint96 price;
        uint96 bond;
        /// Frozen price of a unit of gas, wei.
        uint64 gasPrice;
        /// Until when to post, or until when to challenge, seconds since the epoch.
        uint40 deadline;
        bool outputInline;
        bool disputed;
        bytes32 outputRoot;
        address judge;
    }

    event Requested(
        JobId indexed id,
        address indexed requester,
        VersionId indexed version,
        Terms terms,
        bytes32 inputRoot,
        TensorRoot[] inputRoots,
        bytes input
    );
    event Claimed(
        JobId indexed id,
        uint32 indexed attempt,
        address indexed executor,
        address owner,
        uint96 price,
        uint40 postDeadline
    );
    event Posted(
        JobId indexed id,
        uint32 indexed attempt,
        address indexed executor,
        bytes32 outputRoot,
        TensorRoot[] outputRoots,
        bytes output,
        uint40 windowEnd
    );
    event Finalized(JobId indexed id, uint32 indexed attempt);
    event Expired(JobId indexed id, uint32 indexed attempt);
    event Defeated(JobId indexed id, uint32 indexed attempt, address indexed rewarded);
    event Cancelled(JobId indexed id);
    event Delivered(JobId indexed id, bool accepted);

    function request(Terms calldata terms, bytes calldata input) external returns (JobId);
    function requestByRoots(Terms calldata terms, TensorRoot[] calldata inputRoots) external returns (JobId);
    /// @param attempt The attempt that the caller means; a claim replayed after a reorganisation reverts.
    /// @param responder May answer challenges besides the executor; zero for none.
    function claim(JobId id, uint32 attempt, address responder) external payable;
    function post(JobId id, uint32 attempt, bytes calldata output) external;
    function postByRoots(JobId id, uint32 attempt, TensorRoot[] calldata outputRoots) external;
    function finalize(JobId id) external;
    function expire(JobId id) external;
    function cancel(JobId id) external;
    function deliver(JobId id, bytes calldata output) external;

    /// @notice The first challenge of a result. Only the attempt's judge.
    function markDisputed(JobId id) external;
    /// @notice The judge's verdict on the current attempt: slashes the lock, pays gas out of the executor's bond in the
    /// order prover, rewarded challenger, burns the rest of the bond, re-opens the job. Only the attempt's judge.
    function defeat(
        JobId id,
        address prover,
        uint96 proverGas,
        address rewarded,
        uint96 rewardedGas
    ) external;

    function job(JobId id) external view returns (Job memory);
    function resultId(JobId id, uint32 attempt) external view returns (ResultId);
    function priceAt(JobId id, uint40 time) external view returns (uint96);
}
