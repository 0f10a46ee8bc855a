// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChallengeId, ElementIndex, JobId, ResultId, TensorRoot} from "../../types/Ids.sol";
import {Position} from "../../types/Position.sol";

/// @notice The value sent is below the bond, wei.
error BondTooSmall(uint256 given, uint256 needed);
/// @notice The challenge is in another state than the move needs.
error WrongState(IDisputeGame.State state, IDisputeGame.State needed);
/// @notice The challenge is at another position than the caller meant.
error PositionMoved(Position meant, Position actual);
/// @notice Another call opens this position: commit ROOT, openLeaves at the lowest groups of a tensor, else open.
error OpenedOtherwise(Position position);
/// @notice The group that would reveal the picked node is not open.
error NotOpen(Position group);
/// @notice Neither executor nor responder of the attempt.
error NotExecutor(address caller);
error NotChallenger(address caller);
error NotMarket(address caller);
/// @notice No trace is committed yet.
error NotCommitted(ResultId result);
/// @notice The result is neither final nor defeated.
error NotFinished(ResultId result);
/// @notice The result is final already.
error NotPosted(ResultId result);
error AlreadyDefeated(ResultId result);
/// @notice The committed element is what its operands make of it.
error ElementHolds(uint32 step, ElementIndex element, int256 value);
/// @notice The receiver did not take the coin.
error NotSent(address to, uint256 amount);

/// @title Optimistic disputes: descend to one step, recompute one number
/// @notice State machine, clocks and money: docs/security.md; positions and groups: docs/specification.md, section 6.
/// Openings belong to the result; whose turn it is in a challenge is derived from them.
interface IDisputeGame {
    /// @notice Derived state of a challenge.
    enum State {
        None,
        ExecutorMove,
        ChallengerMove,
        ExecutorLost,
        ChallengerLost,
        Ended
    }

    struct Challenge {
        ResultId result;
        address challenger;
        /// When the current position was picked, seconds since the epoch.
        uint40 since;
        /// Time budgets left at `since`, seconds.
        uint32 executorLeft;
        uint32 challengerLeft;
        Position position;
        /// Bytes of the tensor that the position is in; 0 in the trace.
        uint32 tensorBytes;
        /// Wei.
        uint256 bond;
        /// Price of a unit of gas frozen at the challenge, wei.
        uint48 gasPrice;
        /// Metered gas of each side, units.
        uint32 executorMeter;
        uint32 challengerMeter;
        /// Lost, withdrawn or settled.
        bool ended;
    }

    struct Result {
        bytes32 traceRoot;
        /// When the trace was committed; 0 before.
        uint40 committedAt;
        uint32 live;
        /// Challenges that were lost, abandoned or withdrawn.
        uint32 lost;
        /// Earliest challenge that has not ended; its number is 0 when there is none.
        ChallengeId first;
        bool defeated;
    }

    /// @notice All that one wrong element needs to be shown (docs/specification.md, section 6.2).
    struct Proof {
        uint32 step;
        ElementIndex element;
        bytes descriptor;
        /// Path of the descriptor in the steps tree.
        bytes32[] stepPath;
        /// Roots of all inputs of the job, when the step reads one; else empty. The job's id is
        /// H(05 | jobHead | root of this list), see JobIds.
        TensorRoot[] inputRoots;
        bytes32 jobHead;
        /// Roots of the traced tensors (operand steps and `step` itself), in increasing order of step.
        TensorRoot[] tracedRoots;
        /// Multiproof of the traced roots in the trace.
        bytes32[] traceSiblings;
        /// Leaf of the posted output tensor that holds the element, 128 bytes, and its path.
        bytes outputLeaf;
        bytes32[] outputPath;
        bytes witness;
    }

    event Challenged(
        ResultId indexed result,
        ChallengeId indexed challenge,
        address indexed challenger,
        uint48 gasPrice
    );
    event Committed(ResultId indexed result, bytes32 traceRoot, bytes32[] group);
    event Opened(ResultId indexed result, Position indexed position, bytes32[] group);
    event OpenedLeaves(ResultId indexed result, Position indexed position, bytes leaves);
    event Picked(ChallengeId indexed challenge, Position position);
    event Proved(
        ResultId indexed result,
        address indexed prover,
        uint32 step,
        ElementIndex element,
        int256 value
    );
    event TimedOut(ResultId indexed result, ChallengeId indexed challenge);
    event Defeated(ResultId indexed result, ChallengeId rewarded);
    event ChallengeEnded(ChallengeId indexed challenge, bool withdrawn);
    event Settled(ChallengeId indexed challenge, uint256 refund);
    event Credited(address indexed account, uint256 amount);
    event Burned(uint256 amount);

    /// @notice Challenges the job's posted attempt with a bond in the chain's coin; what exceeds it is sent back.
    /// @param outputRoot The answer that the caller means to dispute: a challenge replayed after a reorganisation
    /// against another answer reverts.
    function challenge(JobId id, uint32 attempt, bytes32 outputRoot) external payable returns (ChallengeId);
    /// @notice Commits the trace, once per result, and opens ROOT. Executor or responder.
    /// @param via The challenge that waits for it, which is charged the gas.
    /// @param outputRoots Roots of the program's outputs, in their order.
    /// @param outputSiblings Multiproof of the outputs' leaves in the trace, in increasing order of step.
    function commit(
        ChallengeId via,
        bytes32 traceRoot,
        bytes32[] calldata group,
        TensorRoot[] calldata outputRoots,
        bytes32[] calldata outputSiblings
    ) external;
    /// @notice Opens the position where `via` waits. Anybody.
    /// @param group The nodes of the position's group, left to right.
    /// @param path Siblings from the position's node up to the trace root, through the tensor and then the trace, bottom
    /// first, none where a node is promoted.
    function open(
        ChallengeId via,
        Position position,
        bytes32[] calldata group,
        bytes32[] calldata path
    ) external;
    /// @notice Opens the raw leaves of the position where `via` waits. Anybody.
    /// @param leaves The tensor's bytes there: whole leaves, at the tensor's end what is left of it.
    /// @param path As for `open`.
    function openLeaves(
        ChallengeId via,
        Position position,
        bytes calldata leaves,
        bytes32[] calldata path
    ) external;
    /// @notice Descends to a node whose group's parent is open. The challenger.
    /// @param from The position that the caller means to leave.
    /// @param traceRoot The trace that the caller means: a pick replayed after a reorganisation on another one reverts.
    /// @param descriptor Of the step whose tensor is entered, when `to` leaves the trace (its shape fixes the tensor's
    /// tree); else empty.
    /// @param stepPath Path of the descriptor in the steps tree; else empty.
    function pick(
        ChallengeId id,
        Position from,
        Position to,
        bytes32 traceRoot,
        bytes calldata descriptor,
        bytes32[] calldata stepPath
    ) external;
    /// @notice Shows one element that is not what its operands make of it. Anybody, until the end.
    function prove(ResultId result, Proof calldata proof) external;
    /// @notice The executor did not open in time. Anybody.
    function timeout(ChallengeId id) external;
    /// @notice The challenger did not move in time. Anybody.
    function expire(ChallengeId id) external;
    /// @notice Gives up. The challenger.
    /// @param from The position that the caller means to leave.
    function withdraw(ChallengeId id, Position from) external;
    /// @notice Pays out a challenge of a finished result by its derived state. Anybody.
    function settle(ChallengeId id) external;
    /// @notice Sends an account the metered gas that lost challenges owe it. Anybody.
    function collect(address account) external;

    function stateOf(ChallengeId id) external view returns (State state, uint40 deadline);
    function challengeOf(ChallengeId id) external view returns (Challenge memory);
    function resultOf(ResultId id) external view returns (Result memory);
    /// @notice After it, the current attempt of a disputed job can be finalised whatever is live, seconds since the epoch.
    function hardEndOf(JobId id) external view returns (uint40);
    /// @notice When a position was opened, seconds since the epoch; 0 before.
    function openedAt(ResultId result, Position position) external view returns (uint40);
    /// @notice The bond that a challenge of the job's current attempt costs in a block of a given base fee, wei.
    function bondFor(JobId id, uint256 baseFee) external view returns (uint256);
    /// @notice Metered gas that an account may collect, wei.
    function creditOf(address account) external view returns (uint256);
    /// @notice Coin that lost challenges left behind for ever, wei.
    function burned() external view returns (uint256);
}
