// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Clock, Turn} from "../dispute/libraries/Clock.sol";
import {IDisputeGame} from "../dispute/interfaces/IDisputeGame.sol";
import {Metering} from "../libraries/Metering.sol";
import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {Pricing} from "../market/libraries/Pricing.sol";
import {IModelRegistry} from "../registry/interfaces/IModelRegistry.sol";
import {Spans} from "../registry/libraries/Spans.sol";
import {IStaking} from "../staking/interfaces/IStaking.sol";
import {Slash} from "../staking/libraries/Slash.sol";

/// @title The rules of money and time, callable, for tests that compare the simulation with them
contract RulesHarness {
    function slash(
        uint96 amount,
        uint96 ownPart,
        IStaking.SlashSplit calldata split
    ) external pure returns (uint96 reward, uint96 toRequester, uint96 burned) {
        return Slash.divide(amount, ownPart, split);
    }

    function price(
        IJobMarket.Terms calldata terms,
        uint96 from,
        uint256 elapsed
    ) external pure returns (uint96) {
        return Pricing.price(terms, from, elapsed);
    }

    function collateral(
        uint256 price_,
        uint256 value,
        uint256 floor,
        uint256 basisPoints
    ) external pure returns (uint96) {
        return Pricing.collateral(price_, value, floor, basisPoints);
    }

    function stateAt(
        Turn calldata turn,
        uint256 time
    ) external pure returns (IDisputeGame.State state, uint256 deadline) {
        return Clock.stateAt(turn, time);
    }

    function disputeSeconds(
        IModelRegistry.Clocks calldata clocks,
        uint8 rounds
    ) external pure returns (uint256) {
        return Spans.dispute(clocks, rounds);
    }

    function worstGas(
        uint256 rounds,
        uint256 traceDepth,
        uint256 outputs,
        uint256 worstProof
    ) external pure returns (uint256 executor, uint256 challenger) {
        return (
            Metering.executorWorst(rounds, traceDepth, outputs),
            Metering.challengerWorst(rounds, traceDepth, worstProof)
        );
    }
}
