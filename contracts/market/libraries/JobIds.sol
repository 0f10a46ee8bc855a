// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {JobId, jobIdOf} from "../../types/Ids.sol";

/// @title Ids of jobs
/// @notice docs/specification.md, section 4; results and challenges nest in them (contracts/types/Ids.sol).
library JobIds {
    /// @notice What a job's id commits to besides its input.
    function head(
        address market,
        address requester,
        IJobMarket.Terms calldata terms
    ) internal view returns (bytes32) {
        return keccak256(bytes.concat(hex"05", abi.encode(block.chainid, market, requester, terms)));
    }

    function job(bytes32 head_, bytes32 inputRoot) internal pure returns (JobId) {
        return jobIdOf(keccak256(abi.encodePacked(hex"05", head_, inputRoot)));
    }
}
