// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "./IJobMarket.sol";
import {JobId} from "../../types/Ids.sol";

/// @title What a requester implements to be called back
interface IInferenceCallback {
    /// @notice The output of a final job. Called by the market on the requester of the job only, with exactly the gas
    /// that the terms ask for; a call that reverts changes nothing and can be repeated by anybody.
    /// @param ticket What the job's id commits to.
    /// @param output The output tensors' bytes, one after another.
    function onInference(JobId id, IJobMarket.Ticket calldata ticket, bytes calldata output) external;
}
