// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {WrongLength} from "../../../contracts/libraries/TensorCommitment.sol";
import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {
    NothingToDeliver,
    TooLittleGas,
    WrongOutput,
    WrongPhase
} from "../../../contracts/market/MarketErrors.sol";
import {Receiver} from "../../../contracts/mocks/Receivers.sol";
import {JobId, TensorRoot} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

/// @title Property 31, callbacks: after finality, to the requester only, with all of its gas, holding up nothing
contract DeliverTest is World {
    uint32 private constant CALLBACK_GAS = 200_000;
    Receiver private receiver;

    function setUp() external {
        standard();
        receiver = new Receiver();
        fund(address(receiver), 100 * UNIT, 0);
    }

    function ready(uint32 callbackGas) private returns (JobId id, IJobMarket.Ticket memory ticket) {
        IJobMarket.Terms memory t = terms();
        t.callbackGas = callbackGas;
        (id, ticket) = request(address(receiver), t);
        claim(ticket, 0);
        post(id, 0);
        vm.warp(START + WINDOW + 1);
        market.finalize(ticket);
    }

    function test_deliver_callsTheRequesterOnce() external {
        (JobId id, IJobMarket.Ticket memory ticket) = ready(CALLBACK_GAS);
        market.deliver(ticket, output());
        equal("calls", receiver.calls(), 1);
        equal("output", keccak256(receiver.last()), keccak256(output()));
        holds("delivered", market.job(id).delivered);
        vm.expectRevert(abi.encodeWithSelector(NothingToDeliver.selector, id));
        market.deliver(ticket, output());
    }

    function test_deliver_onlyAfterFinality() external {
        IJobMarket.Terms memory t = terms();
        t.callbackGas = CALLBACK_GAS;
        (JobId id, IJobMarket.Ticket memory ticket) = request(address(receiver), t);
        claim(ticket, 0);
        post(id, 0);
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Posted, IJobMarket.Phase.Final)
        );
        market.deliver(ticket, output());
    }

    function test_deliver_onlyTheOutput() external {
        (, IJobMarket.Ticket memory ticket) = ready(CALLBACK_GAS);
        bytes memory other = output();
        other[39] ^= 0x01;
        vm.expectRevert(abi.encodeWithSelector(WrongOutput.selector, listRoot(other), listRoot(output())));
        market.deliver(ticket, other);
        vm.expectRevert(abi.encodeWithSelector(WrongLength.selector, 41, 40));
        market.deliver(ticket, new bytes(41));
        holds("isOutput", market.isOutput(ticket, output()));
        holds("not another", !market.isOutput(ticket, other));
        holds("not a longer one", !market.isOutput(ticket, bytes.concat(output(), hex"00")));
    }

    function test_isOutput_onlyAfterFinality() external {
        (, IJobMarket.Ticket memory ticket) = posted();
        holds("posted", !market.isOutput(ticket, output()));
        vm.warp(START + WINDOW + 1);
        market.finalize(ticket);
        holds("final", market.isOutput(ticket, output()));
        ticket.requester = address(receiver);
        holds("another ticket", !market.isOutput(ticket, output()));
    }

    function test_deliver_nothingWhereNoCallbackWasAskedFor() external {
        (JobId id, IJobMarket.Ticket memory ticket) = ready(0);
        vm.expectRevert(abi.encodeWithSelector(NothingToDeliver.selector, id));
        market.deliver(ticket, output());
    }

    function test_deliver_survivesAReceiverThatRevertsAndCanBeRepeated() external {
        (JobId id, IJobMarket.Ticket memory ticket) = ready(CALLBACK_GAS);
        receiver.behave(Receiver.Mood.Revert, "");
        market.deliver(ticket, output());
        holds("not delivered", !market.job(id).delivered);
        phaseIs("still final", id, IJobMarket.Phase.Final);
        receiver.behave(Receiver.Mood.Accept, "");
        market.deliver(ticket, output());
        holds("delivered", market.job(id).delivered);
        equal("calls", receiver.calls(), 1);
    }

    /// @dev The bomb's megabyte costs its callback, not the caller, anything to copy.
    function test_deliver_survivesAReturnBomb() external {
        (JobId id, IJobMarket.Ticket memory ticket) = ready(3_000_000);
        receiver.behave(Receiver.Mood.Bomb, "");
        uint256 before = gasleft();
        market.deliver(ticket, output());
        holds("no more than the callback's gas and change", before - gasleft() < 3_000_000 + 150_000);
        holds("not delivered", !market.job(id).delivered);
    }

    function test_deliver_boundsAReceiverThatBurnsGas() external {
        (JobId id, IJobMarket.Ticket memory ticket) = ready(CALLBACK_GAS);
        receiver.behave(Receiver.Mood.Burn, "");
        uint256 before = gasleft();
        market.deliver(ticket, output());
        holds("no more than the callback's gas and change", before - gasleft() < CALLBACK_GAS + 150_000);
        holds("not delivered", !market.job(id).delivered);
    }

    /// @dev 63/64: whoever delivers cannot starve the callback and have it count as refused.
    function test_deliver_givesTheCallbackAllItsGasOrReverts() external {
        (JobId id, IJobMarket.Ticket memory ticket) = ready(CALLBACK_GAS);
        bytes memory call = abi.encodeCall(IJobMarket.deliver, (ticket, output()));
        uint256 refused = 0;
        for (uint256 given = 150_000; !market.job(id).delivered; given += 1_000) {
            (bool done, bytes memory reason) = address(market).call{gas: given}(call);
            if (done) continue;
            ++refused;
            // Too little for the callback, or not even enough to get there.
            holds("typed", reason.length == 0 || bytes4(reason) == TooLittleGas.selector);
        }
        holds("some calls brought too little", refused > 10);
        equal("never called in vain", receiver.calls(), 1);
        holds("all of the gas", receiver.gasSeen() > CALLBACK_GAS - 2_000);
    }

    function test_deliver_cannotBeReenteredForASecondCall() external {
        (, IJobMarket.Ticket memory ticket) = ready(CALLBACK_GAS);
        receiver.behave(Receiver.Mood.Reenter, abi.encodeCall(IJobMarket.deliver, (ticket, output())));
        market.deliver(ticket, output());
        equal("calls", receiver.calls(), 1);
        equal(
            "the inner call was refused",
            bytes32(bytes4(receiver.innerReason())),
            bytes32(NothingToDeliver.selector)
        );
    }

    function test_deliver_toAnAccountWithoutCodeAcceptsNothing() external {
        IJobMarket.Terms memory t = terms();
        t.callbackGas = CALLBACK_GAS;
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, t);
        claim(ticket, 0);
        post(id, 0);
        vm.warp(START + WINDOW + 1);
        market.finalize(ticket);
        market.deliver(ticket, output());
        holds("not delivered", !market.job(id).delivered);
    }

    function test_deliver_ofAnOutputPostedByRoots() external {
        IJobMarket.Terms memory t = terms();
        t.callbackGas = CALLBACK_GAS;
        (JobId id, IJobMarket.Ticket memory ticket) = request(address(receiver), t);
        claim(ticket, 0);
        TensorRoot[] memory roots = new TensorRoot[](1);
        roots[0] = TensorRoot.wrap(tensorRoot(output()));
        vm.prank(operator);
        market.postByRoots(id, 0, roots);
        vm.warp(START + WINDOW + 1);
        market.finalize(ticket);
        market.deliver(ticket, output());
        equal("output", keccak256(receiver.last()), keccak256(output()));
    }
}
