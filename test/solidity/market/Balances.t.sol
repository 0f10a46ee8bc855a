// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ReceivedOtherAmount, TooManyTokens} from "../../../contracts/libraries/TokenIntake.sol";
import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {BalanceTooSmall, CoinTransferFailed} from "../../../contracts/market/MarketErrors.sol";
import {FakeJudge} from "../../../contracts/mocks/FakeJudge.sol";
import {FeeToken, HookToken, NoReturnToken} from "../../../contracts/mocks/OddTokens.sol";
import {Receiver} from "../../../contracts/mocks/Receivers.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {JobId} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

/// @title Deposits and withdrawals; property 31 for payments
contract BalancesTest is World {
    address private constant DEAD = 0x000000000000000000000000000000000000dEaD;

    function setUp() external {
        standard();
    }

    function test_withdraw_paysAndNoMore() external {
        vm.expectRevert(
            abi.encodeWithSelector(BalanceTooSmall.selector, requester, 1000 * UNIT, 1000 * uint256(UNIT) + 1)
        );
        vm.prank(requester);
        market.withdraw(requester, 1000 * uint256(UNIT) + 1);
        vm.prank(requester);
        market.withdraw(address(0x77), 400 * UNIT);
        equal("sent", token.balanceOf(address(0x77)), 400 * UNIT);
        equal("left", tokensOf(requester), 600 * UNIT);
    }

    function test_withdrawCoins_paysAndNoMore() external {
        vm.expectRevert(abi.encodeWithSelector(BalanceTooSmall.selector, operator, 1 ether, 1 ether + 1));
        vm.prank(operator);
        market.withdrawCoins(payable(operator), 1 ether + 1);
        vm.prank(operator);
        market.withdrawCoins(payable(address(0x77)), 0.4 ether);
        equal("sent", address(0x77).balance, 0.4 ether);
        equal("left", coinsOf(operator), 0.6 ether);
    }

    function test_market_takesNoCoinsThatItCannotBook() external {
        vm.deal(address(this), 1);
        (bool done, ) = address(market).call{value: 1}("");
        holds("refused", !done);
    }

    function test_deposit_refusesATokenThatTakesAFee() external {
        build(new FeeToken());
        token.mint(address(this), 1000);
        token.approve(address(market), 1000);
        vm.expectRevert(abi.encodeWithSelector(ReceivedOtherAmount.selector, 990, 1000));
        market.deposit(requester, 1000);
    }

    function test_deposit_andWithdrawATokenThatReturnsNothing() external {
        NoReturnToken silent = new NoReturnToken();
        build(TestToken(address(silent)));
        silent.mint(address(this), 1000);
        silent.approve(address(market), 1000);
        market.deposit(requester, 1000);
        vm.prank(requester);
        market.withdraw(requester, 1000);
        equal("paid", silent.balanceOf(requester), 1000);
    }

    function test_deposit_countsNothingTwiceWhenATokenCallsBack() external {
        HookToken hooked = new HookToken();
        build(hooked);
        hooked.mint(address(this), 1000);
        hooked.approve(address(market), 1000);
        hooked.hook(address(this), address(market), abi.encodeCall(IJobMarket.deposit, (requester, 0)));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        market.deposit(requester, 500);
        hooked.hook(address(this), address(market), abi.encodeCall(IJobMarket.withdraw, (requester, 0)));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        market.deposit(requester, 500);
    }

    function test_deposit_boundsWhatIsHeld() external {
        fund(requester, type(uint128).max - token.balanceOf(address(market)), 0);
        token.mint(address(this), 1);
        token.approve(address(market), 1);
        vm.expectRevert(abi.encodeWithSelector(TooManyTokens.selector, 1 << 128, type(uint128).max));
        market.deposit(challenger, 1);
    }

    function test_withdrawCoins_toAReceiverThatRefusesFailsForItAlone() external {
        Receiver receiver = new Receiver();
        fund(address(receiver), 0, 1 ether);
        bytes memory call = abi.encodeCall(IJobMarket.withdrawCoins, (payable(address(receiver)), 1 ether));
        receiver.behave(Receiver.Mood.Revert, "");
        vm.expectRevert(abi.encodeWithSelector(CoinTransferFailed.selector, address(receiver), 1 ether));
        vm.prank(address(receiver));
        market.withdrawCoins(payable(address(receiver)), 1 ether);
        equal("still booked", coinsOf(address(receiver)), 1 ether);
        receiver.behave(Receiver.Mood.Reenter, call);
        vm.prank(address(receiver));
        market.withdrawCoins(payable(address(receiver)), 0.5 ether);
        equal(
            "the inner call was refused",
            bytes32(bytes4(receiver.innerReason())),
            bytes32(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        equal("paid once", address(receiver).balance, 0.5 ether);
        equal("booked", coinsOf(address(receiver)), 0.5 ether);
    }

    /// @dev Parties that refuse every coin and every call do not hold up a single settlement.
    function test_settlements_needNoReceiver() external {
        Receiver bad = new Receiver();
        bad.behave(Receiver.Mood.Burn, "");
        fund(address(bad), 100 * UNIT, 1 ether);
        stakeFor(owner, address(bad), 0);
        vm.prank(owner);
        staking.setBeneficiary(address(bad));
        IJobMarket.Terms memory t = terms();
        t.callbackGas = 100_000;
        // Final, a no-show, a defeat, with the same receiver as requester, executor, payee and challenger.
        for (uint256 i = 0; i < 3; ++i) {
            t.salt = bytes32(i);
            (JobId id, IJobMarket.Ticket memory ticket) = request(address(bad), t);
            vm.prank(address(bad));
            market.claim(ticket, 0, owner, address(0));
            if (i != 1) {
                vm.prank(address(bad));
                market.post(id, 0, output());
            }
            vm.warp(block.timestamp + WINDOW + 1);
            if (i == 0) market.finalize(ticket);
            if (i == 1) market.expire(ticket);
            if (i == 2) judge.defeat(id, 0, FakeJudge.Verdict(address(bad), 1000, address(bad), 1000));
        }
        equal(
            "no-show to itself, verdict",
            coinsOf(address(bad)),
            1 ether - theBond + 2000 * uint256(GAS_FLOOR)
        );
    }

    function test_burnCoins_sendsThemAwayOnce() external {
        (JobId id, ) = posted();
        judge.defeat(id, 0, FakeJudge.Verdict(address(0), 0, address(0), 0));
        market.burnCoins();
        equal("dead", DEAD.balance, theBond);
        equal("burned", market.burnedCoins(), 0);
        market.burnCoins();
        equal("once", DEAD.balance, theBond);
        equal("the balances are untouched", address(market).balance, coinsOf(operator));
    }

    function test_depositWithPermit_takesTheSignersTokens() external {
        (address signer, uint256 key) = (vm.addr(78), 78);
        token.mint(signer, 500);
        bytes32 kind = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 message = keccak256(abi.encode(kind, signer, address(market), 500, 0, START));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            key,
            keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), message))
        );
        vm.prank(signer);
        market.depositWithPermit(challenger, 500, START, v, r, s);
        equal("booked", tokensOf(challenger), 500);
        token.mint(signer, 500);
        // Used up: neither the permit nor an allowance is left.
        vm.expectRevert();
        vm.prank(signer);
        market.depositWithPermit(challenger, 500, START, v, r, s);
    }
}
