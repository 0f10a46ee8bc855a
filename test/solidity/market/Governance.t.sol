// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IGoverned} from "../../../contracts/market/interfaces/IGoverned.sol";
import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {
    JudgeMissing,
    MarketPaused,
    NotAllowed,
    ParameterOutOfBounds,
    WrongParameters
} from "../../../contracts/market/MarketErrors.sol";
import {FakeJudge} from "../../../contracts/mocks/FakeJudge.sol";
import {JobId} from "../../../contracts/types/Ids.sol";
import {Deployer} from "../support/Deployer.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

/// @title Properties 33 and 34: what governance can reach, and what it cannot
contract GovernanceTest is World {
    uint64 private constant GUARDIAN = 1;
    uint64 private constant GOVERNOR = 2;
    uint32 private constant DELAY = 7 days;
    address private constant guardian = address(0x9a4d);
    address private constant governor = address(0x90f);

    function setUp() external {
        standard();
        bytes4[] memory pausing = new bytes4[](1);
        pausing[0] = IGoverned.pause.selector;
        bytes4[] memory ruling = new bytes4[](3);
        (ruling[0], ruling[1], ruling[2]) = (
            IGoverned.setParameters.selector,
            IGoverned.setJudge.selector,
            IGoverned.unpause.selector
        );
        vm.startPrank(admin);
        authority.setTargetFunctionRole(address(market), pausing, GUARDIAN);
        authority.setTargetFunctionRole(address(market), ruling, GOVERNOR);
        authority.grantRole(GUARDIAN, guardian, 0);
        authority.grantRole(GOVERNOR, governor, DELAY);
        vm.stopPrank();
    }

    function other() private returns (IJobMarket.Parameters memory) {
        return IJobMarket.Parameters(address(new FakeJudge()), 1, 20 * UNIT, 3 gwei, 100_000, 10_000);
    }

    function govern(bytes memory call) private {
        vm.prank(governor);
        authority.schedule(address(market), call, 0);
        vm.warp(block.timestamp + DELAY);
        vm.prank(governor);
        authority.execute(address(market), call);
    }

    function test_setParameters_waitsForTheDelay() external {
        IJobMarket.Parameters memory p = other();
        bytes memory call = abi.encodeCall(IGoverned.setParameters, (p));
        vm.expectPartialRevert(IAccessManager.AccessManagerNotScheduled.selector);
        vm.prank(governor);
        governed.setParameters(p);
        vm.prank(governor);
        (bytes32 operation, ) = authority.schedule(address(market), call, 0);
        vm.warp(START + DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation));
        vm.prank(governor);
        authority.execute(address(market), call);
        vm.warp(START + DELAY);
        vm.prank(governor);
        authority.execute(address(market), call);
        equal("current", market.currentParameters(), 1);
    }

    function test_restricted_functionsRefuseEverybodyElse() external {
        bytes memory refused = abi.encodeWithSelector(
            IAccessManaged.AccessManagedUnauthorized.selector,
            requester
        );
        vm.startPrank(requester);
        vm.expectRevert(refused);
        governed.setParameters(parameters(requester));
        vm.expectRevert(refused);
        governed.setJudge(requester);
        vm.expectRevert(refused);
        governed.pause();
        vm.expectRevert(refused);
        governed.unpause();
        vm.stopPrank();
        // The guardian can stop, and nothing else.
        refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian);
        vm.startPrank(guardian);
        governed.pause();
        vm.expectRevert(refused);
        governed.unpause();
        vm.expectRevert(refused);
        governed.setJudge(guardian);
        vm.stopPrank();
    }

    /// @dev A job lives for ever under the set of its request, in every phase.
    function test_setParameters_leavesOldJobsAlone() external {
        (JobId open, IJobMarket.Ticket memory openTicket) = request(requester, salted("open"));
        (JobId posted_, IJobMarket.Ticket memory ticket) = request(requester, salted("posted"));
        claim(ticket, 0);
        post(posted_, 0);
        IJobMarket.Parameters memory p = other();
        govern(abi.encodeCall(IGoverned.setParameters, (p)));
        equal("judge of the posted job", market.job(posted_).judge, address(judge));
        equal("judge of the open job", market.job(open).judge, address(judge));
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, p.judge, address(judge)));
        vm.prank(p.judge);
        market.defeat(posted_, 0, governor, 1, governor, 1);
        // The old judge still rules, with the old cap, on a lock and a bond of the old size.
        judge.defeat(posted_, 0, FakeJudge.Verdict(address(0), 0, challenger, 0));
        equal("old reward", staking.creditOf(challenger), 5 * UNIT);
        IJobMarket.Parameters memory kept = market.parametersAt(0);
        equal("floor", kept.collateralFloor, 10 * UNIT);
        equal("gas floor", kept.gasFloor, GAS_FLOOR);
        equal("still open", market.job(open).parameters, 0);
        openTicket.terms.parameters = 1;
        holds("the ticket names the set", !(market.idOf(openTicket) == open));
    }

    function test_setParameters_openJobIsClaimedUnderItsOwnSet() external {
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, salted("open"));
        govern(abi.encodeCall(IGoverned.setParameters, (other())));
        claim(ticket, 0);
        (, uint96 collateral) = staking.lockOf(address(market), market.resultId(id, 0));
        equal("five times the price, not ten", collateral, 15 * UNIT);
        equal("gas price", market.job(id).gasPrice, GAS_FLOOR);
        vm.warp(block.timestamp + POST + 1);
        market.expire(ticket);
        equal("half to the requester, not all", coinsOf(requester), theBond / 2);
    }

    function test_request_namesTheCurrentSet() external {
        govern(abi.encodeCall(IGoverned.setJudge, (address(0x1b))));
        IJobMarket.Terms memory t = terms();
        vm.expectRevert(abi.encodeWithSelector(WrongParameters.selector, 1, 0));
        vm.prank(requester);
        market.request(t, input());
        t.parameters = 1;
        (JobId id, ) = request(requester, t);
        equal("judge", market.job(id).judge, address(0x1b));
        equal("the rest is kept", market.parametersAt(1).collateralFloor, 10 * UNIT);
    }

    function test_setParameters_checksBounds() external {
        IJobMarket.Parameters memory p = other();
        p.noShowBasisPoints = 10_001;
        vm.prank(admin);
        authority.grantRole(0, address(this), 0);
        bytes4[] memory one = new bytes4[](1);
        one[0] = IGoverned.setParameters.selector;
        vm.prank(admin);
        authority.setTargetFunctionRole(address(market), one, 0);
        vm.expectRevert(abi.encodeWithSelector(ParameterOutOfBounds.selector, 10_001, 10_000));
        governed.setParameters(p);
    }

    /// @dev A market is built before its judge: until it has one nobody can ask for an answer that nobody could dispute.
    function test_request_waitsForTheFirstJudge() external {
        (market, governed) = Deployer.market(
            staking,
            address(models),
            programs,
            address(authority),
            parameters(address(0))
        );
        fund(requester, 10 * UNIT, 0);
        bytes4[] memory one = new bytes4[](2);
        (one[0], one[1]) = (IGoverned.setJudge.selector, IGoverned.setParameters.selector);
        vm.prank(admin);
        authority.setTargetFunctionRole(address(market), one, 0);
        IJobMarket.Terms memory t = terms();
        vm.expectRevert(MarketPaused.selector);
        vm.prank(requester);
        market.request(t, input());
        vm.startPrank(admin);
        vm.expectRevert(JudgeMissing.selector);
        governed.setJudge(address(0));
        vm.expectRevert(JudgeMissing.selector);
        governed.setParameters(parameters(address(0)));
        governed.setJudge(address(judge));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(WrongParameters.selector, 1, 0));
        vm.prank(requester);
        market.request(t, input());
        t.parameters = 1;
        (JobId id, ) = request(requester, t);
        equal("judge", market.job(id).judge, address(judge));
    }

    function test_setJudge_doesNotEndAPause() external {
        vm.prank(guardian);
        governed.pause();
        govern(abi.encodeCall(IGoverned.setJudge, (address(0x1b))));
        holds("paused", governed.paused());
    }

    function test_pause_stopsNewRequestsAndClaimsAndNothingElse() external {
        (JobId id, IJobMarket.Ticket memory ticket) = posted();
        (, IJobMarket.Ticket memory open) = request(requester, salted("open"));
        (, IJobMarket.Ticket memory stalled) = request(requester, salted("stalled"));
        claim(stalled, 0);
        (JobId late, IJobMarket.Ticket memory lateTicket) = request(requester, salted("late"));
        claim(lateTicket, 0);
        vm.prank(guardian);
        governed.pause();
        vm.expectRevert(MarketPaused.selector);
        vm.prank(requester);
        market.request(salted("new"), input());
        vm.expectRevert(MarketPaused.selector);
        claim(open, 0);
        // Everything else goes on, and everybody can leave.
        post(late, 0);
        vm.prank(requester);
        market.cancel(open);
        judge.dispute(late, 0, listRoot(output()));
        judge.defeat(late, 0, FakeJudge.Verdict(address(0), 0, challenger, 0));
        vm.warp(START + WINDOW + 1);
        market.finalize(ticket);
        market.expire(stalled);
        phaseIs("final", id, IJobMarket.Phase.Final);
        withdrawAll(requester);
        withdrawAll(operator);
        withdrawAll(owner);
        uint256 staked = staking.account(owner).staked;
        vm.prank(owner);
        staking.thaw(staked);
        vm.warp(block.timestamp + THAW);
        vm.prank(owner);
        staking.unstake();
        equal("all stake is out", staking.account(owner).staked, 0);
        govern(abi.encodeCall(IGoverned.unpause, ()));
        vm.prank(requester);
        market.cancel(stalled);
    }

    function withdrawAll(address account) private {
        (uint128 tokens, uint128 coins) = market.balanceOf(account);
        vm.startPrank(account);
        market.withdraw(account, tokens);
        market.withdrawCoins(payable(account), coins);
        vm.stopPrank();
    }

    function salted(bytes32 salt) private view returns (IJobMarket.Terms memory t) {
        t = terms();
        t.salt = salt;
        t.claimDeadline = uint40(block.timestamp + 100 days);
    }
}
