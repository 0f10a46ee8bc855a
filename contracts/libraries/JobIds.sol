// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {ChallengeId, JobId, ResultId} from "../types/Ids.sol";

/// @title Ids of jobs, results and challenges
/// @notice docs/specification.md, section 4: tags 05, 06 and 07.
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
        return JobId.wrap(keccak256(abi.encodePacked(hex"05", head_, inputRoot)));
    }

    function result(JobId id, uint32 attempt) internal pure returns (ResultId) {
        return ResultId.wrap(keccak256(abi.encodePacked(hex"06", id, uint256(attempt))));
    }

    function challenge(ResultId id, address challenger, bytes32 salt) internal pure returns (ChallengeId) {
        return ChallengeId.wrap(keccak256(abi.encodePacked(hex"07", id, uint256(uint160(challenger)), salt)));
    }
}
