// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    TooLongInline,
    WrongLength,
    WrongTensorCount
} from "../../../contracts/libraries/TensorCommitment.sol";
import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {NotAllowed, TooLate, WrongAttempt, WrongPhase} from "../../../contracts/market/MarketErrors.sol";
import {JobId, TensorRoot} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

contract PostTest is World {
    function setUp() external {
        standard();
    }

    function test_post_storesTheRootAndStartsTheWindow() external {
        (JobId id, ) = claimed();
        vm.warp(START + 7);
        post(id, 0);
        IJobMarket.Job memory j = market.job(id);
        phaseIs("phase", id, IJobMarket.Phase.Posted);
        equal("root", j.outputRoot, listRoot(output()));
        equal("window", j.deadline, START + 7 + WINDOW);
        holds("inline", j.outputInline);
        holds("undisputed", !j.disputed);
    }

    function test_post_takesTheDeadlineToTheSecond() external {
        (JobId id, ) = claimed();
        vm.warp(START + POST + 1);
        vm.expectRevert(abi.encodeWithSelector(TooLate.selector, START + POST + 1, START + POST));
        post(id, 0);
        vm.warp(START + POST);
        post(id, 0);
    }

    function test_post_onlyTheExecutor() external {
        (JobId id, ) = claimed();
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, owner, operator));
        vm.prank(owner);
        market.post(id, 0, output());
    }

    function test_post_onlyTheClaimedAttempt() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Open, IJobMarket.Phase.Claimed)
        );
        post(id, 0);
        claim(ticket, 0);
        vm.expectRevert(abi.encodeWithSelector(WrongAttempt.selector, id, 0, 1));
        post(id, 1);
        post(id, 0);
        vm.expectRevert(
            abi.encodeWithSelector(WrongPhase.selector, id, IJobMarket.Phase.Posted, IJobMarket.Phase.Claimed)
        );
        post(id, 0);
    }

    /// @dev A truncated output with the same root must not pass: zero padding would hide it.
    function test_post_checksTheExactLength() external {
        (JobId id, ) = claimed();
        bytes[3] memory wrong = [new bytes(39), new bytes(41), new bytes(128)];
        equal("same root", tensorRoot(wrong[0]), tensorRoot(new bytes(40)));
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(WrongLength.selector, wrong[i].length, OUTPUT_BYTES));
            vm.prank(operator);
            market.post(id, 0, wrong[i]);
        }
    }

    function test_post_ofSeveralOutputs() external {
        uint32[] memory lengths = new uint32[](2);
        (lengths[0], lengths[1]) = (40, 200);
        publishLengths(listOf(INPUT_BYTES), lengths);
        (JobId id, ) = claimed();
        bytes memory data = new bytes(240);
        vm.expectRevert(abi.encodeWithSelector(WrongLength.selector, 40, 240));
        vm.prank(operator);
        market.post(id, 0, new bytes(40));
        vm.prank(operator);
        market.post(id, 0, data);
        bytes32 root = keccak256(
            abi.encodePacked(hex"03", tensorRoot(new bytes(40)), tensorRoot(new bytes(200)))
        );
        equal("root", market.job(id).outputRoot, root);
    }

    function test_post_boundsInlineBytesAndLooksUpLongOutputs() external {
        publishLengths(INPUT_BYTES, 70_000);
        (JobId id, ) = claimed();
        vm.expectRevert(abi.encodeWithSelector(TooLongInline.selector, 4097, 4096));
        vm.prank(operator);
        market.post(id, 0, new bytes(4097));
        vm.expectRevert(abi.encodeWithSelector(WrongLength.selector, 4096, 70_000));
        vm.prank(operator);
        market.post(id, 0, new bytes(4096));
        TensorRoot[] memory roots = new TensorRoot[](1);
        roots[0] = TensorRoot.wrap(tensorRoot(new bytes(70_000)));
        vm.prank(operator);
        market.postByRoots(id, 0, roots);
        holds("by root", !market.job(id).outputInline);
    }

    function test_postByRoots_isThePostOfTheSameBytes() external {
        (JobId id, ) = claimed();
        TensorRoot[] memory roots = new TensorRoot[](1);
        roots[0] = TensorRoot.wrap(tensorRoot(output()));
        vm.expectRevert(abi.encodeWithSelector(WrongTensorCount.selector, 2, 1));
        vm.prank(operator);
        market.postByRoots(id, 0, new TensorRoot[](2));
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, owner, operator));
        vm.prank(owner);
        market.postByRoots(id, 0, roots);
        vm.prank(operator);
        market.postByRoots(id, 0, roots);
        equal("root", market.job(id).outputRoot, listRoot(output()));
    }

    function testFuzz_post_rootIsTheSlowOne(bytes memory data, uint16 size) external {
        size = uint16(bound(size, 1, 2000));
        bytes memory sized = new bytes(size);
        for (uint256 i = 0; i < size && i < data.length; ++i) sized[i] = data[i];
        publishLengths(INPUT_BYTES, size);
        (JobId id, ) = claimed();
        vm.prank(operator);
        market.post(id, 0, sized);
        equal("root", market.job(id).outputRoot, listRoot(sized));
    }
}
