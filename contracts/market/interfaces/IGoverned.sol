// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "./IJobMarket.sol";

/// @title What governance may do to the market
/// @notice Add a parameter set (with its judge) for jobs requested afterwards, and pause new requests and claims. An
/// AccessManager decides who and after what delay; it can reach no stake, no balance and no job that exists.
interface IGoverned {
    event PausedSet(bool paused);

    /// @notice Adds a parameter set and makes it the one for new jobs.
    function setParameters(IJobMarket.Parameters calldata parameters) external;
    /// @notice `setParameters` with another judge.
    function setJudge(address judge) external;
    /// @notice Stops new requests and claims, and nothing else: every clock of a claimed job runs on, and an open one
    /// can be cancelled.
    function pause() external;
    function unpause() external;

    function paused() external view returns (bool);
}
