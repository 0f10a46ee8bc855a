// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Metering} from "../libraries/Metering.sol";
import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {IJudge} from "../market/interfaces/IJudge.sol";
import {IModelRegistry} from "../registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../registry/interfaces/IProgramRegistry.sol";
import {ChallengeId, JobId, ResultId, challengeIdOf, resultIdOf} from "../types/Ids.sol";
import {Position, ROOT} from "../types/Position.sol";
import {IStepVerifier} from "../verifier/interfaces/IStepVerifier.sol";
import {IDisputeGame, WrongState} from "./interfaces/IDisputeGame.sol";
import {Clock, Turn} from "./libraries/Clock.sol";
import {ChallengeRecord, Records, ResultRecord} from "./libraries/Records.sol";

/// @title What a dispute game remembers, and what follows from it
abstract contract GameState is IDisputeGame, IJudge {
    using Records for ChallengeRecord;

    IJobMarket public immutable MARKET;
    IModelRegistry public immutable MODELS;
    IProgramRegistry public immutable PROGRAMS;
    IStepVerifier public immutable VERIFIER;

    mapping(ResultId => ResultRecord) internal results;
    mapping(ChallengeId => ChallengeRecord) internal challenges;
    mapping(ResultId => mapping(Position => uint40)) internal openings;
    /// @inheritdoc IDisputeGame
    mapping(address => uint256) public creditOf;
    /// @inheritdoc IDisputeGame
    uint256 public burned;

    constructor(IJobMarket market, IModelRegistry models, IProgramRegistry programs, IStepVerifier verifier) {
        (MARKET, MODELS, PROGRAMS, VERIFIER) = (market, models, programs, verifier);
    }

    /* VIEWS */

    /// @inheritdoc IDisputeGame
    function stateOf(ChallengeId id) public view returns (State state, uint40 deadline) {
        (state, deadline, ) = classify(id);
    }

    /// @inheritdoc IDisputeGame
    function openedAt(ResultId result, Position position) public view returns (uint40) {
        return position == ROOT ? results[result].committedAt : openings[result][position];
    }

    /// @inheritdoc IDisputeGame
    function challengeOf(ChallengeId id) external view returns (Challenge memory) {
        ChallengeRecord storage c = challenges[id];
        ResultRecord storage r = results[id.resultOf()];
        Turn memory turn = c.turn(r, 0);
        return
            Challenge({
                result: id.resultOf(),
                challenger: c.challenger,
                since: c.since,
                executorLeft: uint32(turn.executorLeft),
                challengerLeft: uint32(turn.challengerLeft),
                position: c.position,
                tensorBytes: c.tensorBytes,
                bond: bondOf(r, c.gasPrice),
                gasPrice: c.gasPrice,
                executorMeter: c.executorMeter,
                challengerMeter: uint32(Metering.CHALLENGE) + c.challengerMeter,
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
                live: r.live,
                lost: r.count - r.live,
                first: challengeIdOf(id, r.first),
                defeated: r.defeated
            });
    }

    /// @inheritdoc IDisputeGame
    function hardEndOf(JobId id) public view returns (uint40) {
        IJobMarket.Job memory job = MARKET.job(id);
        return job.deadline + MODELS.quote(job.version).disputeSeconds;
    }

    /// @inheritdoc IDisputeGame
    function bondFor(JobId id, uint256 baseFee) external view returns (uint256) {
        IJobMarket.Job memory job = MARKET.job(id);
        uint48 gasFloor = MARKET.parametersAt(job.parameters).gasFloor;
        return 2 * uint256(job.bondGas) * gasPriceAt(baseFee, gasFloor);
    }

    /// @inheritdoc IJudge
    function ruling(JobId id, uint32 attempt) public view returns (Ruling) {
        ResultRecord storage r = results[resultIdOf(id, attempt)];
        if (r.live == 0) return Ruling.Stands;
        if (block.timestamp <= hardEndOf(id)) return Ruling.Pending;
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
        turn = c.turn(r, openedAt(resultId, c.position));
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

    function bondOf(ResultRecord storage r, uint256 gasPrice) internal view returns (uint256) {
        return 2 * uint256(r.bondGas) * gasPrice;
    }

    function gasPriceAt(uint256 baseFee, uint48 gasFloor) internal pure returns (uint48) {
        uint256 price = baseFee > gasFloor ? baseFee : gasFloor;
        // SAFETY: bounded in the same expression.
        return uint48(price < type(uint48).max ? price : type(uint48).max);
    }
}
