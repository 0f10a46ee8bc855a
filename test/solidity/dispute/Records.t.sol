// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChallengeRecord, Records, ResultRecord} from "../../../contracts/dispute/libraries/Records.sol";
import {ChallengeId, challengeIdOf, jobIdOf, ResultId, resultIdOf} from "../../../contracts/types/Ids.sol";
import {Assert} from "../support/Assert.sol";

/// @title Property 35: the earliest live challenge is known at once, whatever ended before it
contract RecordsTest is Assert {
    mapping(ResultId => ResultRecord) private results;
    mapping(ChallengeId => ChallengeRecord) private challenges;
    uint24[] private live;

    function testFuzz_list_isThatOfTheLiveChallenges(uint256 seed) external {
        ResultId result = resultIdOf(jobIdOf(keccak256(abi.encode(seed))), 3);
        ResultRecord storage r = results[result];
        for (uint256 i = 0; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            if (live.length == 0 || seed % 5 < 3) {
                ChallengeId id = Records.append(challenges, r, result);
                challenges[id].since = 1;
                live.push(uint24(id.numberOf()));
            } else {
                uint256 place = (seed >> 8) % live.length;
                Records.remove(challenges, r, challengeIdOf(result, live[place]));
                for (; place + 1 < live.length; ++place) live[place] = live[place + 1];
                live.pop();
            }
            assertList(result, r);
        }
    }

    /// @dev The other result's records are keyed apart: its list is not touched.
    function test_list_isTheResultsOwn() external {
        ResultId one = resultIdOf(jobIdOf(bytes32(uint256(1) << 100)), 0);
        ResultId other = resultIdOf(jobIdOf(bytes32(uint256(1) << 100)), 1);
        ChallengeId first = Records.append(challenges, results[one], one);
        Records.append(challenges, results[other], other);
        Records.remove(challenges, results[one], first);
        equal("live of one", results[one].live, 0);
        equal("live of the other", results[other].live, 1);
        equal("first of the other", results[other].first, 1);
    }

    function testFuzz_ids_nest(bytes32 hash, uint32 attempt, uint32 number) external pure {
        ResultId result = resultIdOf(jobIdOf(hash), attempt);
        ChallengeId id = challengeIdOf(result, number);
        holds("the result", id.resultOf() == result);
        equal("the number", id.numberOf(), number);
        equal("the attempt", result.attemptOf(), attempt);
        holds("the job", result.jobOf() == jobIdOf(hash));
    }

    function test_plus_stopsAtItsEnd() external pure {
        equal("sum", Records.plus(5, 6), 11);
        equal("end", Records.plus(5, type(uint24).max - 5), type(uint24).max);
        equal("beyond", Records.plus(5, type(uint24).max - 4), type(uint24).max);
        equal("far beyond", Records.bounded(type(uint256).max), type(uint24).max);
    }

    function assertList(ResultId result, ResultRecord storage r) private view {
        equal("live", r.live, live.length);
        equal("first", r.first, live.length == 0 ? 0 : live[0]);
        equal("last", r.last, live.length == 0 ? 0 : live[live.length - 1]);
        uint24 number = r.first;
        for (uint256 i = 0; i < live.length; ++i) {
            ChallengeRecord storage c = challenges[challengeIdOf(result, number)];
            equal("number", number, live[i]);
            (uint24 previous, uint24 next) = Records.neighbours(c, r, number);
            equal("previous", previous, i == 0 ? 0 : live[i - 1]);
            equal("next", next, i + 1 == live.length ? 0 : live[i + 1]);
            number = next;
        }
    }
}
