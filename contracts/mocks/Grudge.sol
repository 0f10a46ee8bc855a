// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDisputeGame} from "../dispute/interfaces/IDisputeGame.sol";
import {JobId} from "../types/Ids.sol";

/// @title A challenger that takes no coin, for tests
contract Grudge {
    function challenge(IDisputeGame game, JobId job, uint32 attempt, bytes32 outputRoot) external payable {
        game.challenge{value: msg.value}(job, attempt, outputRoot);
    }
}
