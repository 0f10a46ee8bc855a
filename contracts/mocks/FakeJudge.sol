// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDisputeGame} from "../dispute/interfaces/IDisputeGame.sol";
import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {IJudge} from "../market/interfaces/IJudge.sol";
import {JobId, ResultId} from "../types/Ids.sol";

/// @title A judge that rules as it is told, for tests of the market alone
contract FakeJudge is IJudge {
    struct Verdict {
        address prover;
        uint32 proverGas;
        address rewarded;
        uint32 rewardedGas;
    }

    IJobMarket public market;
    Ruling public next;
    bool public silent;
    Verdict private fallen;
    uint32 private live;
    uint32 private lost;

    function serve(IJobMarket market_) external {
        market = market_;
    }

    function rule(Ruling ruling_) external {
        next = ruling_;
    }

    /// @notice What `settleFallen` hands out; a silent judge breaks its promise to call `defeat`.
    function prepare(Verdict calldata verdict, bool silent_) external {
        (fallen, silent) = (verdict, silent_);
    }

    function dispute(JobId id, uint32 attempt, bytes32 outputRoot) external {
        market.markDisputed(id, attempt, outputRoot);
    }

    function defeat(JobId id, uint32 attempt, Verdict calldata v) external {
        market.defeat(id, attempt, v.prover, v.proverGas, v.rewarded, v.rewardedGas);
    }

    function ruling(JobId, uint32) external view returns (Ruling) {
        return next;
    }

    /// @notice What a real game says of a result's challenges.
    function resultOf(ResultId) external view returns (IDisputeGame.Result memory r) {
        (r.live, r.lost) = (live, lost);
    }

    function count(uint32 live_, uint32 lost_) external {
        (live, lost) = (live_, lost_);
    }

    function settleFallen(JobId id, uint32 attempt) external {
        if (silent) return;
        market.defeat(id, attempt, fallen.prover, fallen.proverGas, fallen.rewarded, fallen.rewardedGas);
    }
}
