// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {ParameterOutOfBounds, ProgramTooCostly} from "../../../contracts/market/MarketErrors.sol";
import {IModelRegistry} from "../../../contracts/registry/interfaces/IModelRegistry.sol";
import {JobId, VersionId} from "../../../contracts/types/Ids.sol";
import {Deployer} from "../support/Deployer.sol";
import {vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";

/// @title A registry that promises what ours refuses to publish
contract LaxModels {
    IModelRegistry.Quote private answer;

    function set(IModelRegistry.Quote calldata answer_) external {
        answer = answer_;
    }

    function quote(VersionId) external view returns (IModelRegistry.Quote memory) {
        return answer;
    }
}

/// @title What the market does not take on trust from its registry: each would block a settlement or wrap a field
contract GuardsTest is World {
    LaxModels private lax;
    IModelRegistry.Quote private good;

    function setUp() external {
        standard();
        lax = new LaxModels();
        (market, governed) = Deployer.market(
            staking,
            address(lax),
            programs,
            address(authority),
            parameters(address(judge))
        );
        fund(requester, 1000 * UNIT, 0);
        good = models.quote(theVersion);
        lax.set(good);
    }

    function refuse(IModelRegistry.Quote memory q, bytes memory reason) private {
        lax.set(q);
        IJobMarket.Terms memory t = terms();
        vm.expectRevert(reason);
        vm.prank(requester);
        market.request(t, input());
        lax.set(good);
    }

    function test_request_refusesARoyaltyAboveThePrice() external {
        IModelRegistry.Quote memory q = good;
        q.royaltyBasisPoints = 10_001;
        refuse(q, abi.encodeWithSelector(ParameterOutOfBounds.selector, 10_001, 10_000));
        q.royaltyBasisPoints = 10_000;
        lax.set(q);
        request(requester, terms());
    }

    function test_request_refusesGasThatABondCannotExpress() external {
        IModelRegistry.Quote memory q = good;
        q.bondGas = 1 << 24;
        refuse(q, abi.encodeWithSelector(ProgramTooCostly.selector, 1 << 24, (1 << 24) - 1));
        q.bondGas = (1 << 24) - 1;
        lax.set(q);
        (JobId id, ) = request(requester, terms());
        equal("bond gas", market.job(id).bondGas, (1 << 24) - 1);
    }

    function test_request_refusesAVersionBeyondItsField() external {
        IJobMarket.Terms memory t = terms();
        t.version = VersionId.wrap(1 << 32);
        vm.expectRevert(abi.encodeWithSelector(ParameterOutOfBounds.selector, 1 << 32, (1 << 32) - 1));
        vm.prank(requester);
        market.request(t, input());
        t.version = VersionId.wrap((1 << 32) - 1);
        (JobId id, ) = request(requester, t);
        equal("version", VersionId.unwrap(market.job(id).version), (1 << 32) - 1);
    }

    /// @dev The widest values of every packed field at once, none reaching into another.
    function test_job_fieldsDoNotOverlap() external {
        IModelRegistry.Quote memory q = good;
        (q.royaltyBasisPoints, q.bondGas, q.outputBytes, q.window) = (10_000, (1 << 24) - 1, 65_535, 10 days);
        lax.set(q);
        vm.fee((1 << 48) - 1);
        fund(operator, 0, 2 ** 80);
        vm.prank(owner);
        staking.setMarket(address(market), true);
        IJobMarket.Terms memory t = terms();
        t.version = VersionId.wrap((1 << 32) - 1);
        (JobId id, IJobMarket.Ticket memory ticket) = request(requester, t);
        claim(ticket, 0);
        IJobMarket.Job memory j = market.job(id);
        equal("version", VersionId.unwrap(j.version), (1 << 32) - 1);
        equal("royalty", j.royaltyBasisPoints, 10_000);
        equal("bond gas", j.bondGas, (1 << 24) - 1);
        equal("gas price", j.gasPrice, (1 << 48) - 1);
        equal("bond", j.bond, 2 * uint256((1 << 24) - 1) * ((1 << 48) - 1));
        equal("window", j.window, 10 days);
        equal("attempt", j.attempt, 0);
        equal("parameters", j.parameters, 0);
        equal("deadline", j.deadline, START + POST);
        vm.warp(START + POST + 1);
        market.expire(ticket);
        j = market.job(id);
        equal("attempt after", j.attempt, 1);
        equal("no bond after", j.bond, 0);
        equal("version after", VersionId.unwrap(j.version), (1 << 32) - 1);
        equal("royalty after", j.royaltyBasisPoints, 10_000);
        equal("window after", j.window, 10 days);
        equal("bond gas after", j.bondGas, (1 << 24) - 1);
    }
}
