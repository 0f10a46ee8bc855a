// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IJobMarket} from "./interfaces/IJobMarket.sol";
import {MarketPaused, ParameterOutOfBounds} from "./MarketErrors.sol";
import {Pricing} from "./libraries/Pricing.sol";

/// @title What governance may do to the market
/// @notice Add a parameter set (with its judge) for jobs requested afterwards, and pause new requests and claims. An
/// AccessManager decides who and after what delay; it can reach no stake, no balance and no job that exists.
abstract contract Governed is IJobMarket, AccessManaged {
    event PausedSet(bool paused);

    mapping(uint16 index => Parameters) private sets;
    /// @inheritdoc IJobMarket
    uint16 public currentParameters;
    bool public paused;

    constructor(address authority, Parameters memory initial) AccessManaged(authority) {
        set(0, initial);
    }

    /// @notice Adds a parameter set and makes it the one for new jobs.
    function setParameters(Parameters calldata parameters) external restricted {
        add(parameters);
    }

    /// @notice `setParameters` with another judge.
    function setJudge(address judge) external restricted {
        Parameters memory parameters = sets[currentParameters];
        parameters.judge = judge;
        add(parameters);
    }

    /// @notice Stops new requests and claims, and nothing else: every clock of a claimed job runs on, and an open one
    /// can be cancelled.
    function pause() external restricted {
        paused = true;
        emit PausedSet(true);
    }

    function unpause() external restricted {
        paused = false;
        emit PausedSet(false);
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
        // Checked arithmetic: after 65,535 changes governance can make no more.
        set(currentParameters + 1, parameters);
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
