// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {JobId} from "../../../contracts/types/Ids.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";
error Gas(uint256 a, uint256 b, uint256 c, uint256 d);
/// hardhat-config: default.isolate = true
contract GasTest is World {
    function setUp() external {
        build(new TestToken());
        fund(requester, 1000 * UNIT, 0);
        fund(operator, 0, 1 ether);
        fund(owner, 1, 0);
        stakeFor(owner, operator, 1000 * UNIT);
    }
    function test_gas() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        uint256 a = vm.snapshotGasLastCall("JobMarket", "request");
        vm.warp(START + 500);
        vm.prank(operator);
        market.claim(ticket, 0, owner, address(0));
        uint256 b = vm.snapshotGasLastCall("JobMarket", "claim");
        vm.prank(operator);
        market.post(id, 0, output());
        uint256 c = vm.snapshotGasLastCall("JobMarket", "post");
        vm.warp(START + 500 + WINDOW + 1);
        market.finalize(ticket);
        uint256 d = vm.snapshotGasLastCall("JobMarket", "finalize");
        revert Gas(a, b, c, d);
    }
}
