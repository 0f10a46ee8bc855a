// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Argmax, NotElements} from "../../../contracts/consumers/Argmax.sol";
import {DigitGate, NotYourJob} from "../../../contracts/consumers/DigitGate.sol";
import {
    InferenceConsumer,
    LieTooCheap,
    NotAwaited,
    OtherProgram,
    NotTheMarket,
    NotTheOutput,
    WindowTooShort
} from "../../../contracts/consumers/InferenceConsumer.sol";
import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {WrongProgram} from "../../../contracts/market/MarketErrors.sol";
import {FakeJudge} from "../../../contracts/mocks/FakeJudge.sol";
import {JobId, ProgramRoot} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

/// @title The least that a consumer can be
contract Asker is InferenceConsumer {
    constructor(
        IJobMarket market_,
        ProgramRoot program_,
        uint32 window_,
        uint96 cost_
    ) InferenceConsumer(market_, program_, window_, cost_) {}

    function question(IJobMarket.Terms calldata terms, bytes calldata data) external returns (JobId) {
        return ask(terms, data);
    }

    function onAnswer(JobId, IJobMarket.Ticket calldata, bytes calldata) internal override {}
}

contract DigitGateTest is World {
    uint8 private constant DIGIT = 7;
    address private immutable visitor = address(0x715);
    DigitGate private gate;

    function setUp() external {
        standard();
        gate = gateWith(theProgram, WINDOW);
        token.mint(visitor, 100 * UNIT);
    }

    function gateWith(ProgramRoot program, uint32 window) private returns (DigitGate) {
        return new DigitGate(market, token, theVersion, program, window, DIGIT, UNIT, 20 * UNIT);
    }

    /// @dev Ten logits of four bytes, the largest at `digit`, the others negative or small.
    function logits(uint256 digit) private pure returns (bytes memory data) {
        for (uint256 i = 0; i < 10; ++i) {
            int32 value = i == digit ? int32(70_000) : -int32(uint32(i * 1000));
            uint32 bits = uint32(value);
            data = bytes.concat(
                data,
                bytes1(uint8(bits)),
                bytes1(uint8(bits >> 8)),
                bytes1(uint8(bits >> 16)),
                bytes1(uint8(bits >> 24))
            );
        }
    }

    function knock() private returns (JobId id, IJobMarket.Ticket memory ticket) {
        vm.startPrank(visitor);
        token.approve(address(gate), UNIT);
        id = gate.knock(input());
        vm.stopPrank();
        IJobMarket.Terms memory t = IJobMarket.Terms(
            theVersion,
            theProgram,
            UNIT,
            UNIT,
            0,
            uint40(block.timestamp + 1 hours),
            10 minutes,
            20 * UNIT,
            120_000,
            0,
            bytes32(uint256(1))
        );
        ticket = IJobMarket.Ticket(address(gate), t, listRoot(input()));
        require(market.idOf(ticket) == id, "the gate's terms are other ones");
    }

    function answer(JobId id, IJobMarket.Ticket memory ticket, bytes memory output_) private {
        claim(ticket, 0);
        vm.prank(operator);
        market.post(id, 0, output_);
        vm.warp(block.timestamp + WINDOW + 1);
        market.finalize(ticket);
    }

    function test_gate_opensToWhoShowsItsDigit() external {
        (JobId id, IJobMarket.Ticket memory ticket) = knock();
        equal("paid", token.balanceOf(visitor), 99 * UNIT);
        answer(id, ticket, logits(DIGIT));
        holds("not before delivery", !gate.isOpenTo(visitor));
        market.deliver(ticket, logits(DIGIT));
        holds("open", gate.isOpenTo(visitor));
        holds("delivered", market.job(id).delivered);
    }

    function test_gate_staysShutForAnotherDigit() external {
        (JobId id, IJobMarket.Ticket memory ticket) = knock();
        answer(id, ticket, logits(3));
        market.deliver(ticket, logits(3));
        holds("delivered", market.job(id).delivered);
        holds("shut", !gate.isOpenTo(visitor));
    }

    function test_pull_bringsAnAnswerWithoutTheCallback() external {
        (JobId id, IJobMarket.Ticket memory ticket) = knock();
        vm.expectRevert(abi.encodeWithSelector(NotTheOutput.selector, id));
        gate.pull(ticket, logits(DIGIT));
        answer(id, ticket, logits(DIGIT));
        vm.expectRevert(abi.encodeWithSelector(NotTheOutput.selector, id));
        gate.pull(ticket, logits(3));
        gate.pull(ticket, logits(DIGIT));
        holds("open", gate.isOpenTo(visitor));
        // Each answer once, whichever way it comes.
        vm.expectRevert(abi.encodeWithSelector(NotAwaited.selector, id));
        gate.pull(ticket, logits(DIGIT));
        market.deliver(ticket, logits(DIGIT));
        holds("the late callback is refused", !market.job(id).delivered);
    }

    function test_onInference_onlyFromTheMarket() external {
        (JobId id, IJobMarket.Ticket memory ticket) = knock();
        vm.expectRevert(abi.encodeWithSelector(NotTheMarket.selector, visitor));
        vm.prank(visitor);
        gate.onInference(id, ticket, logits(DIGIT));
    }

    /// @dev A job that somebody else asked for never reaches the gate, whatever its answer.
    function test_gate_ignoresJobsThatItDidNotAskFor() external {
        IJobMarket.Terms memory t = terms();
        t.callbackGas = 100_000;
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, t);
        answer(id, ticket, logits(DIGIT));
        vm.expectRevert(abi.encodeWithSelector(NotAwaited.selector, id));
        gate.pull(ticket, logits(DIGIT));
        vm.expectRevert(abi.encodeWithSelector(NotAwaited.selector, id));
        vm.prank(address(market));
        gate.onInference(id, ticket, logits(DIGIT));
    }

    function test_knock_demandsTheWindow() external {
        gate = gateWith(theProgram, WINDOW + 1);
        vm.startPrank(visitor);
        token.approve(address(gate), UNIT);
        vm.expectRevert(abi.encodeWithSelector(WindowTooShort.selector, WINDOW, WINDOW + 1));
        gate.knock(input());
        vm.stopPrank();
    }

    function test_ask_demandsTheCostOfALie() external {
        Asker asker = new Asker(market, theProgram, WINDOW, 10 * UNIT);
        fund(address(asker), 100 * UNIT, 0);
        IJobMarket.Terms memory t = terms();
        // Half of the collateral burns, rounded up.
        t.value = 20 * UNIT - 2;
        vm.expectRevert(abi.encodeWithSelector(LieTooCheap.selector, 10 * UNIT - 1, 10 * UNIT));
        asker.question(t, input());
        t.value = 20 * UNIT - 1;
        JobId id = asker.question(t, input());
        holds("awaited", asker.awaited(id));
    }

    function test_ask_demandsTheProgramInTheTerms() external {
        ProgramRoot other = ProgramRoot.wrap(bytes32(uint256(8)));
        Asker asker = new Asker(market, other, WINDOW, 0);
        fund(address(asker), 100 * UNIT, 0);
        vm.expectRevert(abi.encodeWithSelector(OtherProgram.selector, theProgram, other));
        asker.question(terms(), input());
    }

    function test_knock_demandsThePinnedProgram() external {
        ProgramRoot other = ProgramRoot.wrap(bytes32(uint256(8)));
        gate = gateWith(other, WINDOW);
        vm.startPrank(visitor);
        token.approve(address(gate), UNIT);
        vm.expectRevert(abi.encodeWithSelector(WrongProgram.selector, theVersion, theProgram, other));
        gate.knock(input());
        vm.stopPrank();
    }

    function test_knock_makesLyingCostItsValue() external {
        (JobId id, IJobMarket.Ticket memory ticket) = knock();
        claim(ticket, 0);
        (, uint96 collateral) = staking.lockOf(address(market), market.resultId(id, 0));
        equal("collateral", collateral, 20 * UNIT);
    }

    function test_gate_opensOnlyAfterALieWasReplaced() external {
        (JobId id, IJobMarket.Ticket memory ticket) = knock();
        claim(ticket, 0);
        vm.prank(operator);
        market.post(id, 0, logits(DIGIT));
        judge.defeat(id, 0, FakeJudge.Verdict(address(0), 0, challenger, 0));
        claim(ticket, 1);
        vm.prank(operator);
        market.post(id, 1, logits(3));
        vm.warp(block.timestamp + WINDOW + 1);
        market.finalize(ticket);
        vm.expectRevert(abi.encodeWithSelector(NotTheOutput.selector, id));
        gate.pull(ticket, logits(DIGIT));
        gate.pull(ticket, logits(3));
        holds("shut", !gate.isOpenTo(visitor));
    }

    function test_giveUp_returnsThePriceOnce() external {
        (JobId id, IJobMarket.Ticket memory ticket) = knock();
        vm.expectRevert(abi.encodeWithSelector(NotYourJob.selector, id, requester));
        vm.prank(requester);
        gate.giveUp(ticket);
        vm.prank(visitor);
        gate.giveUp(ticket);
        equal("back", token.balanceOf(visitor), 100 * UNIT);
        vm.expectRevert(abi.encodeWithSelector(NotYourJob.selector, id, visitor));
        vm.prank(visitor);
        gate.giveUp(ticket);
    }

    function test_giveUp_afterSomebodyCancelled() external {
        (, IJobMarket.Ticket memory ticket) = knock();
        vm.warp(START + 1 hours + 1);
        market.cancel(ticket);
        vm.prank(visitor);
        gate.giveUp(ticket);
        equal("back", token.balanceOf(visitor), 100 * UNIT);
    }

    function test_giveUp_neverOfAClaimedJob() external {
        (, IJobMarket.Ticket memory ticket) = knock();
        claim(ticket, 0);
        vm.expectRevert();
        vm.prank(visitor);
        gate.giveUp(ticket);
    }
}

contract ArgmaxTest is World {
    function classOf(bytes calldata output, uint256 width) external pure returns (uint256) {
        return Argmax.classOf(output, width);
    }

    function test_classOf_namesTheLargest() external view {
        equal("u8", this.classOf(hex"010203ff04", 1), 3);
        equal("u8 is unsigned", this.classOf(hex"7f80", 1), 1);
        equal("the first of equals", this.classOf(hex"0505", 1), 0);
        equal("i16 is signed and little-endian", this.classOf(hex"ffff0001ff00", 2), 1);
        equal("i32 is signed", this.classOf(hex"000000800000000000ffffff", 4), 1);
        equal("all negative", this.classOf(hex"fefffffffffffffffdffffff", 4), 1);
    }

    function test_classOf_needsWholeElements() external {
        vm.expectRevert(abi.encodeWithSelector(NotElements.selector, 3, 2));
        this.classOf(hex"010203", 2);
        vm.expectRevert(abi.encodeWithSelector(NotElements.selector, 0, 1));
        this.classOf("", 1);
    }
}
