// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Assurance} from "../../../contracts/consumers/Assurance.sol";
import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {FakeJudge} from "../../../contracts/mocks/FakeJudge.sol";
import {JobId} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

contract AssuranceTest is World {
    function setUp() external {
        standard();
    }

    function test_read_followsTheJob() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        Assurance.State memory s = Assurance.read(market, id);
        equal("open", uint256(s.phase), uint256(IJobMarket.Phase.Open));
        equal("nothing backs it", s.costOfLie, 0);
        equal("judge", s.judge, address(judge));
        holds("input", s.inputInline);
        claim(ticket, 0);
        equal("nothing to challenge yet", Assurance.read(market, id).secondsLeft, 0);
        post(id, 0);
        s = Assurance.read(market, id);
        equal("window", s.window, WINDOW);
        equal("the last second counts", s.secondsLeft, WINDOW + 1);
        holds("output", s.outputInline);
        vm.warp(START + WINDOW);
        equal("last second", Assurance.read(market, id).secondsLeft, 1);
        vm.warp(START + WINDOW + 1);
        equal("over", Assurance.read(market, id).secondsLeft, 0);
        holds("still backed", Assurance.read(market, id).costOfLie != 0);
        market.finalize(ticket);
        s = Assurance.read(market, id);
        equal("final", uint256(s.phase), uint256(IJobMarket.Phase.Final));
        equal("free", s.costOfLie, 0);
    }

    function test_read_countsChallenges() external {
        (JobId id, ) = posted();
        judge.count(3, 2);
        equal("undisputed", Assurance.read(market, id).live, 0);
        judge.dispute(id, 0, listRoot(output()));
        Assurance.State memory s = Assurance.read(market, id);
        equal("live", s.live, 3);
        equal("lost", s.lost, 2);
    }

    /// @dev What is read before is what burns after, with friends as challenger and requester, to the last unit.
    function testFuzz_costOfLie_isWhatBurns(uint96 price, uint96 value, uint96 rewardCap) external {
        IJobMarket.Parameters memory p = parameters(address(judge));
        p.rewardCap = rewardCap;
        vm.prank(admin);
        governed.setParameters(p);
        IJobMarket.Terms memory t = terms();
        price = uint96(bound(price, 0, 100 * UNIT));
        (t.minPrice, t.maxPrice, t.parameters) = (price, price, 1);
        t.value = uint96(bound(value, 0, 1000 * UNIT));
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, t);
        claim(ticket, 0);
        post(id, 0);
        uint96 cost = Assurance.read(market, id).costOfLie;
        judge.defeat(id, 0, FakeJudge.Verdict(challenger, 0, challenger, 0));
        equal("burned", staking.burned(), cost);
    }
}
