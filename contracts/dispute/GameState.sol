// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Spans} from "../libraries/Spans.sol";
import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {IJudge} from "../market/interfaces/IJudge.sol";
import {IModelRegistry} from "../registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../registry/interfaces/IProgramRegistry.sol";
import {ChallengeId, JobId, ResultId, VersionId, challengeIdOf, resultIdOf} from "../types/Ids.sol";
import {Position} from "../types/Position.sol";
import {IStepVerifier} from "../verifier/interfaces/IStepVerifier.sol";
import {IDisputeGame, WrongState} from "./interfaces/IDisputeGame.sol";
import {Clock, Turn} from "./libraries/Clock.sol";
import {Descent} from "./libraries/Descent.sol";
import {ChallengeRecord, Records, ResultRecord} from "./libraries/Records.sol";

/// @title What a dispute game remembers, and what follows from it
abstract contract GameState is IDisputeGame, IJudge {
    using Records for ChallengeRecord;

    IJobMarket public immutable MARKET;
    IModelRegistry public immutable MODELS;
    IProgramRegistry public immutable PROGRAMS;
    IStepVerifier public immutable VERIFIER;
    /// @notice Least price of a unit of gas that bonds are reckoned with, wei.
    uint64 public immutable GAS_FLOOR;

    mapping(ResultId => ResultRecord) internal results;
    mapping(ChallengeId => ChallengeRecord) internal challenges;
    mapping(ResultId => mapping(Position => uint40)) internal openings;
    /// @inheritdoc IDisputeGame
    mapping(address => uint256) public creditOf;
    /// @inheritdoc IDisputeGame
    uint256 public burned;

    constructor(
        IJobMarket market,
        IModelRegistry models,
        IProgramRegistry programs,
        IStepVerifier verifier,
        uint64 gasFloor
    ) {
        (MARKET, MODELS, PROGRAMS, VERIFIER, GAS_FLOOR) = (market, models, programs, verifier, gasFloor);
    }

    /* VIEWS */

    /// @inheritdoc IDisputeGame
    function stateOf(ChallengeId id) public view returns (State state, uint40 deadline) {
        (state, deadline, ) = classify(id);
    }

    /// @inheritdoc IDisputeGame
    function openedAt(ResultId result, Position position) public view returns (uint40) {
        ResultRecord storage r = results[result];
        return position == Descent.root(r.stepCount) ? r.committedAt : openings[result][position];
    }

    /// @inheritdoc IDisputeGame
    function challengeOf(ChallengeId id) external view returns (Challenge memory) {
        ChallengeRecord storage c = challenges[id];
        return
            Challenge({
                result: id.resultOf(),
                challenger: c.challenger,
                since: c.since,
                executorLeft: c.executorLeft,
                challengerLeft: c.challengerLeft,
                position: c.position,
                node: c.node,
                tensorBytes: c.tensorBytes,
                bond: bondOf(results[id.resultOf()], c.gasPrice),
                gasPrice: c.gasPrice,
                executorMeter: c.executorMeter,
                challengerMeter: c.challengerMeter,
                ended: c.since == 0 && c.challenger != address(0)
            });
    }

    /// @inheritdoc IDisputeGame
    function resultOf(ResultId id) external view returns (Result memory) {
        ResultRecord storage r = results[id];
        return
            Result({
                traceRoot: r.traceRoot,
                committedAt: r.committedAt,
                windowEnd: r.windowEnd,
                hardEnd: r.count == 0 ? 0 : uint40(hardEndOf(r, MARKET.job(id.jobOf()).version)),
                live: r.live,
                lost: r.count - r.live,
                first: challengeIdOf(id, r.first),
                defeated: r.defeated
            });
    }

    /// @inheritdoc IDisputeGame
    function bondFor(JobId id, uint256 baseFee) external view returns (uint256) {
        return 2 * uint256(MARKET.job(id).bondGas) * gasPriceAt(baseFee);
    }

    /// @inheritdoc IJudge
    function ruling(JobId id, uint32 attempt) public view returns (Ruling) {
        ResultRecord storage r = results[resultIdOf(id, attempt)];
        if (r.live == 0) return Ruling.Stands;
        if (block.timestamp <= hardEndOf(r, MARKET.job(id).version)) return Ruling.Pending;
        return r.committedAt == 0 ? Ruling.Falls : Ruling.Stands;
    }

    /* FOR THE MOVES */

    /// @dev The only place that derives a state; Clock decides.
    function classify(ChallengeId id) private view returns (State state, uint40 deadline, Turn memory turn) {
        ChallengeRecord storage c = challenges[id];
        if (c.challenger == address(0)) return (State.None, 0, turn);
        ResultId resultId = id.resultOf();
        ResultRecord storage r = results[resultId];
        if (c.since == 0 || r.defeated) return (State.Ended, 0, turn);
        turn = c.turn(r.extension, openedAt(resultId, c.position));
        uint256 end;
        (state, end) = Clock.stateAt(turn, block.timestamp);
        // SAFETY: a time of 40 bits and a budget of 32.
        deadline = uint40(end);
    }

    function requireState(ChallengeId id, State needed) internal view returns (Turn memory turn) {
        State state;
        (state, , turn) = classify(id);
        require(state == needed, WrongState(state, needed));
    }

    function hardEndOf(ResultRecord storage r, VersionId version) private view returns (uint256) {
        IModelRegistry.Version memory v = MODELS.version(version);
        return r.windowEnd + Spans.dispute(v.clocks, PROGRAMS.program(v.program).rounds);
    }

    function bondOf(ResultRecord storage r, uint256 gasPrice) internal view returns (uint256) {
        return 2 * uint256(r.bondGas) * gasPrice;
    }

    function gasPriceAt(uint256 baseFee) internal view returns (uint64) {
        uint256 price = baseFee > GAS_FLOOR ? baseFee : GAS_FLOOR;
        // SAFETY: bounded in the same expression.
        return uint64(price < type(uint64).max ? price : type(uint64).max);
    }
}
