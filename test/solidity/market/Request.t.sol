// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    TooLongInline,
    WrongLength,
    WrongTensorCount
} from "../../../contracts/libraries/TensorCommitment.sol";
import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {
    BalanceTooSmall,
    JobExists,
    PricesReversed,
    SpanTooLong,
    TooLate,
    VersionIsDeprecated,
    WrongParameters,
    WrongProgram
} from "../../../contracts/market/MarketErrors.sol";
import {JobId, ProgramRoot, TensorRoot, VersionId} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

contract RequestTest is World {
    function setUp() external {
        standard();
    }

    function test_request_escrowsTheGreatestPrice() external {
        (JobId id, ) = request(requester, terms());
        equal("escrow", tokensOf(requester), 997 * UNIT);
        phaseIs("phase", id, IJobMarket.Phase.Open);
        IJobMarket.Job memory j = market.job(id);
        equal("attempt", j.attempt, 0);
        equal("version", VersionId.unwrap(j.version), VersionId.unwrap(theVersion));
        equal("judge", j.judge, address(judge));
        equal("window", j.window, WINDOW);
        equal("royalty", j.royaltyBasisPoints, 500);
        equal("bond gas", j.bondGas, theBondGas);
        equal("opened", j.openedAt, START);
        holds("inline", j.inputInline);
    }

    /// @dev The id as docs/specification.md, section 4 writes it, from its words.
    function test_request_idIsTheHashOfTheTicket() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        bytes32 head = keccak256(
            bytes.concat(
                hex"05",
                abi.encode(
                    block.chainid,
                    address(market),
                    requester,
                    ticket.terms.version,
                    ticket.terms.program
                ),
                abi.encode(ticket.terms.minPrice, ticket.terms.maxPrice, ticket.terms.rampSeconds),
                abi.encode(ticket.terms.claimDeadline, ticket.terms.postSeconds, ticket.terms.value),
                abi.encode(ticket.terms.callbackGas, ticket.terms.parameters, ticket.terms.salt)
            )
        );
        bytes32 hash = keccak256(abi.encodePacked(hex"05", head, listRoot(input())));
        equal("id", JobId.unwrap(id), hash & ~bytes32(uint256(type(uint64).max)));
        equal("head", market.headOf(ticket), head);
        equal("idOf", JobId.unwrap(market.idOf(ticket)), JobId.unwrap(id));
    }

    function test_request_refusesTheSameJobTwice() external {
        (JobId id, ) = request(requester, terms());
        vm.expectRevert(abi.encodeWithSelector(JobExists.selector, id));
        vm.prank(requester);
        market.request(terms(), input());
        fund(address(this), 3 * UNIT, 0);
        JobId other = market.request(terms(), input());
        holds("another requester, another job", !(other == id));
    }

    function test_request_refusesTheSameJobAfterItWasCancelled() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.prank(requester);
        market.cancel(ticket);
        vm.expectRevert(abi.encodeWithSelector(JobExists.selector, id));
        vm.prank(requester);
        market.request(terms(), input());
    }

    function test_request_checksTheExactLength() external {
        bytes memory long = new bytes(INPUT_BYTES + 1);
        bytes memory short = new bytes(INPUT_BYTES - 1);
        vm.expectRevert(abi.encodeWithSelector(WrongLength.selector, INPUT_BYTES + 1, INPUT_BYTES));
        vm.prank(requester);
        market.request(terms(), long);
        vm.expectRevert(abi.encodeWithSelector(WrongLength.selector, INPUT_BYTES - 1, INPUT_BYTES));
        vm.prank(requester);
        market.request(terms(), short);
        vm.expectRevert(abi.encodeWithSelector(WrongLength.selector, 0, INPUT_BYTES));
        vm.prank(requester);
        market.request(terms(), "");
    }

    function test_request_boundsInlineBytes() external {
        publishLengths(4097, 40);
        vm.expectRevert(abi.encodeWithSelector(TooLongInline.selector, 4097, 4096));
        vm.prank(requester);
        market.request(terms(), new bytes(4097));
        publishLengths(4096, 40);
        vm.prank(requester);
        market.request(terms(), new bytes(4096));
    }

    function test_request_ofSeveralInputsHashesEachOnItsOwn() external {
        // 5, 130 and 1 bytes.
        uint32[] memory lengths = new uint32[](3);
        (lengths[0], lengths[1], lengths[2]) = (5, 130, 1);
        publishLengths(lengths, listOf(40));
        bytes memory data = new bytes(136);
        for (uint256 i = 0; i < 136; ++i) data[i] = bytes1(uint8(i + 1));
        bytes32 root = keccak256(
            abi.encodePacked(
                hex"03",
                tensorRoot(part(data, 0, 5)),
                tensorRoot(part(data, 5, 135)),
                tensorRoot(part(data, 135, 136))
            )
        );
        vm.prank(requester);
        JobId id = market.request(terms(), data);
        IJobMarket.Ticket memory ticket = IJobMarket.Ticket(requester, terms(), root);
        equal("id", JobId.unwrap(market.idOf(ticket)), JobId.unwrap(id));
        bytes memory longer = new bytes(137);
        vm.expectRevert(abi.encodeWithSelector(WrongLength.selector, 137, 136));
        vm.prank(requester);
        market.request(terms(), longer);
        vm.expectRevert(abi.encodeWithSelector(WrongLength.selector, 130, 136));
        vm.prank(requester);
        market.request(terms(), new bytes(130));
    }

    function test_requestByRoots_takesAsManyRootsAsInputs() external {
        TensorRoot[] memory roots = new TensorRoot[](1);
        roots[0] = TensorRoot.wrap(tensorRoot(input()));
        vm.prank(requester);
        JobId id = market.requestByRoots(terms(), roots);
        holds("not inline", !market.job(id).inputInline);
        IJobMarket.Ticket memory ticket = IJobMarket.Ticket(requester, terms(), listRoot(input()));
        equal("the id is that of the bytes", JobId.unwrap(market.idOf(ticket)), JobId.unwrap(id));
        vm.expectRevert(abi.encodeWithSelector(WrongTensorCount.selector, 0, 1));
        market.requestByRoots(terms(), new TensorRoot[](0));
        vm.expectRevert(abi.encodeWithSelector(WrongTensorCount.selector, 2, 1));
        market.requestByRoots(terms(), new TensorRoot[](2));
    }

    function test_request_refusesTermsThatCannotHold() external {
        IJobMarket.Terms memory t = terms();
        (t.minPrice, t.maxPrice) = (2, 1);
        refuse(t, abi.encodeWithSelector(PricesReversed.selector, 2, 1));
        t = terms();
        t.maxPrice = 1001 * UNIT;
        refuse(t, abi.encodeWithSelector(BalanceTooSmall.selector, requester, 1000 * UNIT, 1001 * UNIT));
        t = terms();
        t.parameters = 1;
        refuse(t, abi.encodeWithSelector(WrongParameters.selector, 0, 1));
        t = terms();
        t.program = ProgramRoot.wrap(bytes32(uint256(8)));
        refuse(t, abi.encodeWithSelector(WrongProgram.selector, theVersion, theProgram, t.program));
    }

    function test_request_takesTheClaimDeadlineToTheSecond() external {
        IJobMarket.Terms memory t = terms();
        t.claimDeadline = uint40(START - 1);
        refuse(t, abi.encodeWithSelector(TooLate.selector, START, START - 1));
        t.claimDeadline = uint40(START);
        request(requester, t);
    }

    /// @dev Property 25: job and dispute end before a thaw can.
    function test_request_refusesJobsThatMightOutlastAThaw() external {
        uint256 rest = WINDOW + models.quote(theVersion).disputeSeconds;
        IJobMarket.Terms memory t = terms();
        t.postSeconds = uint32(THAW - rest);
        refuse(t, abi.encodeWithSelector(SpanTooLong.selector, uint256(THAW), uint256(THAW)));
        t.postSeconds = uint32(THAW - rest - 1);
        request(requester, t);
    }

    function test_request_refusesADeprecatedVersion() external {
        vm.prank(modelOwner);
        models.deprecate(theVersion);
        refuse(terms(), abi.encodeWithSelector(VersionIsDeprecated.selector, theVersion));
    }

    function refuse(IJobMarket.Terms memory t, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(requester);
        market.request(t, input());
    }

    function part(bytes memory data, uint256 from, uint256 to) private pure returns (bytes memory out) {
        out = new bytes(to - from);
        for (uint256 i = from; i < to; ++i) out[i - from] = data[i];
    }
}
