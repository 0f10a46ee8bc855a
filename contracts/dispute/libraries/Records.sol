// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChallengeId, ResultId, challengeIdOf} from "../../types/Ids.sol";
import {Position} from "../../types/Position.sol";
import {Clock, Turn} from "./Clock.sol";

/// @notice A disputed result. The first slot is written by the first challenge, the others by the commit.
struct ResultRecord {
    /// 0 before the commit.
    uint40 committedAt;
    uint24 live;
    /// Numbers of the earliest and the latest live challenge; 0 for none.
    uint24 first;
    uint24 last;
    /// Challenges ever made.
    uint24 count;
    uint24 executorBudget;
    uint24 challengerBudget;
    uint24 extension;
    /// The larger of both sides' worst gas.
    uint24 bondGas;
    uint16 stepCount;
    bool defeated;
    bytes32 traceRoot;
    bytes32 stepsRoot;
}

/// @notice A challenge. At the start only the first slot is not zero.
struct ChallengeRecord {
    address challenger;
    uint48 gasPrice;
    /// When the position was picked; 0 once the challenge has ended.
    uint40 since;
    Position position;
    uint32 tensorBytes;
    /// Seconds used up to `since`.
    uint24 executorUsed;
    uint24 challengerUsed;
    /// Gas of the moves after the challenge itself.
    uint24 executorMeter;
    uint24 challengerMeter;
    /// Neighbours among the live challenges where they are not the numbers before and after; else 0.
    uint24 previous;
    uint24 next;
}

/// @title The list of live challenges, and small arithmetic on records
library Records {
    /// @notice Appends a challenge to the live ones.
    /// @dev 2^24 challenges of one result cost more gas than a window of full blocks holds.
    /// @return id The new challenge's.
    function append(
        mapping(ChallengeId => ChallengeRecord) storage challenges,
        ResultRecord storage r,
        ResultId result
    ) internal returns (ChallengeId id) {
        uint24 number = ++r.count;
        id = challengeIdOf(result, number);
        uint24 last = r.last;
        if (r.live++ == 0) r.first = number;
        else if (last + 1 != number) {
            challenges[challengeIdOf(result, last)].next = number;
            challenges[id].previous = last;
        }
        r.last = number;
    }

    /// @notice Takes a live challenge out of the list.
    function remove(
        mapping(ChallengeId => ChallengeRecord) storage challenges,
        ResultRecord storage r,
        ChallengeId id
    ) internal {
        ResultId result = id.resultOf();
        (uint24 previous, uint24 next) = neighbours(challenges[id], r, uint24(id.numberOf()));
        if (previous == 0) r.first = next;
        else challenges[challengeIdOf(result, previous)].next = next;
        if (next == 0) r.last = previous;
        else challenges[challengeIdOf(result, next)].previous = previous;
        challenges[id].since = 0;
        --r.live;
    }

    /// @notice The live challenges before and after one of them; 0 for none.
    /// @dev INVARIANT: a pointer of the first challenge backwards, and of the last one forwards, is never read.
    function neighbours(
        ChallengeRecord storage c,
        ResultRecord storage r,
        uint24 number
    ) internal view returns (uint24 previous, uint24 next) {
        if (number != r.first) previous = c.previous == 0 ? number - 1 : c.previous;
        if (number != r.last) next = c.next == 0 ? number + 1 : c.next;
    }

    function turn(
        ChallengeRecord storage c,
        ResultRecord storage r,
        uint256 openedAt
    ) internal view returns (Turn memory) {
        return
            Turn({
                since: c.since,
                openedAt: openedAt,
                executorLeft: Clock.rest(r.executorBudget, c.executorUsed),
                challengerLeft: Clock.rest(r.challengerBudget, c.challengerUsed),
                extension: r.extension
            });
    }

    /// @notice A sum in 24 bits: it stops at its end rather than block a move.
    function plus(uint24 a, uint256 b) internal pure returns (uint24) {
        return bounded(a + b);
    }

    function bounded(uint256 value) internal pure returns (uint24) {
        // SAFETY: bounded in the same expression.
        return uint24(value < type(uint24).max ? value : type(uint24).max);
    }
}
