// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {
    BalanceTooSmall,
    CollateralTooLarge,
    GasPriceTooHigh,
    TooLate,
    WrongAttempt,
    WrongPhase
} from "../../../contracts/market/MarketErrors.sol";
import {
    ExposureLimitExceeded,
    NotOperator,
    StakeTooSmall
} from "../../../contracts/staking/interfaces/IStaking.sol";
import {JobId} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

contract ClaimTest is World {
    function setUp() external {
        standard();
    }

    function test_claim_locksCollateralAndTakesTheBond() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.prank(operator);
        market.claim(ticket, 0, owner, address(0x7e5));
        IJobMarket.Job memory j = market.job(id);
        phaseIs("phase", id, IJobMarket.Phase.Claimed);
        equal("executor", j.executor, operator);
        equal("responder", j.responder, address(0x7e5));
        equal("price", j.price, UNIT);
        equal("bond", j.bond, theBond);
        equal("gas price", j.gasPrice, GAS_FLOOR);
        equal("deadline", j.deadline, START + POST);
        equal("opened", j.openedAt, 0);
        equal("coins", coinsOf(operator), 1 ether - theBond);
        (address backer, uint96 collateral) = staking.lockOf(address(market), market.resultId(id, 0));
        equal("backer", backer, owner);
        equal("collateral: the floor", collateral, 10 * UNIT);
    }

    function test_claim_collateralIsTheLargestOfThree() external {
        IJobMarket.Terms memory t = terms();
        // 5 times the price.
        (t.minPrice, t.maxPrice, t.salt) = (3 * UNIT, 3 * UNIT, "price");
        checkCollateral(t, 15 * UNIT);
        // The value that the requester names.
        (t.value, t.salt) = (15 * UNIT + 1, "value");
        checkCollateral(t, 15 * UNIT + 1);
        (t.value, t.salt) = (15 * UNIT - 1, "less");
        checkCollateral(t, 15 * UNIT);
        // The floor.
        (t.minPrice, t.maxPrice, t.value, t.salt) = (2 * UNIT, 2 * UNIT, 0, "at the floor");
        checkCollateral(t, 10 * UNIT);
        (t.minPrice, t.maxPrice, t.salt) = (2 * UNIT - 1, 2 * UNIT - 1, "floor");
        checkCollateral(t, 10 * UNIT);
    }

    function checkCollateral(IJobMarket.Terms memory t, uint256 expected) private {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, t);
        (uint96 told, uint96 bond) = market.claimCost(ticket);
        claim(ticket, 0);
        (, uint96 collateral) = staking.lockOf(address(market), market.resultId(id, 0));
        equal("collateral", collateral, expected);
        equal("told", told, expected);
        equal("bond told", bond, theBond);
    }

    function test_claim_refusesCollateralBeyondALock() external {
        IJobMarket.Terms memory t = terms();
        (t.minPrice, t.maxPrice) = (0, type(uint96).max / 2);
        fund(requester, type(uint96).max, 0);
        (, IJobMarket.Ticket memory ticket) = request(requester, t);
        vm.warp(START + 1000);
        vm.expectRevert(
            abi.encodeWithSelector(
                CollateralTooLarge.selector,
                uint256(type(uint96).max / 2) * 5,
                type(uint96).max
            )
        );
        claim(ticket, 0);
    }

    function test_claim_priceRampsToTheSecond() external {
        (, IJobMarket.Ticket memory ticket) = request(requester, terms());
        equal("at once", market.priceAt(ticket, uint40(START)), UNIT);
        equal("before", market.priceAt(ticket, uint40(START - 1)), UNIT);
        equal("a second", market.priceAt(ticket, uint40(START + 1)), UNIT + (2 * UNIT) / 1000);
        equal("half", market.priceAt(ticket, uint40(START + 500)), 2 * UNIT);
        equal("last", market.priceAt(ticket, uint40(START + 999)), UNIT + (2 * uint256(UNIT) * 999) / 1000);
        equal("end", market.priceAt(ticket, uint40(START + 1000)), 3 * UNIT);
        equal("after", market.priceAt(ticket, uint40(START + 100_000)), 3 * UNIT);
        vm.warp(START + 500);
        claim(ticket, 0);
        equal("claimed", market.job(market.idOf(ticket)).price, 2 * UNIT);
    }

    function test_claim_withoutARampCostsTheGreatestPrice() external {
        IJobMarket.Terms memory t = terms();
        t.rampSeconds = 0;
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, t);
        claim(ticket, 0);
        equal("price", market.job(id).price, 3 * UNIT);
    }

    function testFuzz_price_risesAndStaysWithinBounds(
        uint96 low,
        uint96 high,
        uint32 ramp,
        uint40 a,
        uint40 b
    ) external {
        (low, high) = low < high ? (low, high) : (high, low);
        (a, b) = a < b ? (a, b) : (b, a);
        IJobMarket.Terms memory t = terms();
        (t.minPrice, t.maxPrice, t.rampSeconds) = (low, high, ramp);
        fund(requester, high, 0);
        (, IJobMarket.Ticket memory ticket) = request(requester, t);
        (uint96 first, uint96 later) = (market.priceAt(ticket, a), market.priceAt(ticket, b));
        holds("bounds", low <= first && first <= later && later <= high);
    }

    function test_claim_takesTheClaimDeadlineToTheSecond() external {
        IJobMarket.Terms memory t = terms();
        t.claimDeadline = uint40(START + 100);
        (, IJobMarket.Ticket memory ticket) = request(requester, t);
        vm.warp(START + 101);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, START + 101, START + 100));
        claim(ticket, 0);
        vm.warp(START + 100);
        claim(ticket, 0);
    }

    function test_claim_onlyOncePerAttempt() external {
        (JobId id, IJobMarket.Ticket memory ticket) = claimed();
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Claimed, IJobMarket.Phase.Open)
        );
        claim(ticket, 0);
    }

    /// @dev Property 36, the market's side: a claim replayed for another attempt reverts.
    function test_claim_namesItsAttempt() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.expectRevert(abi.encodeWithSelector(WrongAttempt.selector, id, 0, 1));
        claim(ticket, 1);
        claim(ticket, 0);
        vm.warp(START + POST + 1);
        market.expire(ticket);
        vm.expectRevert(abi.encodeWithSelector(WrongAttempt.selector, id, 1, 0));
        claim(ticket, 0);
        claim(ticket, 1);
    }

    function test_claim_ofAnUnknownTicketReverts() external {
        (, IJobMarket.Ticket memory ticket) = request(requester, terms());
        ticket.terms.value = 1;
        JobId id = market.idOf(ticket);
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.None, IJobMarket.Phase.Open)
        );
        claim(ticket, 0);
    }

    function test_claim_bondFollowsTheBaseFeeAboveTheFloor() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.fee(GAS_FLOOR + 1);
        fund(operator, 0, 1 ether);
        claim(ticket, 0);
        IJobMarket.Job memory j = market.job(id);
        equal("gas price", j.gasPrice, GAS_FLOOR + 1);
        equal("bond", j.bond, 2 * uint256(theBondGas) * (GAS_FLOOR + 1));
        // Frozen: what the base fee does later changes nothing.
        vm.fee(100 * GAS_FLOOR);
        equal("later", market.job(id).bond, 2 * uint256(theBondGas) * (GAS_FLOOR + 1));
    }

    function test_claim_refusesABaseFeeBeyondABond() external {
        (, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.fee(1 << 48);
        vm.expectRevert(abi.encodeWithSelector(GasPriceTooHigh.selector, 1 << 48, (1 << 48) - 1));
        claim(ticket, 0);
    }

    function test_claim_takesTheBondFromValueAndBalance() external {
        (, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.prank(operator);
        market.withdrawCoins(payable(operator), 1 ether - theBond + 1);
        vm.expectRevert(abi.encodeWithSelector(BalanceTooSmall.selector, operator, theBond - 1, theBond));
        claim(ticket, 0);
        vm.prank(operator);
        market.claim{value: 3}(ticket, 0, owner, address(0));
        equal("what exceeds the bond stays the sender's", coinsOf(operator), 2);
    }

    function test_claim_needsAnOperatorOfTheAccount() external {
        (, IJobMarket.Ticket memory ticket) = request(requester, terms());
        fund(challenger, 0, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(NotOperator.selector, owner, challenger));
        vm.prank(challenger);
        market.claim(ticket, 0, owner, address(0));
    }

    function test_claim_needsFreeStakeWithinTheLimit() external {
        IJobMarket.Terms memory t = terms();
        t.value = 1000 * UNIT + 1;
        (, IJobMarket.Ticket memory ticket) = request(requester, t);
        vm.expectRevert(
            abi.encodeWithSelector(StakeTooSmall.selector, 1000 * UNIT, 1000 * uint256(UNIT) + 1)
        );
        claim(ticket, 0);
        (t.value, t.salt) = (11 * UNIT, "within");
        (, ticket) = request(requester, t);
        vm.prank(owner);
        staking.setExposureLimit(11 * UNIT - 1);
        vm.expectRevert(abi.encodeWithSelector(ExposureLimitExceeded.selector, 11 * UNIT, 11 * UNIT - 1));
        claim(ticket, 0);
    }
}
