// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    AlreadyLocked,
    ExposureLimitExceeded,
    MarketNotAuthorised,
    NotLocked,
    NotOperator,
    StakeTooSmall
} from "../../../contracts/staking/interfaces/IStaking.sol";
import {vm} from "../support/Vm.sol";
import {StakingWorld} from "./StakingWorld.sol";

/// @title Properties 24 and 25: what a lock may take, and who ends it
contract LockTest is StakingWorld {
    function test_lock_takesFromTheFreeStake() external {
        lock(FIRST, 300);
        equal("locked", account().locked, 300);
        equal("staked", account().staked, 1000);
        equal("free", staking.free(OWNER), 700);
        (address owner, uint96 amount) = staking.lockOf(MARKET, FIRST);
        equal("owner of the lock", owner, OWNER);
        equal("amount of the lock", amount, 300);
    }

    function test_lock_revertsForAMarketThatTheOwnerDidNotAuthorise() external {
        address other = address(0x3b);
        vm.expectRevert(abi.encodeWithSelector(MarketNotAuthorised.selector, OWNER, other));
        vm.prank(other);
        staking.lock(OWNER, OPERATOR, FIRST, 1);
    }

    function test_lock_revertsForAnOperatorThatTheOwnerDidNotName() external {
        vm.expectRevert(abi.encodeWithSelector(NotOperator.selector, OWNER, address(0xbad)));
        vm.prank(MARKET);
        staking.lock(OWNER, address(0xbad), FIRST, 1);
    }

    function test_lock_revertsOnceMarketOrOperatorIsTakenBack() external {
        lock(FIRST, 100);
        vm.prank(OWNER);
        staking.setOperator(OPERATOR, false);
        vm.expectRevert(abi.encodeWithSelector(NotOperator.selector, OWNER, OPERATOR));
        vm.prank(MARKET);
        staking.lock(OWNER, OPERATOR, SECOND, 1);
        vm.prank(OWNER);
        staking.setMarket(MARKET, false);
        vm.expectRevert(abi.encodeWithSelector(MarketNotAuthorised.selector, OWNER, MARKET));
        vm.prank(MARKET);
        staking.lock(OWNER, OPERATOR, SECOND, 1);
        // The lock that exists is still the market's to end.
        slash(FIRST, address(0), 0, 0);
        equal("staked", account().staked, 900);
    }

    function test_lock_boundsByFreeStakeExactly() external {
        vm.prank(OWNER);
        staking.setExposureLimit(5000);
        vm.expectRevert(abi.encodeWithSelector(StakeTooSmall.selector, 1000, 1001));
        vm.prank(MARKET);
        staking.lock(OWNER, OPERATOR, FIRST, 1001);
        lock(FIRST, 600);
        vm.expectRevert(abi.encodeWithSelector(StakeTooSmall.selector, 400, 401));
        vm.prank(MARKET);
        staking.lock(OWNER, OPERATOR, SECOND, 401);
        lock(SECOND, 400);
        equal("locked", account().locked, 1000);
    }

    function test_lock_boundsByExposureLimitExactly() external {
        lock(FIRST, 500);
        vm.expectRevert(abi.encodeWithSelector(ExposureLimitExceeded.selector, 901, 900));
        vm.prank(MARKET);
        staking.lock(OWNER, OPERATOR, SECOND, 401);
        lock(SECOND, 400);
    }

    function test_lock_refusesThawingStake() external {
        lock(FIRST, 100);
        thaw(700);
        equal("free", staking.free(OWNER), 200);
        vm.expectRevert(abi.encodeWithSelector(StakeTooSmall.selector, 200, 201));
        vm.prank(MARKET);
        staking.lock(OWNER, OPERATOR, SECOND, 201);
        thaw(300);
        equal("free is never negative", staking.free(OWNER), 0);
        vm.expectRevert(abi.encodeWithSelector(StakeTooSmall.selector, 0, 1));
        vm.prank(MARKET);
        staking.lock(OWNER, OPERATOR, SECOND, 1);
    }

    function test_lock_revertsForTheSameResult() external {
        lock(FIRST, 100);
        vm.expectRevert(abi.encodeWithSelector(AlreadyLocked.selector, MARKET, FIRST));
        vm.prank(MARKET);
        staking.lock(OWNER, OPERATOR, FIRST, 100);
        slash(FIRST, address(0), 0, 50);
        // The requester's part waits where the lock was, and must not be written over.
        vm.expectRevert(abi.encodeWithSelector(AlreadyLocked.selector, MARKET, FIRST));
        vm.prank(MARKET);
        staking.lock(OWNER, OPERATOR, FIRST, 100);
    }

    function test_release_freesExactlyThatLock() external {
        lock(FIRST, 300);
        lock(SECOND, 200);
        vm.prank(MARKET);
        address payee = staking.release(FIRST);
        equal("payee without a beneficiary", payee, OWNER);
        equal("locked", account().locked, 200);
        (, uint96 other) = staking.lockOf(MARKET, SECOND);
        equal("the other lock", other, 200);
        equal("staked", account().staked, 1000);
    }

    function test_release_namesTheBeneficiary() external {
        vm.prank(OWNER);
        staking.setBeneficiary(address(0xbe));
        lock(FIRST, 300);
        vm.prank(MARKET);
        equal("payee", staking.release(FIRST), address(0xbe));
    }

    function test_release_revertsForAnotherMarketAndTwice() external {
        lock(FIRST, 300);
        vm.expectRevert(abi.encodeWithSelector(NotLocked.selector, address(this), FIRST));
        staking.release(FIRST);
        vm.prank(MARKET);
        staking.release(FIRST);
        vm.expectRevert(abi.encodeWithSelector(NotLocked.selector, MARKET, FIRST));
        vm.prank(MARKET);
        staking.release(FIRST);
        vm.expectRevert(abi.encodeWithSelector(NotLocked.selector, MARKET, FIRST));
        slash(FIRST, address(0), 0, 0);
    }

    function test_lock_ofTwoMarketsForOneResultAreApart() external {
        address other = address(0x3b);
        vm.prank(OWNER);
        staking.setMarket(other, true);
        lock(FIRST, 300);
        vm.prank(other);
        staking.lock(OWNER, OPERATOR, FIRST, 200);
        slash(FIRST, address(0), 0, 0);
        (address owner, uint96 amount) = staking.lockOf(other, FIRST);
        equal("owner", owner, OWNER);
        equal("amount", amount, 200);
        equal("staked", account().staked, 700);
    }

    function testFuzz_lock_neverBacksTwoObligationsWithOneToken(
        uint96 a,
        uint96 b,
        uint128 thawing
    ) external {
        vm.prank(OWNER);
        staking.setExposureLimit(type(uint128).max);
        thawing = uint128(bound(thawing, 0, 1000));
        if (thawing != 0) thaw(thawing);
        uint256 free = 1000 - thawing;
        (a, b) = (uint96(bound(a, 0, 1100)), uint96(bound(b, 0, 1100)));
        uint256 locked = tryLock(a, free, 0, true);
        locked = tryLock(b, free, locked, false);
        equal("locked", account().locked, locked);
        holds("locked <= staked - thawing", locked <= free);
    }

    function tryLock(uint96 amount, uint256 free, uint256 locked, bool first) private returns (uint256) {
        bool fits = amount <= free - locked;
        if (!fits)
            vm.expectRevert(abi.encodeWithSelector(StakeTooSmall.selector, free - locked, uint256(amount)));
        lock(first ? FIRST : SECOND, amount);
        return fits ? locked + amount : locked;
    }
}
