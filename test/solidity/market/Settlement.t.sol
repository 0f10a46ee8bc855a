// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {IJudge} from "../../../contracts/market/interfaces/IJudge.sol";
import {NotAllowed, TooEarly, WrongPhase} from "../../../contracts/market/MarketErrors.sol";
import {JobId} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

/// @title How an undisputed job ends: finalize, expire, cancel
contract SettlementTest is World {
    function setUp() external {
        standard();
    }

    function test_finalize_paysExecutorAndModelOwner() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.warp(START + 500);
        claim(ticket, 0);
        post(id, 0);
        vm.warp(START + 500 + WINDOW + 1);
        market.finalize(ticket);
        phaseIs("phase", id, IJobMarket.Phase.Final);
        equal("paid", tokensOf(owner), (2 * uint256(UNIT) * 95) / 100);
        equal("royalty", market.royaltyOf(theVersion), (2 * uint256(UNIT) * 5) / 100);
        equal("change", tokensOf(requester), 998 * UNIT);
        equal("bond back", coinsOf(operator), 1 ether);
        equal("unlocked", staking.account(owner).locked, 0);
        equal("stake untouched", staking.account(owner).staked, 1000 * UNIT);
    }

    function test_finalize_paysTheBeneficiary() external {
        vm.prank(owner);
        staking.setBeneficiary(address(0xbe));
        finalized();
        equal("paid", tokensOf(address(0xbe)), (uint256(UNIT) * 95) / 100);
        equal("owner", tokensOf(owner), 0);
    }

    function test_finalize_waitsForTheWindowToTheSecond() external {
        (, IJobMarket.Ticket memory ticket) = posted();
        vm.warp(START + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(TooEarly.selector, START + WINDOW, START + WINDOW));
        market.finalize(ticket);
        vm.warp(START + WINDOW + 1);
        market.finalize(ticket);
    }

    function test_finalize_onlyOnceAndOnlyPosted() external {
        (JobId id, IJobMarket.Ticket memory ticket) = claimed();
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Claimed, IJobMarket.Phase.Posted)
        );
        market.finalize(ticket);
        post(id, 0);
        vm.warp(START + WINDOW + 1);
        market.finalize(ticket);
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Final, IJobMarket.Phase.Posted)
        );
        market.finalize(ticket);
    }

    function test_collectRoyalty_paysTheModelsOwnerOfThatDay() external {
        finalized();
        vm.prank(modelOwner);
        models.transferOwnership(theModel, address(0x30e));
        vm.prank(address(0x30e));
        models.acceptOwnership(theModel);
        market.collectRoyalty(theVersion);
        equal("new owner", tokensOf(address(0x30e)), uint256(UNIT) / 20);
        equal("old owner", tokensOf(modelOwner), 0);
        market.collectRoyalty(theVersion);
        equal("once", tokensOf(address(0x30e)), uint256(UNIT) / 20);
    }

    function test_finalize_withTheWholePriceAsRoyalty() external {
        publish(10_000);
        finalized();
        equal("royalty", market.royaltyOf(theVersion), UNIT);
        equal("executor", tokensOf(owner), 0);
    }

    function test_expire_paysTheRequesterPartOfTheBondAndReopens() external {
        (JobId id, IJobMarket.Ticket memory ticket) = claimed();
        vm.warp(START + POST);
        vm.expectRevert(abi.encodeWithSelector(TooEarly.selector, START + POST, START + POST));
        market.expire(ticket);
        vm.warp(START + POST + 1);
        market.expire(ticket);
        equal("half of the bond", coinsOf(requester), theBond / 2);
        equal("the rest", coinsOf(operator), 1 ether - theBond / 2);
        equal("no stake is lost", staking.account(owner).staked, 1000 * UNIT);
        equal("unlocked", staking.account(owner).locked, 0);
        IJobMarket.Job memory j = market.job(id);
        phaseIs("phase", id, IJobMarket.Phase.Open);
        equal("attempt", j.attempt, 1);
        equal("opened", j.openedAt, START + POST + 1);
        equal("no executor", j.executor, address(0));
        equal("no bond", j.bond, 0);
    }

    function test_expire_afterAPostReverts() external {
        (JobId id, IJobMarket.Ticket memory ticket) = posted();
        vm.warp(START + POST + 1);
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Posted, IJobMarket.Phase.Claimed)
        );
        market.expire(ticket);
    }

    /// @dev The next attempt goes on from the price claimed, so a claim that only stalls does not restart the ramp.
    function test_expire_continuesTheRamp() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.warp(START + 400);
        claim(ticket, 0);
        uint256 price = UNIT + (2 * uint256(UNIT) * 400) / 1000;
        equal("first", market.job(id).price, price);
        uint256 again = START + 400 + POST + 1;
        vm.warp(again);
        market.expire(ticket);
        equal("at once", market.priceAt(ticket, uint40(again)), price);
        equal("rises as before", market.priceAt(ticket, uint40(again + 100)), price + UNIT / 5);
        equal("up to the greatest", market.priceAt(ticket, uint40(again + 700)), 3 * UNIT);
        claim(ticket, 1);
        equal("second", market.job(id).price, price);
        post(id, 1);
        vm.warp(again + WINDOW + 1);
        market.finalize(ticket);
        equal("change", tokensOf(requester), 1000 * uint256(UNIT) - price);
    }

    function test_claim_ofTheNextAttemptForgetsTheResponder() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.prank(operator);
        market.claim(ticket, 0, owner, address(0x7e5));
        vm.warp(START + POST + 1);
        market.expire(ticket);
        claim(ticket, 1);
        equal("responder", market.job(id).responder, address(0));
    }

    function test_cancel_returnsTheEscrow() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.prank(requester);
        market.cancel(ticket);
        phaseIs("phase", id, IJobMarket.Phase.Cancelled);
        equal("escrow", tokensOf(requester), 1000 * UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Cancelled, IJobMarket.Phase.Open)
        );
        vm.prank(requester);
        market.cancel(ticket);
    }

    function test_cancel_byOthersOnlyAfterTheClaimDeadline() external {
        (, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.warp(START + 1 days);
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, address(this), requester));
        market.cancel(ticket);
        vm.warp(START + 1 days + 1);
        market.cancel(ticket);
        equal("to the requester", tokensOf(requester), 1000 * UNIT);
        equal("not to the caller", tokensOf(address(this)), 0);
    }

    function test_cancel_neverOfAClaimedJob() external {
        (JobId id, IJobMarket.Ticket memory ticket) = claimed();
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Claimed, IJobMarket.Phase.Open)
        );
        vm.prank(requester);
        market.cancel(ticket);
    }

    function test_cancel_worksAfterANoShow() external {
        (, IJobMarket.Ticket memory ticket) = claimed();
        vm.warp(START + POST + 1);
        market.expire(ticket);
        vm.prank(requester);
        market.cancel(ticket);
        equal("the whole escrow", tokensOf(requester), 1000 * UNIT);
    }

    /// @dev Whoever submits, the recorded parties are paid (property 32).
    function test_finalize_bySomebodyElsePaysTheRecordedParties() external {
        (, IJobMarket.Ticket memory ticket) = posted();
        vm.warp(START + WINDOW + 1);
        vm.prank(challenger);
        market.finalize(ticket);
        equal("submitter's tokens", tokensOf(challenger), 0);
        equal("submitter's coins", coinsOf(challenger), 0);
        equal("executor", tokensOf(owner), (uint256(UNIT) * 95) / 100);
    }

    function test_finalize_asksNoJudgeWithoutADispute() external {
        judge.rule(IJudge.Ruling.Pending);
        finalized();
    }
}
