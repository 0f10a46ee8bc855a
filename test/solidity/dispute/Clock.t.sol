// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDisputeGame} from "../../../contracts/dispute/interfaces/IDisputeGame.sol";
import {Clock, Turn} from "../../../contracts/dispute/libraries/Clock.sol";
import {Spans} from "../../../contracts/registry/libraries/Spans.sol";
import {IModelRegistry} from "../../../contracts/registry/interfaces/IModelRegistry.sol";
import {Assert} from "../support/Assert.sol";

/// @title Properties 16 to 20: whose turn it is, and how long it can last
contract ClockTest is Assert {
    uint256 private constant NOW = 1_000_000;

    function test_stateAt_executorMovesUntilItsDeadline() external pure {
        Turn memory turn = Turn({
            since: NOW,
            openedAt: 0,
            executorLeft: 300,
            challengerLeft: 200,
            extension: 60
        });
        assertState(turn, NOW + 299, IDisputeGame.State.ExecutorMove, NOW + 300);
        assertState(turn, NOW + 300, IDisputeGame.State.ExecutorMove, NOW + 300);
        assertState(turn, NOW + 301, IDisputeGame.State.ExecutorLost, NOW + 300);
    }

    function test_stateAt_challengerMovesUntilItsDeadline() external pure {
        Turn memory turn = Turn({
            since: NOW,
            openedAt: NOW + 40,
            executorLeft: 300,
            challengerLeft: 200,
            extension: 60
        });
        assertState(turn, NOW + 239, IDisputeGame.State.ChallengerMove, NOW + 240);
        assertState(turn, NOW + 240, IDisputeGame.State.ChallengerMove, NOW + 240);
        assertState(turn, NOW + 241, IDisputeGame.State.ChallengerLost, NOW + 240);
    }

    function test_stateAt_countsAnOpeningAtTheLastSecond() external pure {
        Turn memory turn = Turn({
            since: NOW,
            openedAt: NOW + 300,
            executorLeft: 300,
            challengerLeft: 200,
            extension: 60
        });
        assertState(turn, NOW + 300, IDisputeGame.State.ChallengerMove, NOW + 500);
        turn.openedAt = NOW + 301;
        assertState(turn, NOW + 301, IDisputeGame.State.ExecutorLost, NOW + 300);
    }

    function test_stateAt_givesTheExtensionWhereTheBudgetIsSpent() external pure {
        Turn memory turn = Turn({since: NOW, openedAt: 0, executorLeft: 5, challengerLeft: 0, extension: 60});
        assertState(turn, NOW + 60, IDisputeGame.State.ExecutorMove, NOW + 60);
        assertState(turn, NOW + 61, IDisputeGame.State.ExecutorLost, NOW + 60);
        turn.openedAt = NOW + 60;
        assertState(turn, NOW + 120, IDisputeGame.State.ChallengerMove, NOW + 120);
        assertState(turn, NOW + 121, IDisputeGame.State.ChallengerLost, NOW + 120);
    }

    function test_stateAt_startsTheChallengersTimeAtThePickWhereTheGroupWasOpen() external pure {
        Turn memory turn = Turn({
            since: NOW,
            openedAt: NOW - 500,
            executorLeft: 300,
            challengerLeft: 200,
            extension: 60
        });
        assertState(turn, NOW + 200, IDisputeGame.State.ChallengerMove, NOW + 200);
        assertState(turn, NOW + 201, IDisputeGame.State.ChallengerLost, NOW + 200);
    }

    /// @dev Property 18: a side may move exactly as long as the other may not claim that it is late.
    function testFuzz_stateAt_moveAndTimeoutExcludeEachOther(
        uint32 opened,
        uint24 executorLeft,
        uint24 challengerLeft,
        uint24 extension,
        uint32 later
    ) external pure {
        Turn memory turn = turnOf(opened, executorLeft, challengerLeft, extension);
        uint256 time = (turn.openedAt > NOW ? turn.openedAt : NOW) + later;
        (IDisputeGame.State state, uint256 deadline) = Clock.stateAt(turn, time);
        bool moves = state == IDisputeGame.State.ExecutorMove || state == IDisputeGame.State.ChallengerMove;
        bool lost = state == IDisputeGame.State.ExecutorLost || state == IDisputeGame.State.ChallengerLost;
        holds("one of four states", moves != lost);
        holds("moves until the deadline", moves == (time <= deadline));
        // A state that is lost stays lost.
        if (lost) {
            (IDisputeGame.State after_, ) = Clock.stateAt(turn, time + 1);
            holds("lost for ever", after_ == state);
        }
    }

    /// @dev Property 19: whoever is on move after the other's move has at least the extension.
    function testFuzz_stateAt_leavesTheOtherSideItsExtension(
        uint24 wait,
        uint24 executorLeft,
        uint24 challengerLeft,
        uint24 extension
    ) external pure {
        Turn memory turn = turnOf(0, executorLeft, challengerLeft, extension);
        (, uint256 deadline) = Clock.stateAt(turn, NOW);
        holds("the executor's", deadline >= NOW + extension);
        turn.openedAt = bound(wait, NOW, deadline);
        (, deadline) = Clock.stateAt(turn, turn.openedAt);
        holds("the challenger's", deadline >= turn.openedAt + extension);
    }

    /// @dev Property 17: a move uses up what it took, and no move takes more than what is left or the extension.
    function testFuzz_used_isBoundedByBudgetOrExtension(
        uint24 wait,
        uint24 think,
        uint24 executorLeft,
        uint24 challengerLeft,
        uint24 extension
    ) external pure {
        Turn memory turn = turnOf(0, executorLeft, challengerLeft, extension);
        (, uint256 deadline) = Clock.stateAt(turn, NOW);
        turn.openedAt = bound(wait, NOW, deadline);
        (, deadline) = Clock.stateAt(turn, turn.openedAt);
        uint256 time = bound(think, turn.openedAt, deadline);
        (uint256 executor, uint256 challenger) = Clock.used(turn, time);
        equal("nothing is lost", executor + challenger, time - NOW);
        holds("the executor's", executor <= larger(executorLeft, extension));
        holds("the challenger's", challenger <= larger(challengerLeft, extension));
    }

    /// @dev Property 20: however both sides dawdle, a challenge is over after the span that the market counts with.
    function testFuzz_aChallengeEndsWithinTheSpan(
        uint24 executorBudget,
        uint24 challengerBudget,
        uint16 extension,
        uint8 rounds,
        uint256 seed
    ) external pure {
        rounds = uint8(bound(rounds, 0, 12));
        uint256 time = NOW;
        uint256 executorUsed = 0;
        uint256 challengerUsed = 0;
        for (uint256 move = 0; move <= rounds; ++move) {
            Turn memory turn = Turn({
                since: time,
                openedAt: 0,
                executorLeft: Clock.rest(executorBudget, executorUsed),
                challengerLeft: Clock.rest(challengerBudget, challengerUsed),
                extension: extension
            });
            seed = uint256(keccak256(abi.encode(seed)));
            (, uint256 deadline) = Clock.stateAt(turn, time);
            // Half of the moves come at the last second.
            turn.openedAt = seed & 1 == 0 ? deadline : bound(seed, time, deadline);
            (, deadline) = Clock.stateAt(turn, turn.openedAt);
            time = seed & 2 == 0 ? deadline : bound(seed >> 2, turn.openedAt, deadline);
            (uint256 executor, uint256 challenger) = Clock.used(turn, time);
            executorUsed += executor;
            challengerUsed += challenger;
        }
        IModelRegistry.Clocks memory clocks = IModelRegistry.Clocks(
            1,
            executorBudget,
            challengerBudget,
            extension
        );
        uint256 span = Spans.dispute(clocks, rounds) - Spans.margin(clocks);
        holds("within the span", time - NOW <= span);
    }

    function turnOf(
        uint256 opened,
        uint256 executorLeft,
        uint256 challengerLeft,
        uint256 extension
    ) private pure returns (Turn memory) {
        // Never opened, opened before, or opened after the pick.
        uint256 openedAt = opened % 3 == 0 ? 0 : NOW - 2 ** 16 + (opened % 2 ** 25);
        return Turn(NOW, openedAt, executorLeft, challengerLeft, extension);
    }

    function assertState(
        Turn memory turn,
        uint256 time,
        IDisputeGame.State state,
        uint256 deadline
    ) private pure {
        (IDisputeGame.State actualState, uint256 actualDeadline) = Clock.stateAt(turn, time);
        equal("state", uint256(actualState), uint256(state));
        equal("deadline", actualDeadline, deadline);
    }

    function larger(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
