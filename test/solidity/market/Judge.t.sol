// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {IJudge} from "../../../contracts/market/interfaces/IJudge.sol";
import {
    JudgeSilent,
    NotAllowed,
    RulingPending,
    TooLate,
    WrongAttempt,
    WrongOutput,
    WrongPhase
} from "../../../contracts/market/MarketErrors.sol";
import {FakeJudge} from "../../../contracts/mocks/FakeJudge.sol";
import {JobId, VersionId} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

/// @title What a judge may do to a result, and what it costs the loser
contract JudgeTest is World {
    address private constant PROVER = address(0x9407);

    function setUp() external {
        standard();
    }

    function verdict(
        address prover,
        uint32 proverGas,
        address rewarded,
        uint32 rewardedGas
    ) private pure returns (FakeJudge.Verdict memory) {
        return FakeJudge.Verdict(prover, proverGas, rewarded, rewardedGas);
    }

    function test_markDisputed_tellsTheJudgeWhatItNeeds() external {
        (JobId id, ) = posted();
        vm.prank(address(judge));
        (VersionId version, uint32 bondGas, uint48 gasFloor) = market.markDisputed(id, 0, listRoot(output()));
        equal("gas floor", gasFloor, GAS_FLOOR);
        equal("version", VersionId.unwrap(version), VersionId.unwrap(theVersion));
        equal("bond gas", bondGas, theBondGas);
        holds("disputed", market.job(id).disputed);
        judge.dispute(id, 0, listRoot(output()));
        holds("again", market.job(id).disputed);
    }

    function test_markDisputed_untilTheEndOfTheWindow() external {
        (JobId id, ) = posted();
        bytes32 root = listRoot(output());
        vm.warp(START + WINDOW + 1);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, START + WINDOW + 1, START + WINDOW));
        judge.dispute(id, 0, root);
        vm.warp(START + WINDOW);
        judge.dispute(id, 0, root);
    }

    function test_markDisputed_namesTheAnswer() external {
        (JobId id, ) = posted();
        vm.expectRevert(abi.encodeWithSelector(WrongOutput.selector, bytes32("other"), listRoot(output())));
        judge.dispute(id, 0, "other");
        vm.expectRevert(abi.encodeWithSelector(WrongAttempt.selector, id, 0, 1));
        judge.dispute(id, 1, bytes32(0));
    }

    function test_judge_isTheOneOfTheJobsParameters() external {
        (JobId id, ) = posted();
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, admin, address(judge)));
        vm.prank(admin);
        market.markDisputed(id, 0, listRoot(output()));
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, admin, address(judge)));
        vm.prank(admin);
        market.defeat(id, 0, admin, 1, admin, 1);
    }

    function test_defeat_slashesPaysAndReopens() external {
        (JobId id, IJobMarket.Ticket memory ticket) = posted();
        judge.defeat(id, 0, verdict(PROVER, 300_000, challenger, 500_000));
        // The lock of 10: half burned, reward 5 (within the cap and half of the own part), nothing left over.
        equal("stake", staking.account(owner).staked, 990 * UNIT);
        equal("locked", staking.account(owner).locked, 0);
        equal("reward", staking.creditOf(challenger), 5 * UNIT);
        equal("burned", staking.burned(), 5 * UNIT);
        // The bond: the prover's gas, the challenger's gas, the rest burned.
        equal("prover", coinsOf(PROVER), 300_000 * uint256(GAS_FLOOR));
        equal("challenger", coinsOf(challenger), 500_000 * uint256(GAS_FLOOR));
        equal("burned coins", market.burnedCoins(), theBond - 800_000 * uint256(GAS_FLOOR));
        equal("executor", coinsOf(operator), 1 ether - theBond);
        equal("no price", tokensOf(owner), 0);
        IJobMarket.Job memory j = market.job(id);
        phaseIs("phase", id, IJobMarket.Phase.Open);
        equal("attempt", j.attempt, 1);
        holds("undisputed", !j.disputed);
        equal("no answer", j.outputRoot, bytes32(0));
        vm.prank(requester);
        market.cancel(ticket);
        equal("the whole escrow", tokensOf(requester), 1000 * UNIT);
    }

    function test_defeat_compensatesTheRequesterUpToThePrice() external {
        setParameters(2 * UNIT);
        IJobMarket.Terms memory t = terms();
        t.parameters = 1;
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, t);
        claim(ticket, 0);
        post(id, 0);
        judge.defeat(id, 0, verdict(address(0), 0, challenger, 0));
        equal("capped reward", staking.creditOf(challenger), 2 * UNIT);
        // 10 - 5 burned - 2 reward = 3 left, the price is 1.
        equal("waits", staking.compensationOf(address(market), market.resultId(id, 0)), UNIT);
        equal("burned", staking.burned(), 7 * UNIT);
        vm.prank(challenger);
        market.collect(ticket, 0);
        equal("requester", staking.creditOf(requester), UNIT);
        vm.prank(requester);
        staking.withdraw(requester, UNIT);
        equal("withdrawn", token.balanceOf(requester), UNIT);
    }

    function test_collect_isForTheTicketsRequester() external {
        setParameters(2 * UNIT);
        IJobMarket.Terms memory t = terms();
        t.parameters = 1;
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, t);
        claim(ticket, 0);
        post(id, 0);
        judge.defeat(id, 0, verdict(address(0), 0, challenger, 0));
        ticket.requester = challenger;
        vm.expectRevert();
        market.collect(ticket, 0);
    }

    function test_defeat_withNobodyToReward() external {
        (JobId id, ) = posted();
        judge.defeat(id, 0, verdict(address(0), 300_000, address(0), 500_000));
        // Nobody is rewarded: 5 burned, 1 (the price) for the requester, the rest burned.
        equal("burned", staking.burned(), 9 * UNIT);
        equal("coins", market.burnedCoins(), theBond);
        equal("nobody", coinsOf(address(0)), 0);
    }

    function test_defeat_paysTheProverFirstAndNeverMoreThanTheBond() external {
        (JobId id, ) = posted();
        judge.defeat(id, 0, verdict(PROVER, 2 * theBondGas - 1, challenger, 2));
        equal("prover", coinsOf(PROVER), theBond - GAS_FLOOR);
        equal("challenger", coinsOf(challenger), GAS_FLOOR);
        equal("burned", market.burnedCoins(), 0);
    }

    function testFuzz_defeat_neverReverts(
        address prover,
        uint32 proverGas,
        address rewarded,
        uint32 rewardedGas,
        uint96 price,
        uint96 value
    ) external {
        vm.assume(prover != operator && rewarded != operator);
        IJobMarket.Terms memory t = terms();
        price = uint96(bound(price, 0, 100 * UNIT));
        (t.minPrice, t.maxPrice) = (price, price);
        t.value = uint96(bound(value, 0, 1000 * UNIT));
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, t);
        claim(ticket, 0);
        post(id, 0);
        (, uint96 collateral) = staking.lockOf(address(market), market.resultId(id, 0));
        judge.defeat(id, 0, verdict(prover, proverGas, rewarded, rewardedGas));
        uint256 paid = coinsOf(prover) + (rewarded == prover ? 0 : coinsOf(rewarded));
        equal("every coin of the bond", paid + market.burnedCoins(), theBond);
        equal("exactly the lock", staking.account(owner).staked, 1000 * UNIT - collateral);
        holds("half is burned", staking.burned() >= collateral - collateral / 2);
    }

    /// @dev Property 28: executor, challenger and requester in one hand lose at least the burn.
    function testFuzz_defeat_selfChallengeLosesAtLeastTheBurn(
        uint96 price,
        uint96 value,
        uint96 cap
    ) external {
        setParameters(cap);
        address all = owner;
        fund(all, 1000 * UNIT, 0);
        IJobMarket.Terms memory t = terms();
        price = uint96(bound(price, 0, 100 * UNIT));
        (t.minPrice, t.maxPrice, t.parameters) = (price, price, 1);
        t.value = uint96(bound(value, 0, 1000 * UNIT));
        uint256 before = wealth(all);
        (JobId id, IJobMarket.Ticket memory ticket) = request(all, t);
        claim(ticket, 0);
        post(id, 0);
        (, uint96 collateral) = staking.lockOf(address(market), market.resultId(id, 0));
        judge.defeat(id, 0, verdict(all, 100_000, all, 100_000));
        if (staking.compensationOf(address(market), market.resultId(id, 0)) != 0) market.collect(ticket, 0);
        vm.prank(all);
        market.cancel(ticket);
        holds("loses the burn", wealth(all) + (collateral - collateral / 2) <= before);
    }

    function wealth(address account) private view returns (uint256) {
        return tokensOf(account) + staking.creditOf(account) + staking.account(account).staked;
    }

    /// @dev Property 27: at most one slash per result.
    function test_defeat_onlyOnce() external {
        (JobId id, IJobMarket.Ticket memory ticket) = posted();
        judge.defeat(id, 0, verdict(PROVER, 1, challenger, 1));
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Open, IJobMarket.Phase.Posted)
        );
        judge.defeat(id, 0, verdict(PROVER, 1, challenger, 1));
        claim(ticket, 1);
        post(id, 1);
        vm.expectRevert(abi.encodeWithSelector(WrongAttempt.selector, id, 1, 0));
        judge.defeat(id, 0, verdict(PROVER, 1, challenger, 1));
        equal("one slash", staking.account(owner).staked, 990 * UNIT);
    }

    function test_defeat_neverAfterFinality() external {
        (JobId id, ) = finalized();
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Final, IJobMarket.Phase.Posted)
        );
        judge.defeat(id, 0, verdict(PROVER, 1, challenger, 1));
    }

    function test_defeat_afterTheWindowUntilSomebodyFinalizes() external {
        (JobId id, ) = posted();
        judge.dispute(id, 0, listRoot(output()));
        vm.warp(START + 10 * WINDOW);
        judge.defeat(id, 0, verdict(PROVER, 1, challenger, 1));
        phaseIs("phase", id, IJobMarket.Phase.Open);
    }

    function test_defeat_thenAnHonestAttemptIsPaid() external {
        (JobId id, IJobMarket.Ticket memory ticket) = posted();
        judge.defeat(id, 0, verdict(PROVER, 1, challenger, 1));
        claim(ticket, 1);
        post(id, 1);
        vm.warp(START + WINDOW + 1);
        market.finalize(ticket);
        phaseIs("phase", id, IJobMarket.Phase.Final);
        equal("paid", tokensOf(owner), (uint256(UNIT) * 95) / 100);
        equal("only one bond is lost", coinsOf(operator), 1 ether - theBond);
    }

    function test_finalize_waitsForTheRuling() external {
        (JobId id, IJobMarket.Ticket memory ticket) = posted();
        judge.dispute(id, 0, listRoot(output()));
        vm.warp(START + WINDOW + 1);
        vm.expectRevert(abi.encodeWithSelector(RulingPending.selector, id));
        market.finalize(ticket);
        judge.rule(IJudge.Ruling.Stands);
        market.finalize(ticket);
        phaseIs("phase", id, IJobMarket.Phase.Final);
    }

    function test_finalize_letsTheJudgeDefeatAResultThatFalls() external {
        (JobId id, IJobMarket.Ticket memory ticket) = posted();
        judge.dispute(id, 0, listRoot(output()));
        judge.rule(IJudge.Ruling.Falls);
        judge.prepare(verdict(address(0), 0, challenger, 7), false);
        vm.warp(START + WINDOW + 1);
        market.finalize(ticket);
        phaseIs("phase", id, IJobMarket.Phase.Open);
        equal("reward", staking.creditOf(challenger), 5 * UNIT);
        equal("gas", coinsOf(challenger), 7 * uint256(GAS_FLOOR));
        equal("no price", tokensOf(owner), 0);
    }

    function test_finalize_revertsWhenTheJudgeSaysFallsAndDoesNothing() external {
        (JobId id, IJobMarket.Ticket memory ticket) = posted();
        judge.dispute(id, 0, listRoot(output()));
        judge.rule(IJudge.Ruling.Falls);
        judge.prepare(verdict(address(0), 0, challenger, 7), true);
        vm.warp(START + WINDOW + 1);
        vm.expectRevert(abi.encodeWithSelector(JudgeSilent.selector, id, address(judge)));
        market.finalize(ticket);
    }

    function setParameters(uint96 rewardCap) private {
        IJobMarket.Parameters memory p = parameters(address(judge));
        p.rewardCap = rewardCap;
        vm.prank(admin);
        governed.setParameters(p);
    }
}
