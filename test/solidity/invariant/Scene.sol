// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {FakeJudge} from "../../../contracts/mocks/FakeJudge.sol";
import {Receiver} from "../../../contracts/mocks/Receivers.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {JobId} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

/// @title Actors, the jobs that they made, and how a random number picks among them
abstract contract Scene is World {
    struct Known {
        JobId id;
        IJobMarket.Ticket ticket;
        // As last seen, to tell that a job only moves forward and that its terms are frozen.
        uint256 progress;
        IJobMarket.Job seen;
        uint96 collateral;
    }

    uint256 internal constant MOST_JOBS = 10;

    address[] internal people;
    address[] internal owners;
    address[] internal operators;
    /// @dev Jobs that hold an escrow, and some that ended.
    Known[] internal jobs;
    uint256 internal salts;
    /// @notice What should have been possible, or impossible, and was not; empty while all is well.
    string public broken;
    /// @notice Actions that succeeded, by name.
    mapping(string => uint256) public done;

    function raiseCurtain() internal {
        build(new TestToken());
        Receiver hostile = new Receiver();
        people = [requester, address(hostile), challenger, modelOwner, address(0x111), address(0x222)];
        owners = [owner, address(0x0e3)];
        operators = [operator, address(0x0e4)];
        for (uint256 i = 0; i < 2; ++i) {
            stakeFor(owners[i], operators[0], 500 * UNIT);
            stakeFor(owners[i], operators[1], 500 * UNIT);
            fund(operators[i], 0, 10 ether);
            people.push(owners[i]);
            people.push(operators[i]);
        }
        for (uint256 i = 0; i < 3; ++i) fund(people[i], 500 * UNIT, 1 ether);
        hostile.behave(
            Receiver.Mood.Reenter,
            abi.encodeCall(IJobMarket.withdrawCoins, (payable(hostile), 1))
        );
    }

    function person(uint256 seed) internal view returns (address) {
        return people[seed % people.length];
    }

    /// @dev A job in the phase, if there is one.
    function find(uint256 seed, IJobMarket.Phase phase) internal view returns (bool found, uint256 index) {
        for (uint256 i = 0; i < jobs.length; ++i) {
            index = ((seed % jobs.length) + i) % jobs.length;
            if (market.job(jobs[index].id).phase == phase) return (true, index);
        }
    }

    function succeeded(string memory name) internal {
        ++done[name];
    }

    function fail(string memory what) internal {
        if (bytes(broken).length == 0) broken = what;
    }

    function verdict(uint256 seed) internal view returns (FakeJudge.Verdict memory) {
        return
            FakeJudge.Verdict({
                prover: seed % 5 == 0 ? address(0) : person(seed),
                proverGas: uint32(seed % (3 * theBondGas)),
                rewarded: seed % 7 == 0 ? address(0) : person(seed >> 8),
                rewardedGas: uint32((seed >> 32) % (3 * theBondGas))
            });
    }

    function randomTerms(uint256 seed) internal returns (IJobMarket.Terms memory t) {
        t = terms();
        t.minPrice = uint96(seed % (5 * UNIT));
        t.maxPrice = t.minPrice + uint96((seed >> 64) % (5 * UNIT));
        t.rampSeconds = uint32((seed >> 16) % 4000);
        t.claimDeadline = uint40(block.timestamp + ((seed >> 24) % 1 days));
        t.postSeconds = uint32((seed >> 32) % 1 hours);
        t.value = uint96((seed >> 8) % (60 * UNIT));
        t.callbackGas = (seed >> 4) % 2 == 0 ? 0 : 60_000;
        t.parameters = market.currentParameters();
        t.salt = bytes32(++salts);
    }
}
