// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInferenceCallback} from "../market/interfaces/IInferenceCallback.sol";
import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {JobId} from "../types/Ids.sol";

/// @title A requester and payee that misbehaves in every way that tests need
contract Receiver is IInferenceCallback {
    enum Mood {
        Accept,
        Revert,
        Bomb,
        Burn,
        Reenter
    }

    Mood public mood;
    uint256 public calls;
    uint256 public gasSeen;
    bytes public last;
    bytes private inner;
    bytes public innerReason;

    function behave(Mood mood_, bytes calldata inner_) external {
        (mood, inner) = (mood_, inner_);
    }

    function run(address target, bytes calldata data) external payable returns (bytes memory) {
        (bool done, bytes memory result) = target.call{value: msg.value}(data);
        require(done, string(result));
        return result;
    }

    function onInference(JobId, IJobMarket.Ticket calldata, bytes calldata output) external {
        gasSeen = gasleft();
        react(msg.sender);
        ++calls;
        last = output;
    }

    receive() external payable {
        react(msg.sender);
    }

    function react(address caller) private {
        if (mood == Mood.Revert) revert("no");
        if (mood == Mood.Bomb)
            // SAFETY: a test's return bomb: reverts with as many zero bytes as the gas pays for.
            assembly ("memory-safe") {
                revert(0, 1000000)
            }
        if (mood == Mood.Burn) while (true) ++calls;
        if (mood == Mood.Reenter) {
            bool done;
            (done, innerReason) = caller.call(inner);
        }
    }
}
