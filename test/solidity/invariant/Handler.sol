// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {IJudge} from "../../../contracts/market/interfaces/IJudge.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {JobId, resultIdOf, VersionId} from "../../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {Scene} from "./Scene.sol";

/// @title Everything that anybody can do to market and staking, in random order
/// @dev An action that must be possible in the state at hand is wrapped in try: that it failed is remembered.
abstract contract Handler is Scene {
    constructor() {
        raiseCurtain();
    }

    /* REQUESTERS */

    function request(uint256 seed) external {
        uint256 place = room();
        if (place == MOST_JOBS) return;
        address from = people[seed % 3];
        IJobMarket.Terms memory t = randomTerms(seed);
        if (tokensOf(from) < t.maxPrice || governed.paused()) return;
        vm.prank(from);
        try market.request(t, input()) returns (JobId id) {
            succeeded("request");
            if (place == jobs.length) jobs.push();
            Known storage k = jobs[place];
            (k.id, k.progress) = (id, 0);
            k.ticket = IJobMarket.Ticket(from, t, listRoot(input()));
        } catch {
            fail("a funded request");
        }
    }

    /// @dev A new place, or that of a job that has ended.
    function room() private view returns (uint256) {
        if (jobs.length < MOST_JOBS) return jobs.length;
        for (uint256 i = 0; i < jobs.length; ++i) {
            IJobMarket.Phase phase = market.job(jobs[i].id).phase;
            bool ended = phase == IJobMarket.Phase.Final || phase == IJobMarket.Phase.Cancelled;
            if (ended && !waits(jobs[i].id)) return i;
        }
        return MOST_JOBS;
    }

    /// @dev Whether a part of a slash still waits for the job's requester.
    function waits(JobId id) private view returns (bool) {
        uint32 attempts = market.job(id).attempt;
        for (uint32 i = 0; i <= attempts; ++i)
            if (staking.compensationOf(address(market), resultIdOf(id, i)) != 0) return true;
        return false;
    }

    function cancel(uint256 seed) external {
        (bool found, uint256 i) = find(seed, IJobMarket.Phase.Open);
        if (!found) return;
        // Most jobs are left to the executors.
        bool late = block.timestamp > jobs[i].ticket.terms.claimDeadline;
        if (!late && seed % 4 != 0) return;
        address by = (seed >> 2) % 2 == 0 ? jobs[i].ticket.requester : person(seed >> 8);
        bool may = by == jobs[i].ticket.requester || late;
        vm.prank(by);
        try market.cancel(jobs[i].ticket) {
            succeeded("cancel");
            if (!may) fail("a cancel by a stranger");
        } catch {
            if (may) fail("a cancel of an open job");
        }
    }

    function collect(uint256 seed) external {
        if (jobs.length == 0) return;
        Known storage k = jobs[seed % jobs.length];
        uint32 attempts = market.job(k.id).attempt;
        for (uint32 i = 0; i <= attempts; ++i) {
            if (staking.compensationOf(address(market), resultIdOf(k.id, i)) == 0) continue;
            try market.collect(k.ticket, i) {
                succeeded("collect");
            } catch {
                fail("a compensation that waits");
            }
        }
    }

    /* EXECUTORS */

    function claim(uint256 seed) external {
        (bool found, uint256 i) = find(seed, IJobMarket.Phase.Open);
        if (!found) return;
        Known storage k = jobs[i];
        (address by, address backer) = (operators[seed % 2], owners[(seed >> 8) % 2]);
        (bool may, uint96 collateral) = mayClaim(k, by, backer);
        if (tryClaim(k, by, backer, seed % 3 == 0 ? person(seed) : address(0))) {
            succeeded("claim");
            k.collateral = collateral;
            if (!may) fail("a claim that nothing backs");
            if (seed % 4 != 0) postAt(i, by);
        } else if (may) fail("a claim that is backed");
    }

    function mayClaim(
        Known storage k,
        address by,
        address backer
    ) private view returns (bool may, uint96 collateral) {
        uint96 bond;
        (collateral, bond) = market.claimCost(k.ticket);
        IStaking.Account memory a = staking.account(backer);
        may =
            !governed.paused() &&
            block.timestamp <= k.ticket.terms.claimDeadline &&
            collateral <= staking.free(backer) &&
            a.locked + collateral <= a.exposureLimit &&
            bond <= coinsOf(by) &&
            staking.isOperator(backer, by);
    }

    function tryClaim(Known storage k, address by, address backer, address responder) private returns (bool) {
        uint32 attempt = market.job(k.id).attempt;
        vm.prank(by);
        try market.claim(k.ticket, attempt, backer, responder) {
            return true;
        } catch {
            return false;
        }
    }

    function post(uint256 seed) external {
        (bool found, uint256 i) = find(seed, IJobMarket.Phase.Claimed);
        if (!found) return;
        postAt(i, seed % 4 == 0 ? person(seed >> 8) : market.job(jobs[i].id).executor);
    }

    function postAt(uint256 i, address by) private {
        IJobMarket.Job memory j = market.job(jobs[i].id);
        bool may = by == j.executor && block.timestamp <= j.deadline;
        vm.prank(by);
        try market.post(jobs[i].id, j.attempt, output()) {
            succeeded("post");
            if (!may) fail("a post too late or by a stranger");
        } catch {
            if (may) fail("a post in time");
        }
    }

    /* ANYBODY */

    function finalize(uint256 seed) external {
        (bool found, uint256 i) = find(seed, IJobMarket.Phase.Posted);
        if (!found) return;
        IJobMarket.Job memory j = market.job(jobs[i].id);
        IJudge.Ruling ruling = IJudge.Ruling(seed % 3);
        judge.rule(ruling);
        judge.prepare(verdict(seed), false);
        bool may = block.timestamp > j.deadline && (!j.disputed || ruling != IJudge.Ruling.Pending);
        vm.prank(person(seed));
        try market.finalize(jobs[i].ticket) {
            succeeded("finalize");
            if (!may) fail("an early finalize");
        } catch {
            if (may) fail("a finalize that is due");
        }
    }

    function expire(uint256 seed) external {
        (bool found, uint256 i) = find(seed, IJobMarket.Phase.Claimed);
        if (!found) return;
        bool may = block.timestamp > market.job(jobs[i].id).deadline;
        vm.prank(person(seed));
        try market.expire(jobs[i].ticket) {
            succeeded("expire");
            if (!may) fail("an early expiry");
        } catch {
            if (may) fail("an expiry that is due");
        }
    }

    function deliver(uint256 seed) external {
        (bool found, uint256 i) = find(seed, IJobMarket.Phase.Final);
        if (!found || jobs[i].ticket.terms.callbackGas == 0 || market.job(jobs[i].id).delivered) return;
        try market.deliver(jobs[i].ticket, output()) {
            succeeded("deliver");
        } catch {
            fail("a delivery");
        }
    }

    /* THE JUDGE */

    function dispute(uint256 seed) external {
        (bool found, uint256 i) = find(seed, IJobMarket.Phase.Posted);
        if (!found) return;
        IJobMarket.Job memory j = market.job(jobs[i].id);
        if (block.timestamp > j.deadline) return;
        judge.dispute(jobs[i].id, j.attempt, j.outputRoot);
        succeeded("dispute");
    }

    function defeat(uint256 seed) external {
        (bool found, uint256 i) = find(seed, IJobMarket.Phase.Posted);
        if (!found || seed % 3 != 0) return;
        Known storage k = jobs[i];
        IJobMarket.Job memory j = market.job(k.id);
        (address backer, uint96 locked) = staking.lockOf(address(market), resultIdOf(k.id, j.attempt));
        uint256 before = staking.account(backer).staked;
        try judge.defeat(k.id, j.attempt, verdict(seed)) {
            succeeded("defeat");
            if (staking.account(backer).staked != before - locked) fail("a slash of exactly the lock");
        } catch {
            fail("a verdict on a posted result");
        }
        try judge.defeat(k.id, j.attempt, verdict(seed)) {
            fail("two slashes of one result");
        } catch {}
    }

    /* MONEY */

    function deposit(uint256 seed, uint96 amount) external {
        fund(person(seed), amount % (100 * UNIT), (amount >> 8) % 1 ether);
        succeeded("deposit");
    }

    function withdraw(uint256 seed, uint256 part) external {
        address from = person(seed);
        (uint256 tokens, uint256 coins) = market.balanceOf(from);
        (tokens, coins) = ((tokens * share(part)) / 100, (coins * share(part >> 8)) / 100);
        vm.prank(from);
        try market.withdraw(from, tokens) {} catch {
            fail("a withdrawal of tokens");
        }
        vm.prank(from);
        try market.withdrawCoins(payable(from), coins) {
            succeeded("withdraw");
        } catch {
            fail("a withdrawal of coins");
        }
        uint256 credit = staking.creditOf(from);
        vm.prank(from);
        try staking.withdraw(from, credit) {} catch {
            fail("a withdrawal of a credit");
        }
    }

    /// @dev Percent; seldom all.
    function share(uint256 seed) private pure returns (uint256) {
        return seed % 8 == 0 ? 100 : (seed >> 3) % 30;
    }

    function overdraw(uint256 seed) private {
        address from = person(seed);
        (uint256 tokens, uint256 coins) = market.balanceOf(from);
        vm.prank(from);
        try market.withdraw(from, tokens + 1) {
            fail("an overdraft of tokens");
        } catch {}
        vm.prank(from);
        try market.withdrawCoins(payable(from), coins + 1) {
            fail("an overdraft of coins");
        } catch {}
    }

    /* OWNERS */

    function stake(uint256 seed, uint96 amount) external {
        stakeFor(owners[seed % 2], operators[(seed >> 1) % 2], amount % (200 * UNIT));
        succeeded("stake");
    }

    function thaw(uint256 seed, uint256 amount) external {
        address from = owners[seed % 2];
        IStaking.Account memory a = staking.account(from);
        vm.prank(from);
        staking.thaw(bound(amount, 0, (a.staked - a.thawing) / (seed % 8 == 0 ? 1 : 8)));
        succeeded("thaw");
    }

    function unstake(uint256 seed) external {
        address from = owners[seed % 2];
        IStaking.Account memory a = staking.account(from);
        bool may = block.timestamp >= a.thawedAt && a.thawing != 0 && a.staked > a.locked;
        vm.prank(from);
        try staking.unstake() {
            succeeded("unstake");
            if (!may) fail("an unstake that thaw or locks forbid");
        } catch {
            if (may) fail("an unstake that is due");
        }
    }

    function configure(uint256 seed) private {
        address from = owners[seed % 2];
        vm.startPrank(from);
        if (seed % 3 == 0) staking.setBeneficiary(seed % 6 == 0 ? address(0) : person(seed >> 8));
        if (seed % 3 == 1)
            staking.setExposureLimit(seed % 6 == 1 ? type(uint128).max : uint128((seed >> 8) % (200 * UNIT)));
        if (seed % 3 == 2) staking.setOperator(operators[(seed >> 8) % 2], (seed >> 16) % 3 != 0);
        vm.stopPrank();
    }

    /* TIME AND GOVERNANCE */

    function warp(uint256 seed) external {
        uint256 most =
            seed % 32 == 0
                ? 2 * THAW
                : seed % 4 == 0
                    ? 2 hours
                    : 10 minutes;
        vm.warp(block.timestamp + ((seed >> 8) % most));
    }

    function baseFee(uint256 seed) external {
        vm.fee(seed % 8 == 0 ? seed % 1e13 : seed % (3 * uint256(GAS_FLOOR)));
    }

    function govern(uint256 seed) external {
        vm.startPrank(admin);
        if (seed % 6 == 0) governed.pause();
        else governed.unpause();
        if (seed % 5 == 0) {
            IJobMarket.Parameters memory p = parameters(address(judge));
            p.rewardCap = uint96((seed >> 8) % (40 * UNIT));
            p.collateralFloor = uint96((seed >> 16) % (40 * UNIT));
            p.gasFloor = uint48((seed >> 24) % (2 * GAS_FLOOR));
            p.collateralBasisPoints = uint32((seed >> 32) % 100_000);
            p.noShowBasisPoints = uint16((seed >> 40) % 10_001);
            governed.setParameters(p);
        }
        vm.stopPrank();
        if (seed % 7 == 0) publish(uint16((seed >> 48) % 10_001));
    }

    /* SELDOM */

    function sundry(uint256 seed) external {
        uint256 what = seed % 8;
        seed >>= 8;
        if (what == 0) burn();
        else if (what == 1) market.collectRoyalty(theVersion);
        else if (what == 2) cancelThaw(seed);
        else if (what == 3) overdraw(seed);
        else if (what < 6) trespass(seed);
        else configure(seed);
    }

    function burn() private {
        market.burnCoins();
        staking.burn();
        succeeded("burn");
    }

    function cancelThaw(uint256 seed) private {
        vm.prank(owners[seed % 2]);
        staking.cancelThaw();
    }

    function trespass(uint256 seed) private {
        if (jobs.length == 0) return;
        Known storage k = jobs[seed % jobs.length];
        address by = person(seed >> 8);
        uint32 attempt = market.job(k.id).attempt;
        vm.startPrank(by);
        try market.defeat(k.id, attempt, by, 1, by, 1) {
            fail("a verdict by a stranger");
        } catch {}
        try market.markDisputed(k.id, attempt, listRoot(output())) {
            fail("a dispute by a stranger");
        } catch {}
        try staking.release(resultIdOf(k.id, attempt)) {
            fail("a release by a stranger");
        } catch {}
        try staking.slash(resultIdOf(k.id, attempt), IStaking.SlashSplit(by, type(uint96).max, 0)) {
            fail("a slash by a stranger");
        } catch {}
        try staking.compensate(resultIdOf(k.id, attempt), by) {
            fail("a compensation by a stranger");
        } catch {}
        try governed.setParameters(parameters(by)) {
            fail("a parameter by a stranger");
        } catch {}
        vm.stopPrank();
    }
}
