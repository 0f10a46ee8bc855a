// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IModelRegistry} from "../interfaces/IModelRegistry.sol";

/// @title The longest that a result can stay undecided
library Spans {
    /// @notice Seconds from the end of the window to the hard end of a result's disputes: every challenge opened in the
    /// window has ended by then, and the margin leaves the last mover's transaction time.
    function dispute(IModelRegistry.Clocks memory clocks, uint8 rounds) internal pure returns (uint256) {
        uint256 longest =
            uint256(clocks.executorBudget) +
                clocks.challengerBudget +
                2 * (uint256(rounds) + 1) * clocks.extension;
        return longest + margin(clocks);
    }

    function margin(IModelRegistry.Clocks memory clocks) internal pure returns (uint256) {
        return 2 * uint256(clocks.extension);
    }
}
