// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {JobId} from "../../types/Ids.sol";

/// @title What the market asks of a judge
/// @dev The judge calls `IJobMarket.markDisputed` at each challenge and `IJobMarket.defeat` at its
/// verdict. It may touch only attempts of jobs whose parameters name it.
interface IJudge {
    enum Ruling {
        /// Challenges are live and the end is not reached.
        Pending,
        /// No live challenge, or the end is past: the result stands.
        Stands,
        /// The end is past, a challenge is live and no trace was ever committed.
        Falls
    }

    /// @notice Ruling on a disputed result after its window. O(1) in the number of challenges.
    function ruling(JobId id, uint32 attempt) external view returns (Ruling);

    /// @notice Called by the market when `ruling` is Falls: the judge calls `defeat` back.
    function settleFallen(JobId id, uint32 attempt) external;
}
