// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../interfaces/IJobMarket.sol";

/// @notice All that changes in a job, except who is paid and the output's root: one word.
/// @dev bits from the lowest:
/// | 8 | 8 | 16 | 40 | 32 | 32 | 16 | 24 | 16 | 48 | 16 |
/// | phase | flags | attempt | time | version | window | royalty | bondGas | outputBytes | gasPrice | parameters |
/// time: when the attempt opened (Open), last second to post (Claimed), last second of the window (Posted, Final).
/// outputBytes: the length of the one output, 0 where the program has several or more than 65,535 bytes.
type JobStatus is uint256;

using {
    phase,
    has,
    attempt,
    time,
    version,
    window,
    royaltyBasisPoints,
    bondGas,
    outputBytes,
    gasPrice,
    bond,
    parameters,
    enter,
    withFlag,
    withoutFlag,
    withGasPrice,
    reopened
} for JobStatus global;

uint256 constant INPUT_INLINE = 1 << 8;
uint256 constant OUTPUT_INLINE = 1 << 9;
uint256 constant DISPUTED = 1 << 10;
uint256 constant DELIVERED = 1 << 11;
uint256 constant HAS_RESPONDER = 1 << 12;

/// @notice A job at its request: attempt 0, open now.
function openStatus(
    uint32 version_,
    uint32 window_,
    uint16 royalty,
    uint24 bondGas_,
    uint16 outputBytes_,
    uint16 parameters_
) view returns (JobStatus) {
    return
        JobStatus
            .wrap(
                (uint256(version_) << 72) |
                    (uint256(window_) << 104) |
                    (uint256(royalty) << 136) |
                    (uint256(bondGas_) << 152) |
                    (uint256(outputBytes_) << 176) |
                    (uint256(parameters_) << 240)
            )
            .enter(IJobMarket.Phase.Open, uint40(block.timestamp));
}

// SAFETY of the casts below: each truncates to exactly the bits of its field.

function phase(JobStatus s) pure returns (IJobMarket.Phase) {
    return IJobMarket.Phase(uint8(JobStatus.unwrap(s)));
}

function has(JobStatus s, uint256 flag) pure returns (bool) {
    return JobStatus.unwrap(s) & flag != 0;
}

function attempt(JobStatus s) pure returns (uint16) {
    return uint16(JobStatus.unwrap(s) >> 16);
}

function time(JobStatus s) pure returns (uint40) {
    return uint40(JobStatus.unwrap(s) >> 32);
}

function version(JobStatus s) pure returns (uint32) {
    return uint32(JobStatus.unwrap(s) >> 72);
}

function window(JobStatus s) pure returns (uint32) {
    return uint32(JobStatus.unwrap(s) >> 104);
}

function royaltyBasisPoints(JobStatus s) pure returns (uint16) {
    return uint16(JobStatus.unwrap(s) >> 136);
}

function bondGas(JobStatus s) pure returns (uint24) {
    return uint24(JobStatus.unwrap(s) >> 152);
}

function outputBytes(JobStatus s) pure returns (uint16) {
    return uint16(JobStatus.unwrap(s) >> 176);
}

function gasPrice(JobStatus s) pure returns (uint48) {
    return uint48(JobStatus.unwrap(s) >> 192);
}

/// @notice The executor's bond, wei. Fits 73 bits.
function bond(JobStatus s) pure returns (uint96) {
    return 2 * uint96(bondGas(s)) * gasPrice(s);
}

function parameters(JobStatus s) pure returns (uint16) {
    return uint16(JobStatus.unwrap(s) >> 240);
}

function enter(JobStatus s, IJobMarket.Phase phase_, uint40 time_) pure returns (JobStatus) {
    uint256 kept = JobStatus.unwrap(s) & ~(uint256(0xff) | (uint256(type(uint40).max) << 32));
    return JobStatus.wrap(kept | uint8(phase_) | (uint256(time_) << 32));
}

function withFlag(JobStatus s, uint256 flag) pure returns (JobStatus) {
    return JobStatus.wrap(JobStatus.unwrap(s) | flag);
}

function withoutFlag(JobStatus s, uint256 flag) pure returns (JobStatus) {
    return JobStatus.wrap(JobStatus.unwrap(s) & ~flag);
}

function withGasPrice(JobStatus s, uint48 gasPrice_) pure returns (JobStatus) {
    uint256 kept = JobStatus.unwrap(s) & ~(uint256(type(uint48).max) << 192);
    return JobStatus.wrap(kept | (uint256(gasPrice_) << 192));
}

/// @notice The job as its next attempt, open now.
/// @dev INVARIANT: the attempt never wraps: a claim refuses the last number.
function reopened(JobStatus s) view returns (JobStatus) {
    return
        JobStatus
            .wrap(JobStatus.unwrap(s) + (1 << 16))
            .withoutFlag(OUTPUT_INLINE | DISPUTED | HAS_RESPONDER)
            .withGasPrice(0)
            .enter(IJobMarket.Phase.Open, uint40(block.timestamp));
}
