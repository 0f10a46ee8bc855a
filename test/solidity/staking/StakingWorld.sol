// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";

import {ResultId} from "../../../contracts/types/Ids.sol";
import {Deployer} from "../support/Deployer.sol";
import {Assert} from "../support/Assert.sol";
import {vm} from "../support/Vm.sol";

/// @title One account with stake, whose owner authorised one market and one operator
abstract contract StakingWorld is Assert {
    uint64 internal constant THAW = 30 days;
    uint256 internal constant START = 1_800_000_000;
    address internal constant MARKET = address(0x3a);
    address internal constant OWNER = address(0x0e1);
    address internal constant OPERATOR = address(0x0e2);
    address internal constant CHALLENGER = address(0xc4a);
    address internal constant REQUESTER = address(0x4e9);
    ResultId internal constant FIRST = ResultId.wrap(bytes32(uint256(1) << 64));
    ResultId internal constant SECOND = ResultId.wrap(bytes32(uint256(2) << 64));

    TestToken internal token;
    IStaking internal staking;

    function setUp() public virtual {
        build(new TestToken());
        stakeFor(OWNER, 1000);
        vm.startPrank(OWNER);
        staking.setMarket(MARKET, true);
        staking.setOperator(OPERATOR, true);
        staking.setExposureLimit(900);
        vm.stopPrank();
    }

    function build(TestToken token_) internal {
        vm.warp(START);
        token = token_;
        staking = Deployer.staking(address(token_), THAW);
    }

    function stakeFor(address owner, uint256 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(staking), amount);
        staking.stake(owner, amount);
    }

    function lock(ResultId result, uint96 amount) internal {
        vm.prank(MARKET);
        staking.lock(OWNER, OPERATOR, result, amount);
    }

    function slash(ResultId result, address rewarded, uint96 rewardCap, uint96 requesterMax) internal {
        vm.prank(MARKET);
        staking.slash(result, IStaking.SlashSplit(rewarded, rewardCap, requesterMax));
    }

    function account() internal view returns (IStaking.Account memory) {
        return staking.account(OWNER);
    }

    function thaw(uint256 amount) internal {
        vm.prank(OWNER);
        staking.thaw(amount);
    }

    function unstake() internal {
        vm.prank(OWNER);
        staking.unstake();
    }
}
