// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IInferenceCallback} from "../consumers/IInferenceCallback.sol";
import {JobIds} from "../libraries/JobIds.sol";
import {Spans} from "../libraries/Spans.sol";
import {TensorCommitment} from "../libraries/TensorCommitment.sol";
import {IModelRegistry} from "../registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../registry/interfaces/IProgramRegistry.sol";
import {IStaking} from "../staking/interfaces/IStaking.sol";
import {JobId, ProgramRoot, ResultId, resultIdOf, TensorRoot, VersionId} from "../types/Ids.sol";
import {Governed} from "./Governed.sol";
import {IJobMarket} from "./interfaces/IJobMarket.sol";
import {IJudge} from "./interfaces/IJudge.sol";
import {
    DELIVERED,
    DISPUTED,
    HAS_RESPONDER,
    INPUT_INLINE,
    JobStatus,
    openStatus,
    OUTPUT_INLINE
} from "./libraries/JobStatus.sol";
import {Pricing} from "./libraries/Pricing.sol";
import "./MarketErrors.sol";
import {Treasury} from "./Treasury.sol";

/// @title Jobs: escrow, claims, results, settlement
contract JobMarket is IJobMarket, Treasury, Governed {
    /// @dev Of the current attempt.
    struct Seat {
        address executor;
        /// At the claim; kept after a failed attempt as the price at which the next one's ramp starts.
        uint96 price;
    }

    IStaking public immutable staking;
    IModelRegistry public immutable models;
    IProgramRegistry public immutable programs;
    uint256 private immutable thawSeconds;

    mapping(JobId id => JobStatus) private statuses;
    mapping(JobId id => Seat) private seats;
    mapping(JobId id => bytes32) private outputRoots;
    mapping(ResultId id => address) private responders;

    constructor(
        IStaking staking_,
        IModelRegistry models_,
        IProgramRegistry programs_,
        address authority,
        Parameters memory parameters
    ) Treasury(staking_.token()) Governed(authority, parameters) {
        (staking, models, programs, thawSeconds) = (staking_, models_, programs_, staking_.thawSeconds());
    }

    /* REQUESTERS */

    /// @inheritdoc IJobMarket
    function request(Terms calldata terms, bytes calldata input) external whileOpen returns (JobId id) {
        (JobStatus status, uint256 inputBytes) = quote(terms);
        bytes32 inputRoot = TensorCommitment.inlineRootOf(input, inputBytes);
        id = openJob(terms, inputRoot, status.withFlag(INPUT_INLINE));
        emit Requested(id, msg.sender, terms.version, terms, inputRoot, new TensorRoot[](0), input);
    }

    /// @inheritdoc IJobMarket
    function requestByRoots(
        Terms calldata terms,
        TensorRoot[] calldata inputRoots
    ) external whileOpen returns (JobId id) {
        (JobStatus status, uint256 inputBytes) = quote(terms);
        bytes32 inputRoot = TensorCommitment.rootOf(inputRoots, TensorCommitment.count(inputBytes));
        id = openJob(terms, inputRoot, status);
        emit Requested(id, msg.sender, terms.version, terms, inputRoot, inputRoots, "");
    }

    /// @inheritdoc IJobMarket
    function cancel(Ticket calldata ticket) external {
        (JobId id, JobStatus status) = statusOf(ticket, Phase.Open);
        uint40 deadline = ticket.terms.claimDeadline;
        require(
            msg.sender == ticket.requester || block.timestamp > deadline,
            NotAllowed(msg.sender, ticket.requester)
        );
        statuses[id] = status.enter(Phase.Cancelled, uint40(block.timestamp));
        creditTokens(ticket.requester, ticket.terms.maxPrice);
        emit Cancelled(id);
    }

    /// @inheritdoc IJobMarket
    function collect(Ticket calldata ticket, uint32 attempt) external {
        staking.compensate(resultIdOf(idOf(ticket), attempt), ticket.requester);
    }

    /* EXECUTORS */

    /// @inheritdoc IJobMarket
    function claim(
        Ticket calldata ticket,
        uint32 attempt,
        address owner,
        address responder
    ) external payable whileOpen {
        (JobId id, JobStatus status) = statusOf(ticket, Phase.Open);
        checkAttempt(id, status, attempt);
        // INVARIANT: the number of the next attempt always fits.
        require(attempt < type(uint16).max, WrongAttempt(id, status.attempt(), attempt));
        require(
            block.timestamp <= ticket.terms.claimDeadline,
            TooLate(block.timestamp, ticket.terms.claimDeadline)
        );

        uint40 deadline = uint40(block.timestamp) + ticket.terms.postSeconds;
        uint96 price = priceOf(ticket.terms, seats[id].price, status, block.timestamp);
        (uint96 collateral, uint48 gasPrice) = costOf(ticket.terms, price);
        ResultId result = resultIdOf(id, attempt);
        if (responder != address(0)) {
            responders[result] = responder;
            status = status.withFlag(HAS_RESPONDER);
        }
        status = status.enter(Phase.Claimed, deadline).withGasPrice(gasPrice);
        statuses[id] = status;
        seats[id] = Seat(msg.sender, price);
        takeBond(status.bond());
        emit Claimed(id, attempt, msg.sender, owner, responder, price, deadline);
        staking.lock(owner, msg.sender, result, collateral);
    }

    /// @inheritdoc IJobMarket
    function post(JobId id, uint32 attempt, bytes calldata output) external {
        JobStatus status = claimedBySender(id, attempt);
        bytes32 root = TensorCommitment.inlineRootOf(output, outputBytesOf(status));
        uint40 windowEnd = postRoot(id, status.withFlag(OUTPUT_INLINE), root);
        emit Posted(id, attempt, msg.sender, root, new TensorRoot[](0), output, windowEnd);
    }

    /// @inheritdoc IJobMarket
    function postByRoots(JobId id, uint32 attempt, TensorRoot[] calldata roots) external {
        JobStatus status = claimedBySender(id, attempt);
        bytes32 root = TensorCommitment.rootOf(roots, TensorCommitment.count(outputBytesOf(status)));
        uint40 windowEnd = postRoot(id, status, root);
        emit Posted(id, attempt, msg.sender, root, roots, "", windowEnd);
    }

    /* ANYBODY */

    /// @inheritdoc IJobMarket
    function finalize(Ticket calldata ticket) external {
        (JobId id, JobStatus status) = statusOf(ticket, Phase.Posted);
        require(block.timestamp > status.time(), TooEarly(block.timestamp, status.time()));
        if (status.has(DISPUTED) && !stands(id, status)) return;

        statuses[id] = status.enter(Phase.Final, status.time());
        emit Finalized(id, status.attempt());
        Seat memory seat = seats[id];
        address payee = staking.release(resultIdOf(id, status.attempt()));
        uint256 royalty = (uint256(seat.price) * status.royaltyBasisPoints()) / Pricing.BASIS;
        if (royalty != 0) {
            VersionId version = ticket.terms.version;
            creditTokens(models.ownerOf(models.version(version).model), royalty);
        }
        creditTokens(payee, seat.price - royalty);
        creditTokens(ticket.requester, ticket.terms.maxPrice - seat.price);
        creditCoins(seat.executor, status.bond());
    }

    /// @inheritdoc IJobMarket
    function expire(Ticket calldata ticket) external {
        (JobId id, JobStatus status) = statusOf(ticket, Phase.Claimed);
        require(block.timestamp > status.time(), TooEarly(block.timestamp, status.time()));
        address executor = seats[id].executor;
        uint256 bond = status.bond();
        // The rest goes back: an outage should cost about what it cost the requester, and what protects from a claim
        // that only stalls is this part together with the ramp, which goes on from the price claimed.
        uint256 toRequester = (bond * parametersOf(status.parameters()).noShowBasisPoints) / Pricing.BASIS;
        reopen(id, status);
        emit Expired(id, status.attempt(), toRequester);
        creditCoins(ticket.requester, toRequester);
        creditCoins(executor, bond - toRequester);
        staking.release(resultIdOf(id, status.attempt()));
    }

    /// @inheritdoc IJobMarket
    function deliver(Ticket calldata ticket, bytes calldata output) external {
        (JobId id, JobStatus status) = statusOf(ticket, Phase.Final);
        uint256 callbackGas = ticket.terms.callbackGas;
        require(callbackGas != 0 && !status.has(DELIVERED), NothingToDeliver(id));
        bytes32 root = TensorCommitment.rootOf(output, programs.program(ticket.terms.program).outputBytes);
        require(root == outputRoots[id], WrongOutput(root, outputRoots[id]));

        // Marked before the call, so the receiver cannot be called again from inside; unmarked when it refused.
        statuses[id] = status.withFlag(DELIVERED);
        bytes memory data = abi.encodeCall(IInferenceCallback.onInference, (id, ticket, output));
        bool accepted = callBack(ticket.requester, callbackGas, data);
        if (!accepted) statuses[id] = status;
        emit Delivered(id, accepted);
    }

    /* THE JUDGE */

    /// @inheritdoc IJobMarket
    function markDisputed(
        JobId id,
        uint32 attempt,
        bytes32 outputRoot
    ) external returns (uint40 windowEnd, VersionId version, uint32 bondGas) {
        JobStatus status = judged(id, attempt);
        windowEnd = status.time();
        require(block.timestamp <= windowEnd, TooLate(block.timestamp, windowEnd));
        require(outputRoots[id] == outputRoot, WrongOutput(outputRoot, outputRoots[id]));
        if (!status.has(DISPUTED)) statuses[id] = status.withFlag(DISPUTED);
        return (windowEnd, VersionId.wrap(status.version()), status.bondGas());
    }

    /// @inheritdoc IJobMarket
    function defeat(
        JobId id,
        uint32 attempt,
        address prover,
        uint32 proverGas,
        address rewarded,
        uint32 rewardedGas
    ) external {
        // INVARIANT: at most one slash per result: the phase leaves Posted here, and the attempt never comes back.
        JobStatus status = judged(id, attempt);
        uint96 price = seats[id].price;
        uint256 gasPrice = status.gasPrice();
        uint256 left = status.bond();
        uint256 toProver = prover == address(0) ? 0 : Math.min(proverGas * gasPrice, left);
        left -= toProver;
        uint256 toRewarded = rewarded == address(0) ? 0 : Math.min(rewardedGas * gasPrice, left);
        reopen(id, status);
        emit Defeated(id, attempt, rewarded);
        creditCoins(prover, toProver);
        creditCoins(rewarded, toRewarded);
        burnedCoins += left - toRewarded;
        uint96 rewardCap = parametersOf(status.parameters()).rewardCap;
        staking.slash(resultIdOf(id, attempt), IStaking.SlashSplit(rewarded, rewardCap, price));
    }

    /* VIEWS */

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

    /// @dev Checks the terms against the version and its program; the status of the job that they open.
    function quote(Terms calldata terms) private view returns (JobStatus status, uint256 inputBytes) {
        require(terms.minPrice <= terms.maxPrice, PricesReversed(terms.minPrice, terms.maxPrice));
        require(block.timestamp <= terms.claimDeadline, TooLate(block.timestamp, terms.claimDeadline));
        require(terms.parameters == currentParameters, WrongParameters(currentParameters, terms.parameters));
        IModelRegistry.Version memory version = models.version(terms.version);
        require(
            version.program == terms.program,
            WrongProgram(terms.version, version.program, terms.program)
        );
        require(!version.deprecated, VersionIsDeprecated(terms.version));
        // INVARIANT: a royalty never exceeds the price, so finalize cannot fail for it.
        require(
            version.royaltyBasisPoints <= Pricing.BASIS,
            ParameterOutOfBounds(version.royaltyBasisPoints, Pricing.BASIS)
        );
        IProgramRegistry.Program memory program = programs.program(terms.program);
        // INVARIANT: no thaw that starts while a job holds a lock ends before the job and its disputes can.
        uint256 span =
            uint256(terms.postSeconds) +
                version.clocks.window +
                Spans.dispute(version.clocks, program.rounds);
        require(span < thawSeconds, SpanTooLong(span, thawSeconds));
        uint256 bondGas =
            program.executorGas > program.challengerGas ? program.executorGas : program.challengerGas;
        require(bondGas <= type(uint24).max, ProgramTooCostly(bondGas, type(uint24).max));
        uint64 number = VersionId.unwrap(terms.version);
        require(number <= type(uint32).max, ParameterOutOfBounds(number, type(uint32).max));
        // SAFETY: checked above; a list of several outputs exceeds 32 bits, so it is never taken for one.
        status = openStatus(
            uint32(number),
            version.clocks.window,
            version.royaltyBasisPoints,
            uint24(bondGas),
            program.outputBytes <= type(uint16).max ? uint16(program.outputBytes) : 0,
            terms.parameters
        );
        inputBytes = program.inputBytes;
    }

    function openJob(Terms calldata terms, bytes32 inputRoot, JobStatus status) private returns (JobId id) {
        id = JobIds.job(JobIds.head(address(this), msg.sender, terms), inputRoot);
        require(statuses[id].phase() == Phase.None, JobExists(id));
        debitTokens(msg.sender, terms.maxPrice);
        statuses[id] = status;
    }

    /// @dev The status of an attempt that its executor may still post.
    function claimedBySender(JobId id, uint32 attempt) private view returns (JobStatus status) {
        status = statuses[id];
        checkPhase(id, status, Phase.Claimed);
        checkAttempt(id, status, attempt);
        address executor = seats[id].executor;
        require(msg.sender == executor, NotAllowed(msg.sender, executor));
        require(block.timestamp <= status.time(), TooLate(block.timestamp, status.time()));
    }

    function postRoot(JobId id, JobStatus status, bytes32 root) private returns (uint40 windowEnd) {
        windowEnd = uint40(block.timestamp) + status.window();
        statuses[id] = status.enter(Phase.Posted, windowEnd);
        outputRoots[id] = root;
    }

    /// @dev Whether a disputed result stands; lets the judge defeat it when it falls.
    function stands(JobId id, JobStatus status) private returns (bool) {
        address judge = parametersOf(status.parameters()).judge;
        IJudge.Ruling ruling = IJudge(judge).ruling(id, status.attempt());
        require(ruling != IJudge.Ruling.Pending, RulingPending(id));
        if (ruling == IJudge.Ruling.Stands) return true;
        IJudge(judge).settleFallen(id, status.attempt());
        require(statuses[id].attempt() != status.attempt(), JudgeSilent(id, judge));
        return false;
    }

    function reopen(JobId id, JobStatus status) private {
        statuses[id] = status.reopened();
        seats[id].executor = address(0);
    }

    /// @dev The status of a posted attempt, for its judge only.
    function judged(JobId id, uint32 attempt) private view returns (JobStatus status) {
        status = statuses[id];
        checkPhase(id, status, Phase.Posted);
        checkAttempt(id, status, attempt);
        address judge = parametersOf(status.parameters()).judge;
        require(msg.sender == judge, NotAllowed(msg.sender, judge));
    }

    function statusOf(
        Ticket calldata ticket,
        Phase needed
    ) private view returns (JobId id, JobStatus status) {
        id = idOf(ticket);
        status = statuses[id];
        checkPhase(id, status, needed);
    }

    function checkPhase(JobId id, JobStatus status, Phase needed) private pure {
        require(status.phase() == needed, WrongPhase(id, status.phase(), needed));
    }

    function checkAttempt(JobId id, JobStatus status, uint32 attempt) private pure {
        require(status.attempt() == attempt, WrongAttempt(id, status.attempt(), attempt));
    }

    function priceOf(
        Terms calldata terms,
        uint96 from,
        JobStatus status,
        uint256 time
    ) private pure returns (uint96) {
        uint256 openedAt = status.time();
        return Pricing.price(terms, from, time > openedAt ? time - openedAt : 0);
    }

    function costOf(
        Terms calldata terms,
        uint96 price
    ) private view returns (uint96 collateral, uint48 gasPrice) {
        Parameters storage p = parametersOf(terms.parameters);
        collateral = Pricing.collateral(price, terms.value, p.collateralFloor, p.collateralBasisPoints);
        gasPrice = Pricing.gasPrice(p.gasFloor);
    }

    function outputBytesOf(JobStatus status) private view returns (uint256) {
        uint256 single = status.outputBytes();
        if (single != 0) return single;
        ProgramRoot program = models.version(VersionId.wrap(status.version())).program;
        return programs.program(program).outputBytes;
    }

    /// @dev Calls with exactly `callbackGas`, and copies nothing of what comes back.
    function callBack(address to, uint256 callbackGas, bytes memory data) private returns (bool accepted) {
        if (to.code.length == 0) return false;
        // INVARIANT: the receiver gets all that it asked for: a call passes on at most 63/64 of what is left.
        uint256 needed = callbackGas + callbackGas / 63 + 5_000;
        require(gasleft() >= needed, TooLittleGas(gasleft(), needed));
        // SAFETY: reads `data`, writes nothing.
        assembly ("memory-safe") {
            accepted := call(callbackGas, to, 0, add(data, 32), mload(data), 0, 0)
        }
    }
}
