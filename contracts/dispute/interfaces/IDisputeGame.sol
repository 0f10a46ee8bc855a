// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChallengeId, ElementIndex, JobId, ResultId, TensorRoot} from "../../types/Ids.sol";

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
        uint32 executorLeft;
        uint32 challengerLeft;
        /// tree << 40 | level << 32 | index
        uint72 position;
        bytes32 node;
        /// Bytes of the tensor that the position is in; 0 in the trace.
        uint32 tensorBytes;
        uint96 bond;
        uint64 gasPrice;
        /// Metered gas of each side, units.
        uint32 executorMeter;
        uint32 challengerMeter;
        bool ended;
    }

    struct Result {
        JobId job;
        uint32 attempt;
        bytes32 traceRoot;
        uint40 committedAt;
        uint40 windowEnd;
        uint40 hardEnd;
        uint32 live;
        uint32 lost;
        /// Earliest challenge that has not ended; zero when there is none.
        ChallengeId first;
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
        JobId job,
        uint32 attempt
    );
    event Committed(ResultId indexed result, bytes32 traceRoot, bytes32[] group);
    event Opened(ResultId indexed result, uint72 indexed position, bytes32[] group);
    event OpenedLeaves(ResultId indexed result, uint72 indexed position, bytes leaves);
    event Picked(ChallengeId indexed challenge, uint72 position, bytes32 node);
    event Proved(
        ResultId indexed result,
        address indexed prover,
        uint32 step,
        ElementIndex element,
        int256 value
    );
    event TimedOut(ResultId indexed result, ChallengeId indexed challenge);
    event ChallengeEnded(ChallengeId indexed challenge, bool withdrawn);

    /// @notice Challenges the job's posted attempt with a bond in the chain's coin.
    function challenge(JobId id, uint32 attempt, bytes32 salt) external payable returns (ChallengeId);
    /// @notice Commits the trace, once per result, and opens ROOT. Executor or responder.
    /// @param via The challenge that waits for it, which is charged the gas.
    function commit(
        ChallengeId via,
        bytes32 traceRoot,
        bytes32[] calldata group,
        TensorRoot[] calldata outputRoots,
        bytes32[] calldata outputSiblings
    ) external;
    /// @notice Opens the position where `via` waits. Anybody.
    function open(ChallengeId via, uint72 position, bytes32[] calldata group) external;
    /// @notice Opens the raw leaves of the position where `via` waits. Anybody.
    function openLeaves(ChallengeId via, uint72 position, bytes calldata leaves) external;
    /// @notice Descends to a node whose group's parent is open. The challenger.
    /// @param from The position that the caller means to leave.
    /// @param path From `node` up to the node at `from`, promoted levels skipped, bottom first.
    /// @param descriptor Of the step whose tensor is entered, when `to` leaves the trace (its shape fixes the tensor's
    /// tree); else empty.
    /// @param stepPath Path of the descriptor in the steps tree; else empty.
    function pick(
        ChallengeId id,
        uint72 from,
        uint72 to,
        bytes32 node,
        bytes32[] calldata path,
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
    function withdraw(ChallengeId id) external;
    /// @notice Pays out a challenge of a finished result by its derived state. Anybody.
    function settle(ChallengeId id) external;

    function stateOf(ChallengeId id) external view returns (State state, uint40 deadline);
    function challengeOf(ChallengeId id) external view returns (Challenge memory);
    function resultOf(ResultId id) external view returns (Result memory);
    function openedAt(ResultId result, uint72 position) external view returns (uint40);
    /// @notice The bond that a challenge of this result costs now, wei.
    function bondFor(JobId id) external view returns (uint256);
}
