// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {FakeJudge} from "../../../contracts/mocks/FakeJudge.sol";
import {Receiver} from "../../../contracts/mocks/Receivers.sol";
import {JobId, TensorRoot} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

/// @title Gas of every external function of the market, each call a transaction of its own
/// @dev `npm run gas` compares with snapshots/.
/// hardhat-config: default.isolate = true
contract MarketGasTest is World {
    string private constant GROUP = "JobMarket";
    /// @dev What one unchallenged small job may cost in all its four transactions.
    uint256 private constant JOB_TARGET = 350_000;

    function setUp() external {
        standard();
        warmUp(input());
        fund(operator, 1, 0);
    }

    /// @dev The state of a market at work: every account and counter that a job touches has been used.
    function warmUp(bytes memory data) private {
        IJobMarket.Terms memory t = terms();
        vm.prank(requester);
        JobId id = market.request(t, data);
        IJobMarket.Ticket memory ticket = IJobMarket.Ticket(requester, t, listRoot(data));
        claim(ticket, 0);
        post(id, 0);
        vm.warp(block.timestamp + WINDOW + 1);
        market.finalize(ticket);
    }

    function next(bytes32 salt) private view returns (IJobMarket.Terms memory t) {
        t = terms();
        t.salt = salt;
    }

    function taken(string memory name) private returns (uint256) {
        return vm.snapshotGasLastCall(GROUP, name);
    }

    /// @dev A picture: four bytes in five are zero.
    function picture() private pure returns (bytes memory data) {
        data = input();
        for (uint256 i = 0; i < data.length; ++i) if (i % 5 != 0) data[i] = 0;
    }

    function job(bytes memory data, string memory name) private returns (uint256 gasUsed) {
        IJobMarket.Terms memory t = next(keccak256(bytes(name)));
        vm.prank(requester);
        JobId id = market.request(t, data);
        gasUsed = taken(string.concat("request: ", name));
        IJobMarket.Ticket memory ticket = IJobMarket.Ticket(requester, t, listRoot(data));
        vm.warp(block.timestamp + 500);
        vm.prank(operator);
        market.claim(ticket, 0, owner, address(0));
        gasUsed += taken(string.concat("claim: ", name));
        vm.prank(operator);
        market.post(id, 0, output());
        gasUsed += taken(string.concat("post: ", name));
        vm.warp(block.timestamp + WINDOW + 1);
        market.finalize(ticket);
        gasUsed += taken(string.concat("finalize: ", name));
    }

    function test_job_ofAPictureCostsLessThanTheTarget() external {
        holds("target", job(picture(), "picture of 784 bytes") <= JOB_TARGET);
    }

    function test_job_ofDenseBytesCostsLessThanTheTarget() external {
        holds("target", job(input(), "784 bytes, none zero") <= JOB_TARGET);
    }

    function test_job_ofOneKilobyte() external {
        publishLengths(1024, OUTPUT_BYTES);
        warmUp(new bytes(1024));
        bytes memory data = new bytes(1024);
        for (uint256 i = 0; i < 1024; ++i) data[i] = bytes1(uint8(i | 1));
        job(data, "1024 bytes, none zero");
    }

    function test_request_byRootsAndLargest() external {
        TensorRoot[] memory roots = new TensorRoot[](1);
        vm.prank(requester);
        market.requestByRoots(next("roots"), roots);
        taken("requestByRoots");
        publishLengths(4096, 4096);
        bytes memory data = new bytes(4096);
        for (uint256 i = 0; i < 4096; ++i) data[i] = bytes1(uint8(i | 1));
        vm.prank(requester);
        JobId id = market.request(next("largest"), data);
        taken("request: 4096 bytes, none zero");
        claim(IJobMarket.Ticket(requester, next("largest"), listRoot(data)), 0);
        vm.prank(operator);
        market.post(id, 0, data);
        taken("post: 4096 bytes, none zero");
    }

    function test_claim_withResponder() external {
        (, IJobMarket.Ticket memory ticket) = request(requester, next("responder"));
        vm.prank(operator);
        market.claim(ticket, 0, owner, address(0x7e5));
        taken("claim with a responder");
    }

    function test_post_byRoots() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, next("roots"));
        claim(ticket, 0);
        vm.prank(operator);
        market.postByRoots(id, 0, new TensorRoot[](1));
        taken("postByRoots");
    }

    function test_cancelAndExpire() external {
        (, IJobMarket.Ticket memory ticket) = request(requester, next("cancel"));
        claim(ticket, 0);
        vm.warp(block.timestamp + POST + 1);
        market.expire(ticket);
        taken("expire");
        vm.prank(requester);
        market.cancel(ticket);
        taken("cancel");
    }

    function test_verdict() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, next("verdict"));
        claim(ticket, 0);
        post(id, 0);
        bytes32 root = listRoot(output());
        vm.prank(address(judge));
        market.markDisputed(id, 0, root);
        taken("markDisputed");
        vm.prank(address(judge));
        market.defeat(id, 0, challenger, 1000, challenger, 1000);
        taken("defeat");
        market.burnCoins();
        taken("burnCoins");
    }

    function test_collect() external {
        IJobMarket.Parameters memory p = parameters(address(judge));
        p.rewardCap = 0;
        vm.prank(admin);
        governed.setParameters(p);
        taken("setParameters");
        IJobMarket.Terms memory t = next("collect");
        t.parameters = 1;
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, t);
        claim(ticket, 0);
        post(id, 0);
        judge.defeat(id, 0, FakeJudge.Verdict(challenger, 1000, challenger, 1000));
        market.collect(ticket, 0);
        taken("collect");
        market.collectRoyalty(theVersion);
        taken("collectRoyalty");
    }

    function test_deliver() external {
        Receiver receiver = new Receiver();
        fund(address(receiver), 10 * UNIT, 0);
        IJobMarket.Terms memory t = next("deliver");
        t.callbackGas = 200_000;
        (JobId id, IJobMarket.Ticket memory ticket) = request(address(receiver), t);
        claim(ticket, 0);
        post(id, 0);
        vm.warp(block.timestamp + WINDOW + 1);
        market.finalize(ticket);
        market.deliver(ticket, output());
        taken("deliver, with a callback that stores 40 bytes");
    }

    function test_balances() external {
        token.mint(address(this), 2);
        token.approve(address(market), 2);
        market.deposit(requester, 1);
        taken("deposit");
        vm.deal(address(this), 1);
        market.depositCoins{value: 1}(operator);
        taken("depositCoins");
        vm.prank(requester);
        market.withdraw(requester, 1);
        taken("withdraw");
        vm.prank(operator);
        market.withdrawCoins(payable(operator), 1);
        taken("withdrawCoins");
        vm.startPrank(admin);
        governed.pause();
        taken("pause");
        governed.unpause();
        taken("unpause");
        governed.setJudge(address(1));
        taken("setJudge");
        vm.stopPrank();
    }

    function test_depositWithPermit() external {
        (address signer, uint256 key) = (vm.addr(78), 78);
        token.mint(signer, 500);
        bytes32 kind = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        uint256 deadline = block.timestamp;
        bytes32 message = keccak256(abi.encode(kind, signer, address(market), 500, 0, deadline));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            key,
            keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), message))
        );
        vm.prank(signer);
        market.depositWithPermit(requester, 500, deadline, v, r, s);
        taken("depositWithPermit");
    }
}
