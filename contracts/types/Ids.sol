// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A job: hash of its requester, terms and input, of which the last 8 bytes are zeroed
/// (docs/specification.md, section 4). Ids nest, so that a result names its job and a challenge its result.
type JobId is bytes32;

/// @notice One attempt at a job: the job's id with the attempt's number in bytes 24 to 27.
type ResultId is bytes32;

/// @notice One challenge: its result's id with its number, from 1, in the last 4 bytes.
type ChallengeId is bytes32;

/// @notice A published version of a model, numbered from 1.
type VersionId is uint64;

/// @notice A model, numbered from 1.
type ModelId is uint64;

/// @notice Identity of a program, computed by the registry from what it checked.
type ProgramRoot is bytes32;

/// @notice Root of a tensor's Merkle tree.
type TensorRoot is bytes32;

/// @notice Row-major index of an element in a step's output.
type ElementIndex is uint32;

using {sameJob as ==} for JobId global;
using {sameResult as ==, jobOf, attemptOf} for ResultId global;
using {sameChallenge as ==, resultOf, numberOf} for ChallengeId global;
using {sameProgram as ==, differentProgram as !=} for ProgramRoot global;
using {sameTensor as ==, differentTensor as !=} for TensorRoot global;

/// @notice The id that a hash gives a job.
function jobIdOf(bytes32 hash) pure returns (JobId) {
    return JobId.wrap(hash & ~bytes32(uint256(type(uint64).max)));
}

function resultIdOf(JobId job, uint32 attempt) pure returns (ResultId) {
    return ResultId.wrap(JobId.unwrap(job) | bytes32(uint256(attempt) << 32));
}

function challengeIdOf(ResultId result, uint32 number) pure returns (ChallengeId) {
    return ChallengeId.wrap(ResultId.unwrap(result) | bytes32(uint256(number)));
}

function jobOf(ResultId result) pure returns (JobId) {
    return jobIdOf(ResultId.unwrap(result));
}

function attemptOf(ResultId result) pure returns (uint32) {
    // SAFETY: truncation is the purpose.
    return uint32(uint256(ResultId.unwrap(result)) >> 32);
}

function resultOf(ChallengeId challenge) pure returns (ResultId) {
    return ResultId.wrap(ChallengeId.unwrap(challenge) & ~bytes32(uint256(type(uint32).max)));
}

function numberOf(ChallengeId challenge) pure returns (uint32) {
    // SAFETY: truncation is the purpose.
    return uint32(uint256(ChallengeId.unwrap(challenge)));
}

function sameJob(JobId a, JobId b) pure returns (bool) {
    return JobId.unwrap(a) == JobId.unwrap(b);
}

function sameResult(ResultId a, ResultId b) pure returns (bool) {
    return ResultId.unwrap(a) == ResultId.unwrap(b);
}

function sameChallenge(ChallengeId a, ChallengeId b) pure returns (bool) {
    return ChallengeId.unwrap(a) == ChallengeId.unwrap(b);
}

function sameProgram(ProgramRoot a, ProgramRoot b) pure returns (bool) {
    return ProgramRoot.unwrap(a) == ProgramRoot.unwrap(b);
}

function differentProgram(ProgramRoot a, ProgramRoot b) pure returns (bool) {
    return ProgramRoot.unwrap(a) != ProgramRoot.unwrap(b);
}

function sameTensor(TensorRoot a, TensorRoot b) pure returns (bool) {
    return TensorRoot.unwrap(a) == TensorRoot.unwrap(b);
}

function differentTensor(TensorRoot a, TensorRoot b) pure returns (bool) {
    return TensorRoot.unwrap(a) != TensorRoot.unwrap(b);
}
