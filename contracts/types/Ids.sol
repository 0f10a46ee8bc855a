// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A job: hash of its requester, terms and input (docs/specification.md, section 4).
type JobId is bytes32;

/// @notice One attempt at a job: hash of the job and the attempt's number.
type ResultId is bytes32;

/// @notice One challenge: hash of the result, the challenger and its salt.
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
using {sameResult as ==} for ResultId global;
using {sameChallenge as ==} for ChallengeId global;
using {sameProgram as ==, differentProgram as !=} for ProgramRoot global;
using {sameTensor as ==, differentTensor as !=} for TensorRoot global;

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
