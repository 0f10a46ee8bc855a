// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {Slash} from "../../../contracts/staking/libraries/Slash.sol";
import {CreditTooSmall, NothingToCompensate} from "../../../contracts/staking/interfaces/IStaking.sol";
import {vm} from "../support/Vm.sol";
import {StakingWorld} from "./StakingWorld.sol";

/// @title Properties 26 and 28: a slash takes exactly the lock, never fails, and burns at least half
contract SlashTest is StakingWorld {
    address private constant DEAD = 0x000000000000000000000000000000000000dEaD;

    function test_slash_divides() external {
        // lock, cap, requesterMax: reward, requester, burned
        check(100, 1000, 1000, 50, 0, 50);
        check(100, 20, 1000, 20, 30, 50);
        check(100, 20, 10, 20, 10, 70);
        check(101, 1000, 1000, 50, 0, 51);
        check(101, 0, 1000, 0, 50, 51);
        check(101, 0, 0, 0, 0, 101);
        check(1, 1000, 1000, 0, 0, 1);
        check(0, 1000, 1000, 0, 0, 0);
    }

    function check(
        uint96 amount,
        uint96 cap,
        uint96 requesterMax,
        uint256 reward,
        uint256 toRequester,
        uint256 burned
    ) private {
        setUp();
        lock(FIRST, amount);
        slash(FIRST, CHALLENGER, cap, requesterMax);
        equal("reward", staking.creditOf(CHALLENGER), reward);
        equal("requester", staking.compensationOf(MARKET, FIRST), toRequester);
        equal("burned", staking.burned(), burned);
        equal("staked", account().staked, 1000 - amount);
        equal("locked", account().locked, 0);
    }

    function test_slash_withNobodyToRewardBurnsTheReward() external {
        lock(FIRST, 100);
        slash(FIRST, address(0), 1000, 10);
        equal("requester", staking.compensationOf(MARKET, FIRST), 10);
        equal("burned", staking.burned(), 90);
        equal("nobody", staking.creditOf(address(0)), 0);
    }

    function test_slash_takesThatLockOnly() external {
        lock(FIRST, 300);
        lock(SECOND, 200);
        slash(FIRST, CHALLENGER, 1000, 0);
        equal("staked", account().staked, 700);
        equal("locked", account().locked, 200);
        (, uint96 other) = staking.lockOf(MARKET, SECOND);
        equal("the other lock", other, 200);
        (address owner, uint96 amount) = staking.lockOf(MARKET, FIRST);
        equal("no lock", owner, address(0));
        equal("nothing locked", amount, 0);
    }

    function test_slash_reachesThawingStake() external {
        lock(FIRST, 800);
        thaw(1000);
        vm.warp(START + 2 * THAW);
        slash(FIRST, address(0), 0, 0);
        equal("staked", account().staked, 200);
        equal("thawing is capped", account().thawing, 200);
        unstake();
        equal("what is left", token.balanceOf(OWNER), 200);
    }

    function test_slash_leavesThawingStakeThatTheRestCovers() external {
        lock(FIRST, 300);
        thaw(500);
        slash(FIRST, address(0), 0, 0);
        equal("thawing", account().thawing, 500);
    }

    function testFuzz_slash_neverReverts(
        uint96 amount,
        uint128 thawing,
        address rewarded,
        uint96 cap,
        uint96 requesterMax
    ) external {
        amount = uint96(bound(amount, 0, 900));
        lock(FIRST, amount);
        thawing = uint128(bound(thawing, 0, 1000));
        if (thawing != 0) thaw(thawing);
        slash(FIRST, rewarded, cap, requesterMax);
        equal("staked", account().staked, 1000 - amount);
        equal("locked", account().locked, 0);
        holds("thawing <= staked", account().thawing <= account().staked);
        equal(
            "nothing is lost",
            staking.creditOf(rewarded) + staking.compensationOf(MARKET, FIRST) + staking.burned(),
            amount
        );
    }

    function testFuzz_divide_burnsAtLeastHalfAndBoundsTheParts(
        uint96 amount,
        uint96 ownPart,
        address rewarded,
        uint96 cap,
        uint96 requesterMax
    ) external pure {
        ownPart = uint96(bound(ownPart, 0, amount));
        IStaking.SlashSplit memory split = IStaking.SlashSplit(rewarded, cap, requesterMax);
        (uint96 reward, uint96 toRequester, uint96 burned) = Slash.divide(amount, ownPart, split);
        equal("all of it", uint256(reward) + toRequester + burned, amount);
        holds("half is burned, rounded up", burned >= amount - amount / 2);
        holds("the cap", reward <= cap);
        holds("half of the own part", reward <= ownPart / 2);
        holds("the requester's most", toRequester <= requesterMax);
        holds("nobody, no reward", rewarded != address(0) || reward == 0);
        // Nothing is burned beyond the half while somebody may still get it.
        if (burned > amount - amount / 2) {
            holds("the requester has its most", toRequester == requesterMax);
            holds(
                "the reward is at a bound",
                rewarded == address(0) || reward == cap || reward == ownPart / 2
            );
        }
    }

    function test_compensate_creditsOnceAndOnlyForTheMarket() external {
        lock(FIRST, 100);
        slash(FIRST, address(0), 0, 40);
        vm.expectRevert(abi.encodeWithSelector(NothingToCompensate.selector, address(this), FIRST));
        staking.compensate(FIRST, address(this));
        vm.prank(MARKET);
        staking.compensate(FIRST, REQUESTER);
        equal("credit", staking.creditOf(REQUESTER), 40);
        equal("nothing waits", staking.compensationOf(MARKET, FIRST), 0);
        vm.expectRevert(abi.encodeWithSelector(NothingToCompensate.selector, MARKET, FIRST));
        vm.prank(MARKET);
        staking.compensate(FIRST, REQUESTER);
    }

    function test_compensate_revertsForALock() external {
        lock(FIRST, 100);
        vm.expectRevert(abi.encodeWithSelector(NothingToCompensate.selector, MARKET, FIRST));
        vm.prank(MARKET);
        staking.compensate(FIRST, REQUESTER);
    }

    function test_withdraw_paysTheCreditAndNoMore() external {
        lock(FIRST, 100);
        slash(FIRST, CHALLENGER, 1000, 0);
        vm.expectRevert(abi.encodeWithSelector(CreditTooSmall.selector, 50, 51));
        vm.prank(CHALLENGER);
        staking.withdraw(CHALLENGER, 51);
        vm.prank(CHALLENGER);
        staking.withdraw(address(0x11), 30);
        equal("sent where the caller said", token.balanceOf(address(0x11)), 30);
        equal("the rest stays", staking.creditOf(CHALLENGER), 20);
    }

    function test_burn_sendsTheBurnedTokensAwayOnce() external {
        lock(FIRST, 100);
        slash(FIRST, address(0), 0, 0);
        vm.prank(address(0x99));
        staking.burn();
        equal("dead", token.balanceOf(DEAD), 100);
        equal("burned", staking.burned(), 0);
        staking.burn();
        equal("once", token.balanceOf(DEAD), 100);
        equal("the stake is untouched", token.balanceOf(address(staking)), 900);
    }
}
