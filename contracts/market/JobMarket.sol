// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IInferenceCallback} from "./interfaces/IInferenceCallback.sol";
import {JobIds} from "./libraries/JobIds.sol";
import {TensorCommitment} from "../libraries/TensorCommitment.sol";
import {IModelRegistry} from "../registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../registry/interfaces/IProgramRegistry.sol";
import {IStaking} from "../staking/interfaces/IStaking.sol";
import {JobId, ResultId, resultIdOf, TensorRoot, VersionId} from "../types/Ids.sol";
import {Governed} from "./Governed.sol";
import {IJobMarket} from "./interfaces/IJobMarket.sol";
import {IJudge} from "./interfaces/IJudge.sol";
import {JobStore} from "./JobStore.sol";
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
import {
    JobExists,
    WrongAttempt,
    WrongProgram,
    VersionIsDeprecated,
    WrongParameters,
    PricesReversed,
    TooLate,
    TooEarly,
    SpanTooLong,
    ProgramTooCostly,
    NotAllowed,
    RulingPending,
    JudgeSilent,
    WrongOutput,
    NothingToDeliver,
    TooLittleGas,
    ParameterOutOfBounds
} from "./MarketErrors.sol";
import {Treasury} from "./Treasury.sol";

/// @title Jobs: escrow, claims, results, settlement
contract JobMarket is JobStore, Treasury {
    /// @inheritdoc IJobMarket
    IStaking public immutable staking;
    uint256 private immutable thawSeconds;

    /// @inheritdoc IJobMarket
    mapping(VersionId version => uint256) public royaltyOf;

    constructor(
        IStaking staking_,
        IModelRegistry models_,
        IProgramRegistry programs_,
        address authority,
        Parameters memory parameters
    ) Treasury(staking_.token()) Governed(authority, parameters) JobStore(models_, programs_) {
        (staking, thawSeconds) = (staking_, staking_.thawSeconds());
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
        if (royalty != 0) royaltyOf[ticket.terms.version] += royalty;
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

    /// @inheritdoc IJobMarket
    function collectRoyalty(VersionId version) external {
        uint256 amount = royaltyOf[version];
        address to = models.ownerOf(models.version(version).model);
        royaltyOf[version] = 0;
        creditTokens(to, amount);
        emit RoyaltyCollected(version, to, amount);
    }

    /* THE JUDGE */

    /// @inheritdoc IJobMarket
    function markDisputed(
        JobId id,
        uint32 attempt,
        bytes32 outputRoot
    ) external returns (VersionId version, uint32 bondGas, uint48 gasFloor) {
        JobStatus status = judged(id, attempt);
        require(block.timestamp <= status.time(), TooLate(block.timestamp, status.time()));
        require(outputRoots[id] == outputRoot, WrongOutput(outputRoot, outputRoots[id]));
        if (!status.has(DISPUTED)) statuses[id] = status.withFlag(DISPUTED);
        return (
            VersionId.wrap(status.version()),
            status.bondGas(),
            parametersOf(status.parameters()).gasFloor
        );
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

    /* INTERNAL */

    /// @dev Checks the terms against the version and its program; the status of the job that they open.
    function quote(Terms calldata terms) private view returns (JobStatus status, uint256 inputBytes) {
        require(terms.minPrice <= terms.maxPrice, PricesReversed(terms.minPrice, terms.maxPrice));
        require(block.timestamp <= terms.claimDeadline, TooLate(block.timestamp, terms.claimDeadline));
        uint16 current = currentParameters;
        require(terms.parameters == current, WrongParameters(current, terms.parameters));
        IModelRegistry.Quote memory q = models.quote(terms.version);
        require(q.program == terms.program, WrongProgram(terms.version, q.program, terms.program));
        require(!q.deprecated, VersionIsDeprecated(terms.version));
        // INVARIANT: a royalty never exceeds the price, so finalize cannot fail for it.
        require(
            q.royaltyBasisPoints <= Pricing.BASIS,
            ParameterOutOfBounds(q.royaltyBasisPoints, Pricing.BASIS)
        );
        // INVARIANT: a thaw that starts while a job holds a lock outlasts the job and its disputes.
        uint256 span = uint256(terms.postSeconds) + q.window + q.disputeSeconds;
        require(span < thawSeconds, SpanTooLong(span, thawSeconds));
        require(q.bondGas <= type(uint24).max, ProgramTooCostly(q.bondGas, type(uint24).max));
        uint64 number = VersionId.unwrap(terms.version);
        require(number <= type(uint32).max, ParameterOutOfBounds(number, type(uint32).max));
        // SAFETY: checked above; an output beyond 16 bits is looked up when it is posted.
        status = openStatus(
            uint32(number),
            q.window,
            q.royaltyBasisPoints,
            uint24(q.bondGas),
            q.outputBytes <= type(uint16).max ? uint16(q.outputBytes) : 0,
            terms.parameters
        );
        inputBytes = q.inputBytes == 0 ? programs.program(terms.program).inputBytes : q.inputBytes;
    }

    function postRoot(JobId id, JobStatus status, bytes32 root) private returns (uint40 windowEnd) {
        windowEnd = uint40(block.timestamp) + status.window();
        statuses[id] = status.enter(Phase.Posted, windowEnd);
        outputRoots[id] = root;
    }

    function openJob(Terms calldata terms, bytes32 inputRoot, JobStatus status) private returns (JobId id) {
        id = JobIds.job(JobIds.head(address(this), msg.sender, terms), inputRoot);
        require(statuses[id].phase() == Phase.None, JobExists(id));
        debitTokens(msg.sender, terms.maxPrice);
        statuses[id] = status;
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
