// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobIds} from "./libraries/JobIds.sol";
import {TensorCommitment} from "../libraries/TensorCommitment.sol";
import {IModelRegistry} from "../registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../registry/interfaces/IProgramRegistry.sol";
import {JobId, ProgramRoot, ResultId, resultIdOf, VersionId} from "../types/Ids.sol";
import {Governed} from "./Governed.sol";
import {IJobMarket} from "./interfaces/IJobMarket.sol";
import {
    DELIVERED,
    DISPUTED,
    HAS_RESPONDER,
    INPUT_INLINE,
    JobStatus,
    OUTPUT_INLINE
} from "./libraries/JobStatus.sol";
import {Pricing} from "./libraries/Pricing.sol";
import {NotAllowed, TooLate, WrongAttempt, WrongPhase} from "./MarketErrors.sol";

/// @title What the market stores of jobs, who may read or move it, and the views
abstract contract JobStore is IJobMarket, Governed {
    /// @dev Of the current attempt.
    struct Seat {
        address executor;
        /// At the claim; kept after a failed attempt as the price at which the next one's ramp starts.
        uint96 price;
    }

    IModelRegistry public immutable models;
    IProgramRegistry public immutable programs;

    mapping(JobId id => JobStatus) internal statuses;
    mapping(JobId id => Seat) internal seats;
    mapping(JobId id => bytes32) internal outputRoots;
    mapping(ResultId id => address) internal responders;

    constructor(IModelRegistry models_, IProgramRegistry programs_) {
        (models, programs) = (models_, programs_);
    }

    /* VIEWS */

    /// @inheritdoc IJobMarket
    function answerOf(JobId id) external view returns (Answer memory answer) {
        JobStatus status = statuses[id];
        answer.executor = seats[id].executor;
        if (status.has(HAS_RESPONDER)) answer.responder = responders[resultIdOf(id, status.attempt())];
        answer.version = VersionId.wrap(status.version());
        answer.outputRoot = outputRoots[id];
    }

    /// @inheritdoc IJobMarket
    function job(JobId id) external view returns (Job memory j) {
        JobStatus status = statuses[id];
        j.phase = status.phase();
        if (j.phase == Phase.None) return j;
        Seat memory seat = seats[id];
        j.attempt = status.attempt();
        j.version = VersionId.wrap(status.version());
        j.parameters = status.parameters();
        j.judge = parametersOf(j.parameters).judge;
        j.window = status.window();
        j.royaltyBasisPoints = status.royaltyBasisPoints();
        j.inputInline = status.has(INPUT_INLINE);
        if (j.phase == Phase.Open) j.openedAt = status.time();
        else if (j.phase != Phase.Cancelled) j.deadline = status.time();
        j.executor = seat.executor;
        if (status.has(HAS_RESPONDER)) j.responder = responders[resultIdOf(id, j.attempt)];
        j.price = seat.price;
        j.bondGas = status.bondGas();
        j.gasPrice = status.gasPrice();
        j.bond = status.bond();
        j.outputInline = status.has(OUTPUT_INLINE);
        j.disputed = status.has(DISPUTED);
        j.delivered = status.has(DELIVERED);
        if (j.phase == Phase.Posted || j.phase == Phase.Final) j.outputRoot = outputRoots[id];
    }

    /// @inheritdoc IJobMarket
    function idOf(Ticket calldata ticket) public view returns (JobId) {
        return JobIds.job(headOf(ticket), ticket.inputRoot);
    }

    /// @inheritdoc IJobMarket
    function headOf(Ticket calldata ticket) public view returns (bytes32) {
        return JobIds.head(address(this), ticket.requester, ticket.terms);
    }

    /// @inheritdoc IJobMarket
    function resultId(JobId id, uint32 attempt) external pure returns (ResultId) {
        return resultIdOf(id, attempt);
    }

    /// @inheritdoc IJobMarket
    function priceAt(Ticket calldata ticket, uint40 time) external view returns (uint96) {
        (JobId id, JobStatus status) = statusOf(ticket, Phase.Open);
        return priceOf(ticket.terms, seats[id].price, status, time);
    }

    /// @inheritdoc IJobMarket
    function claimCost(Ticket calldata ticket) external view returns (uint96 collateral, uint96 bond) {
        (JobId id, JobStatus status) = statusOf(ticket, Phase.Open);
        uint96 price = priceOf(ticket.terms, seats[id].price, status, block.timestamp);
        uint48 gasPrice;
        (collateral, gasPrice) = costOf(ticket.terms, price);
        bond = status.withGasPrice(gasPrice).bond();
    }

    /// @inheritdoc IJobMarket
    function isOutput(Ticket calldata ticket, bytes calldata output) external view returns (bool) {
        JobId id = idOf(ticket);
        if (statuses[id].phase() != Phase.Final) return false;
        uint256 outputBytes = programs.program(ticket.terms.program).outputBytes;
        if (output.length != TensorCommitment.total(outputBytes)) return false;
        return TensorCommitment.rootOf(output, outputBytes) == outputRoots[id];
    }

    /* INTERNAL */

    /// @dev The status of an attempt that its executor may still post.
    function claimedBySender(JobId id, uint32 attempt) internal view returns (JobStatus status) {
        status = statuses[id];
        checkPhase(id, status, Phase.Claimed);
        checkAttempt(id, status, attempt);
        address executor = seats[id].executor;
        require(msg.sender == executor, NotAllowed(msg.sender, executor));
        require(block.timestamp <= status.time(), TooLate(block.timestamp, status.time()));
    }

    function reopen(JobId id, JobStatus status) internal {
        statuses[id] = status.reopened();
        seats[id].executor = address(0);
    }

    /// @dev The status of a posted attempt, for its judge only.
    function judged(JobId id, uint32 attempt) internal view returns (JobStatus status) {
        status = statuses[id];
        checkPhase(id, status, Phase.Posted);
        checkAttempt(id, status, attempt);
        address judge = parametersOf(status.parameters()).judge;
        require(msg.sender == judge, NotAllowed(msg.sender, judge));
    }

    function statusOf(
        Ticket calldata ticket,
        Phase needed
    ) internal view returns (JobId id, JobStatus status) {
        id = idOf(ticket);
        status = statuses[id];
        checkPhase(id, status, needed);
    }

    function checkPhase(JobId id, JobStatus status, Phase needed) internal pure {
        require(status.phase() == needed, WrongPhase(id, status.phase(), needed));
    }

    function checkAttempt(JobId id, JobStatus status, uint32 attempt) internal pure {
        require(status.attempt() == attempt, WrongAttempt(id, status.attempt(), attempt));
    }

    function priceOf(
        Terms calldata terms,
        uint96 from,
        JobStatus status,
        uint256 time
    ) internal pure returns (uint96) {
        uint256 openedAt = status.time();
        return Pricing.price(terms, from, time > openedAt ? time - openedAt : 0);
    }

    function costOf(
        Terms calldata terms,
        uint96 price
    ) internal view returns (uint96 collateral, uint48 gasPrice) {
        Parameters storage p = parametersOf(terms.parameters);
        collateral = Pricing.collateral(price, terms.value, p.collateralFloor, p.collateralBasisPoints);
        gasPrice = Pricing.gasPrice(p.gasFloor);
    }

    function outputBytesOf(JobStatus status) internal view returns (uint256) {
        uint256 single = status.outputBytes();
        if (single != 0) return single;
        ProgramRoot program = models.version(VersionId.wrap(status.version())).program;
        return programs.program(program).outputBytes;
    }
}
