// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {ResultId} from "../../../contracts/types/Ids.sol";
import {StakingWorld} from "../staking/StakingWorld.sol";
import {vm} from "../support/Vm.sol";

/// @title Gas of every external function of Staking, each call a transaction of its own
/// hardhat-config: default.isolate = true
contract StakingGasTest is StakingWorld {
    function setUp() public override {
        super.setUp();
        lock(ResultId.wrap(bytes32(uint256(9) << 64)), 100);
    }

    function taken(string memory name) private {
        vm.snapshotGasLastCall("Staking", name);
    }

    function test_owner() external {
        token.mint(address(this), 10);
        token.approve(address(staking), 10);
        staking.stake(OWNER, 10);
        taken("stake");
        vm.startPrank(OWNER);
        staking.setOperator(address(1), true);
        taken("setOperator");
        staking.setMarket(address(1), true);
        taken("setMarket");
        staking.setBeneficiary(address(1));
        taken("setBeneficiary");
        staking.setExposureLimit(1000);
        taken("setExposureLimit");
        staking.thaw(500);
        taken("thaw");
        vm.warp(block.timestamp + THAW);
        staking.unstake();
        taken("unstake");
        staking.thaw(100);
        staking.cancelThaw();
        taken("cancelThaw");
        vm.stopPrank();
    }

    function test_market() external {
        lock(FIRST, 100);
        taken("lock");
        vm.prank(MARKET);
        staking.release(FIRST);
        taken("release");
        lock(SECOND, 100);
        vm.prank(MARKET);
        staking.slash(SECOND, IStaking.SlashSplit(CHALLENGER, 20, 30));
        taken("slash");
        vm.prank(MARKET);
        staking.compensate(SECOND, REQUESTER);
        taken("compensate");
        vm.prank(CHALLENGER);
        staking.withdraw(CHALLENGER, 20);
        taken("withdraw");
        staking.burn();
        taken("burn");
    }

    function test_stakeWithPermit() external {
        (address signer, uint256 key) = (vm.addr(77), 77);
        token.mint(signer, 500);
        bytes32 kind = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 message = keccak256(abi.encode(kind, signer, address(staking), 500, 0, START));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            key,
            keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), message))
        );
        vm.prank(signer);
        staking.stakeWithPermit(OWNER, 500, START, v, r, s);
        taken("stakeWithPermit");
    }
}
