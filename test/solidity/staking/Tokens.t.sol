// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReceivedOtherAmount, TooManyTokens} from "../../../contracts/libraries/TokenIntake.sol";
import {
    FalseToken,
    FeeToken,
    HookToken,
    NoReturnToken,
    RebasingToken
} from "../../../contracts/mocks/OddTokens.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {vm} from "../support/Vm.sol";
import {StakingWorld} from "./StakingWorld.sol";

/// @title Tokens that are not what they seem
contract TokensTest is StakingWorld {
    function test_stake_refusesATokenThatTakesAFee() external {
        build(new FeeToken());
        token.mint(address(this), 1000);
        token.approve(address(staking), 1000);
        vm.expectRevert(abi.encodeWithSelector(ReceivedOtherAmount.selector, 990, 1000));
        staking.stake(OWNER, 1000);
    }

    function test_stake_refusesATokenThatSaysFalse() external {
        build(new FalseToken());
        token.mint(address(this), 1000);
        token.approve(address(staking), 1000);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        staking.stake(OWNER, 1000);
    }

    function test_stake_andUnstakeATokenThatReturnsNothing() external {
        NoReturnToken silent = new NoReturnToken();
        build(TestToken(address(silent)));
        silent.mint(address(this), 1000);
        silent.approve(address(staking), 1000);
        staking.stake(OWNER, 1000);
        equal("staked", account().staked, 1000);
        thaw(1000);
        vm.warp(START + THAW);
        unstake();
        equal("paid", silent.balanceOf(OWNER), 1000);
    }

    function test_stake_countsNothingTwiceWhenATokenCallsBack() external {
        HookToken hooked = new HookToken();
        build(hooked);
        hooked.mint(address(this), 1000);
        hooked.approve(address(staking), 1000);
        hooked.hook(address(this), address(staking), abi.encodeCall(IStaking.stake, (OWNER, 500)));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        staking.stake(OWNER, 500);
    }

    function test_unstake_paysOnceWhenATokenCallsBack() external {
        HookToken hooked = new HookToken();
        build(hooked);
        stakeFor(OWNER, 1000);
        thaw(1000);
        vm.warp(START + THAW);
        hooked.hook(address(staking), address(staking), abi.encodeCall(IStaking.unstake, ()));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        unstake();
    }

    function test_rebase_changesNoAccount() external {
        RebasingToken rebasing = new RebasingToken();
        build(rebasing);
        stakeFor(OWNER, 1000);
        rebasing.rebase(150);
        equal("growth is nobody's", account().staked, 1000);
        rebasing.rebase(100);
        thaw(1000);
        vm.warp(START + THAW);
        unstake();
        equal("paid", token.balanceOf(OWNER), 1000);
    }

    function test_stake_boundsWhatIsHeld() external {
        build(new TestToken());
        stakeFor(OWNER, type(uint128).max);
        token.mint(address(this), 1);
        token.approve(address(staking), 1);
        vm.expectRevert(abi.encodeWithSelector(TooManyTokens.selector, uint256(1) << 128, type(uint128).max));
        staking.stake(REQUESTER, 1);
    }

    function test_stakeWithPermit_takesTheSignersTokens() external {
        (address signer, uint256 key) = (vm.addr(77), 77);
        token.mint(signer, 500);
        (uint8 v, bytes32 r, bytes32 s) = permit(key, signer, 500, START + 1);
        vm.prank(signer);
        staking.stakeWithPermit(OWNER, 500, START + 1, v, r, s);
        equal("staked", account().staked, 1500);
    }

    function test_stakeWithPermit_worksWhenSomebodyUsedThePermitFirst() external {
        (address signer, uint256 key) = (vm.addr(77), 77);
        token.mint(signer, 500);
        (uint8 v, bytes32 r, bytes32 s) = permit(key, signer, 500, START + 1);
        token.permit(signer, address(staking), 500, START + 1, v, r, s);
        vm.prank(signer);
        staking.stakeWithPermit(OWNER, 500, START + 1, v, r, s);
        equal("staked", account().staked, 1500);
    }

    function test_stakeWithPermit_revertsForAnotherSignersPermit() external {
        (address signer, uint256 key) = (vm.addr(77), 77);
        token.mint(signer, 500);
        token.mint(address(this), 500);
        (uint8 v, bytes32 r, bytes32 s) = permit(key, signer, 500, START + 1);
        vm.expectRevert();
        staking.stakeWithPermit(OWNER, 500, START + 1, v, r, s);
        equal("staked", account().staked, 1000);
    }

    function permit(
        uint256 key,
        address signer,
        uint256 amount,
        uint256 deadline
    ) private view returns (uint8, bytes32, bytes32) {
        bytes32 kind = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 message = keccak256(
            abi.encode(kind, signer, address(staking), amount, token.nonces(signer), deadline)
        );
        return vm.sign(key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), message)));
    }
}
