// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChallengeId, ProgramRoot, ResultId, challengeIdOf} from "../../types/Ids.sol";
import {Position} from "../../types/Position.sol";
import {Turn} from "./Clock.sol";

/// @notice A disputed result. The first slot is written by the first challenge, the others by the commit.
struct ResultRecord {
    uint40 windowEnd;
    uint40 committedAt;
    uint24 live;
    /// Numbers of the earliest and the latest live challenge.
    uint24 first;
    uint24 last;
    /// Challenges ever made.
    uint24 count;
    uint32 extension;
    /// The larger of both sides' worst gas.
    uint24 bondGas;
    uint16 stepCount;
    bool defeated;
    bytes32 traceRoot;
    ProgramRoot program;
}

/// @notice A challenge, in a list of the live ones in order of their opening.
struct ChallengeRecord {
    address challenger;
    uint64 gasPrice;
    uint32 tensorBytes;
    /// 0 once the challenge has ended.
    uint40 since;
    uint32 executorLeft;
    uint32 challengerLeft;
    Position position;
    uint24 executorMeter;
    uint24 challengerMeter;
    uint24 previous;
    uint24 next;
    bytes32 node;
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
        else {
            challenges[challengeIdOf(result, last)].next = number;
            challenges[id].previous = last;
        }
        r.last = number;
    }

    /// @notice Takes a challenge out of the live ones.
    function remove(
        mapping(ChallengeId => ChallengeRecord) storage challenges,
        ResultRecord storage r,
        ChallengeId id
    ) internal {
        ResultId result = id.resultOf();
        ChallengeRecord storage c = challenges[id];
        (uint24 previous, uint24 next) = (c.previous, c.next);
        if (previous == 0) r.first = next;
        else challenges[challengeIdOf(result, previous)].next = next;
        if (next == 0) r.last = previous;
        else challenges[challengeIdOf(result, next)].previous = previous;
        c.since = 0;
        --r.live;
    }

    function turn(
        ChallengeRecord storage c,
        uint256 extension,
        uint256 openedAt
    ) internal view returns (Turn memory) {
        return Turn(c.since, openedAt, c.executorLeft, c.challengerLeft, extension);
    }

    /// @notice A meter after a move; it stops at its end rather than block the move.
    function metered(uint24 meter, uint256 amount) internal pure returns (uint24) {
        uint256 total = meter + amount;
        // SAFETY: bounded in the same expression.
        return uint24(total < type(uint24).max ? total : type(uint24).max);
    }
}
