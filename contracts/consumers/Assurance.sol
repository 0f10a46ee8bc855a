// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDisputeGame} from "../dispute/interfaces/IDisputeGame.sol";
import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {IStaking} from "../staking/interfaces/IStaking.sol";
import {Slash} from "../staking/libraries/Slash.sol";
import {JobId} from "../types/Ids.sol";

/// @title How far an answer can be trusted
/// @notice For contracts that use an answer before it is final, or that did not ask for it themselves. An answer to
/// somebody else's question is worth something only if its input's bytes were on chain: else nobody can re-execute it.
library Assurance {
    struct State {
        IJobMarket.Phase phase;
        /// Seconds in which the answer can still be challenged; 0 before the post and after the window.
        uint40 secondsLeft;
        /// Seconds that challengers had or have.
        uint32 window;
        /// Tokens that a liar and all its friends together would lose for certain; 0 unless a lock backs the answer.
        uint96 costOfLie;
        /// Challenges that are going on, and that were lost or given up.
        uint32 live;
        uint32 lost;
        bool inputInline;
        bool outputInline;
        address judge;
    }

    function read(IJobMarket market, JobId id) internal view returns (State memory s) {
        IJobMarket.Job memory j = market.job(id);
        (s.phase, s.window, s.judge) = (j.phase, j.window, j.judge);
        (s.inputInline, s.outputInline) = (j.inputInline, j.outputInline);
        if (j.phase == IJobMarket.Phase.Posted && block.timestamp <= j.deadline)
            // SAFETY: at most `deadline`, a uint40.
            s.secondsLeft = j.deadline - uint40(block.timestamp) + 1;
        s.costOfLie = costOfLie(market, id, j);
        if (j.disputed) {
            IDisputeGame.Result memory r = IDisputeGame(j.judge).resultOf(market.resultId(id, j.attempt));
            (s.live, s.lost) = (r.live, r.lost);
        }
    }

    /// @dev What burns when the earliest challenger and the requester are the liar's friends. Not the collateral: the
    /// rest of that comes back to them.
    function costOfLie(
        IJobMarket market,
        JobId id,
        IJobMarket.Job memory j
    ) private view returns (uint96 burned) {
        (, uint96 lock) = market.staking().lockOf(address(market), market.resultId(id, j.attempt));
        uint96 rewardCap = market.parametersAt(j.parameters).rewardCap;
        // Whoever is rewarded: only that somebody is counts.
        (, , burned) = Slash.divide(lock, lock, IStaking.SlashSplit(address(market), rewardCap, j.price));
    }
}
