// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    NothingToUnstake,
    StillThawing,
    ThawTooLarge
} from "../../../contracts/staking/interfaces/IStaking.sol";
import {vm} from "../support/Vm.sol";
import {StakingWorld} from "./StakingWorld.sol";

/// @title Leaving: clocks at t-1, t, t+1, locks that overlap, no administrator
contract ThawTest is StakingWorld {
    function test_unstake_waitsForTheThawToTheSecond() external {
        thaw(400);
        vm.warp(START + THAW - 1);
        vm.expectRevert(abi.encodeWithSelector(StillThawing.selector, START + THAW - 1, START + THAW));
        unstake();
        vm.warp(START + THAW);
        unstake();
        equal("paid", token.balanceOf(OWNER), 400);
        equal("staked", account().staked, 600);
        equal("thawing", account().thawing, 0);
    }

    function test_unstake_worksAfterTheThaw() external {
        thaw(400);
        vm.warp(START + THAW + 1);
        unstake();
        equal("paid", token.balanceOf(OWNER), 400);
    }

    function test_thaw_restartsForTheWhole() external {
        thaw(400);
        vm.warp(START + THAW - 1);
        thaw(1);
        vm.warp(START + 2 * THAW - 2);
        vm.expectRevert(
            abi.encodeWithSelector(StillThawing.selector, START + 2 * THAW - 2, START + 2 * THAW - 1)
        );
        unstake();
        vm.warp(START + 2 * THAW - 1);
        unstake();
        equal("paid", token.balanceOf(OWNER), 401);
    }

    function test_thaw_boundsByTheStake() external {
        thaw(999);
        vm.expectRevert(abi.encodeWithSelector(ThawTooLarge.selector, 1001, 1000));
        thaw(2);
        vm.expectRevert();
        thaw(type(uint256).max);
        thaw(1);
        equal("thawing", account().thawing, 1000);
    }

    function test_unstake_leavesWhatALockHolds() external {
        lock(FIRST, 700);
        thaw(1000);
        vm.warp(START + THAW);
        unstake();
        equal("paid", token.balanceOf(OWNER), 300);
        equal("staked", account().staked, 700);
        equal("thawing", account().thawing, 700);
        vm.expectRevert(abi.encodeWithSelector(NothingToUnstake.selector, 700, 0));
        unstake();
        vm.prank(MARKET);
        staking.release(FIRST);
        unstake();
        equal("all of it", token.balanceOf(OWNER), 1000);
    }

    function test_unstake_revertsWithNothingThawing() external {
        vm.expectRevert(abi.encodeWithSelector(NothingToUnstake.selector, 0, 1000));
        unstake();
    }

    function test_cancelThaw_makesTheStakeLockableAgain() external {
        thaw(1000);
        vm.prank(OWNER);
        staking.cancelThaw();
        lock(FIRST, 900);
        vm.warp(START + THAW);
        vm.expectRevert(abi.encodeWithSelector(NothingToUnstake.selector, 0, 100));
        unstake();
    }

    function test_unstake_paysTheBeneficiary() external {
        vm.prank(OWNER);
        staking.setBeneficiary(address(0xbe));
        thaw(400);
        vm.warp(START + THAW);
        unstake();
        equal("paid", token.balanceOf(address(0xbe)), 400);
    }

    function test_thaw_touchesTheCallersAccountOnly() external {
        vm.expectRevert(abi.encodeWithSelector(ThawTooLarge.selector, 1, 0));
        staking.thaw(1);
        vm.expectRevert(abi.encodeWithSelector(NothingToUnstake.selector, 0, 0));
        staking.unstake();
    }
}
