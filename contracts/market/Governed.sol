// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IGoverned} from "./interfaces/IGoverned.sol";
import {IJobMarket} from "./interfaces/IJobMarket.sol";
import {JudgeMissing, MarketPaused, ParameterOutOfBounds} from "./MarketErrors.sol";
import {Pricing} from "./libraries/Pricing.sol";

/// @title Parameter sets and the pause
abstract contract Governed is IGoverned, IJobMarket, AccessManaged {
    mapping(uint16 index => Parameters) private sets;
    /// @inheritdoc IJobMarket
    uint16 public currentParameters;
    /// @inheritdoc IGoverned
    bool public paused;

    /// @param initial Its judge may be zero, since a judge is built with its market's address; the market is then
    /// paused until it has one.
    constructor(address authority, Parameters memory initial) AccessManaged(authority) {
        set(0, initial);
        paused = initial.judge == address(0);
    }

    /// @inheritdoc IGoverned
    function setParameters(Parameters calldata parameters) external restricted {
        add(parameters);
    }

    /// @inheritdoc IGoverned
    function setJudge(address judge) external restricted {
        Parameters memory parameters = sets[currentParameters];
        parameters.judge = judge;
        add(parameters);
    }

    /// @inheritdoc IGoverned
    function pause() external restricted {
        setPaused(true);
    }

    /// @inheritdoc IGoverned
    function unpause() external restricted {
        setPaused(false);
    }

    /// @inheritdoc IJobMarket
    function parametersAt(uint16 index) external view returns (Parameters memory) {
        return sets[index];
    }

    modifier whileOpen() {
        require(!paused, MarketPaused());
        _;
    }

    function parametersOf(uint16 index) internal view returns (Parameters storage) {
        return sets[index];
    }

    function add(Parameters memory parameters) private {
        // INVARIANT: no job is requested under a set without a judge, under which no lie could be shown.
        require(parameters.judge != address(0), JudgeMissing());
        if (sets[currentParameters].judge == address(0)) setPaused(false);
        // Checked arithmetic: after 65,535 changes governance can make no more.
        set(currentParameters + 1, parameters);
    }

    function setPaused(bool paused_) private {
        paused = paused_;
        emit PausedSet(paused_);
    }

    function set(uint16 index, Parameters memory parameters) private {
        require(
            parameters.noShowBasisPoints <= Pricing.BASIS,
            ParameterOutOfBounds(parameters.noShowBasisPoints, Pricing.BASIS)
        );
        sets[index] = parameters;
        currentParameters = index;
        emit ParametersAdded(index, parameters);
    }
}
