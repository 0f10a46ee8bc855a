// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {resultIdOf, VersionId} from "../../../contracts/types/Ids.sol";
import {Handler} from "./Handler.sol";

/// @title Adds up everything that anybody is owed and compares it with what is there
abstract contract Auditor is Handler {
    function audit() external {
        (uint256 escrow, uint256 bonds, uint256 waiting) = auditJobs();
        auditMarket(escrow, bonds);
        auditStaking(waiting);
    }

    /// @dev Property 23, the market's side.
    function auditMarket(uint256 escrow, uint256 bonds) private view {
        (uint256 tokens, uint256 coins) = (escrow, bonds + market.burnedCoins());
        for (uint64 v = 1; v <= models.versionCount(); ++v) tokens += market.royaltyOf(VersionId.wrap(v));
        for (uint256 i = 0; i < people.length; ++i) {
            tokens += tokensOf(people[i]);
            coins += coinsOf(people[i]);
        }
        equal("tokens of the market", token.balanceOf(address(market)), tokens);
        equal("coins of the market", address(market).balance, coins);
    }

    /// @dev Properties 23 and 24, the vault's side.
    function auditStaking(uint256 waiting) private view {
        uint256 tokens = waiting + staking.burned();
        for (uint256 i = 0; i < people.length; ++i) tokens += staking.creditOf(people[i]);
        for (uint256 i = 0; i < owners.length; ++i) {
            IStaking.Account memory a = staking.account(owners[i]);
            tokens += a.staked;
            holds("locked within staked", a.locked <= a.staked);
            holds("thawing within staked", a.thawing <= a.staked);
            equal("the sum of the locks", a.locked, lockedFor(owners[i]));
        }
        equal("tokens of the vault", token.balanceOf(address(staking)), tokens);
    }

    function lockedFor(address backer) private view returns (uint256 sum) {
        for (uint256 i = 0; i < jobs.length; ++i) {
            uint32 attempt = market.job(jobs[i].id).attempt;
            (address owner_, uint96 amount) = staking.lockOf(
                address(market),
                resultIdOf(jobs[i].id, attempt)
            );
            if (owner_ == backer) sum += amount;
        }
    }

    function auditJobs() private returns (uint256 escrow, uint256 bonds, uint256 waiting) {
        for (uint256 i = 0; i < jobs.length; ++i) {
            Known storage k = jobs[i];
            IJobMarket.Job memory j = market.job(k.id);
            bool live = j.phase == IJobMarket.Phase.Claimed || j.phase == IJobMarket.Phase.Posted;
            if (live || j.phase == IJobMarket.Phase.Open) escrow += k.ticket.terms.maxPrice;
            if (live) bonds += j.bond;
            auditLock(k, j, live);
            auditProgress(k, j);
            for (uint32 a = 0; a <= j.attempt; ++a)
                waiting += staking.compensationOf(address(market), resultIdOf(k.id, a));
        }
    }

    /// @dev Property 25: a lock exists exactly while an attempt is claimed or posted, and it never changes.
    function auditLock(Known storage k, IJobMarket.Job memory j, bool live) private view {
        (address backer, uint96 amount) = staking.lockOf(address(market), resultIdOf(k.id, j.attempt));
        holds("a lock exactly while it is needed", live == (backer != address(0)));
        if (live) equal("the collateral of the claim", amount, k.collateral);
    }

    /// @dev Properties 33 and 38: attempt and phase only move forward, and what a claim fixed stays.
    function auditProgress(Known storage k, IJobMarket.Job memory j) private {
        uint256 progress = uint256(j.attempt) * 8 + uint256(j.phase);
        holds("forward only", progress >= k.progress);
        bool sameAttempt = j.attempt == k.seen.attempt && k.progress != 0;
        bool claimedBefore =
            k.seen.phase == IJobMarket.Phase.Claimed || k.seen.phase == IJobMarket.Phase.Posted;
        if (sameAttempt && claimedBefore) {
            equal("price", j.price, k.seen.price);
            equal("gas price", j.gasPrice, k.seen.gasPrice);
            equal("bond", j.bond, k.seen.bond);
            equal("executor", j.executor, k.seen.executor);
            equal("responder", j.responder, k.seen.responder);
        }
        if (k.progress != 0) {
            equal("judge", j.judge, k.seen.judge);
            equal("window", j.window, k.seen.window);
            equal("royalty", j.royaltyBasisPoints, k.seen.royaltyBasisPoints);
        }
        (k.progress, k.seen) = (progress, j);
    }
}
