// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {JobId} from "../../../contracts/types/Ids.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

contract SettlementTest is World {
    function setUp() external {
        build(new TestToken());
        fund(requester, 1000 * UNIT, 0);
        fund(operator, 0, 1 ether);
        stakeFor(owner, operator, 1000 * UNIT);
    }

    function test_finalize_paysExecutorAndModelOwner() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, terms());
        vm.warp(START + 500);
        vm.prank(operator);
        market.claim(ticket, 0, owner, address(0));
        (, uint128 coins) = market.balanceOf(operator);
        equal("bond", 1 ether - coins, 2 * uint256(BOND_GAS) * GAS_FLOOR);
        equal("locked", staking.account(owner).locked, 10 * UNIT);
        vm.prank(operator);
        market.post(id, 0, output());
        vm.warp(START + 500 + WINDOW + 1);
        market.finalize(ticket);
        market.collectRoyalty(ticket.terms.version);
        (uint128 paid, ) = market.balanceOf(owner);
        (uint128 royalty, ) = market.balanceOf(modelOwner);
        (uint128 change, ) = market.balanceOf(requester);
        (, coins) = market.balanceOf(operator);
        equal("paid", paid, (2 * uint256(UNIT) * 95) / 100);
        equal("royalty", royalty, (2 * uint256(UNIT) * 5) / 100);
        equal("change", change, 998 * UNIT);
        equal("bond back", coins, 1 ether);
        equal("unlocked", staking.account(owner).locked, 0);
    }
}
