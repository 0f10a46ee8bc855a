// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDisputeGame} from "../dispute/interfaces/IDisputeGame.sol";
import {Clock, Turn} from "../dispute/libraries/Clock.sol";

/// @title Many turns classified in one call, for tests
contract ClockHarness {
    struct Standing {
        IDisputeGame.State state;
        uint256 deadline;
        uint256 executorUsed;
        uint256 challengerUsed;
    }

    function classify(
        Turn[] calldata turns,
        uint256[] calldata times
    ) external pure returns (Standing[] memory standings) {
        standings = new Standing[](turns.length);
        for (uint256 i = 0; i < turns.length; ++i) {
            Standing memory s = standings[i];
            (s.state, s.deadline) = Clock.stateAt(turns[i], times[i]);
            if (s.state == IDisputeGame.State.ChallengerMove)
                (s.executorUsed, s.challengerUsed) = Clock.used(turns[i], times[i]);
        }
    }
}
