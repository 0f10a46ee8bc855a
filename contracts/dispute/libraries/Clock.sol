// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDisputeGame} from "../interfaces/IDisputeGame.sol";

/// @notice All that decides whose turn it is. Seconds, and seconds since the epoch.
struct Turn {
    /// When the position was picked.
    uint256 since;
    /// When the position was opened, for whichever challenge; 0 before.
    uint256 openedAt;
    uint256 executorLeft;
    uint256 challengerLeft;
    /// Least time for a move.
    uint256 extension;
}

/// @title The one classifier of challenges
/// @notice docs/security.md, section Disputes and clocks. Moves, timeouts and views all ask it.
library Clock {
    /// @notice State at `time` and the last second of the side on move; of the side that lost, its last second.
    function stateAt(
        Turn memory turn,
        uint256 time
    ) internal pure returns (IDisputeGame.State state, uint256 deadline) {
        deadline = turn.since + larger(turn.executorLeft, turn.extension);
        if (turn.openedAt == 0)
            return (
                time <= deadline ? IDisputeGame.State.ExecutorMove : IDisputeGame.State.ExecutorLost,
                deadline
            );
        // Opened for another challenge, but too late for this one.
        if (turn.openedAt > deadline) return (IDisputeGame.State.ExecutorLost, deadline);
        deadline = larger(turn.since, turn.openedAt) + larger(turn.challengerLeft, turn.extension);
        return (
            time <= deadline ? IDisputeGame.State.ChallengerMove : IDisputeGame.State.ChallengerLost,
            deadline
        );
    }

    /// @notice Time that both sides have used at the position when the challenger moves at `time`, in its turn.
    function used(
        Turn memory turn,
        uint256 time
    ) internal pure returns (uint256 executor, uint256 challenger) {
        uint256 handedOver = larger(turn.since, turn.openedAt);
        return (handedOver - turn.since, time - handedOver);
    }

    /// @notice What is left of a budget.
    function rest(uint256 budget, uint256 spent) internal pure returns (uint256) {
        return spent < budget ? budget - spent : 0;
    }

    function larger(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
