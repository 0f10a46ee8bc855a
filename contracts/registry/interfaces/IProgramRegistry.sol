// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProgramRoot} from "../../types/Ids.sol";

/// @notice The page or the transaction ends before the program's last step.
error StepsMissing(uint256 checked, uint256 stepCount);
/// @notice The draft given is not the one that the caller saved last under this id.
error DraftMismatch(bytes32 draftId, bytes32 expected, bytes32 actual);

/// @title Programs that the judge can judge
/// @notice Content-addressed and ownerless: anybody may register a program; the registry checks every step
/// (docs/specification.md, section 3) and computes the root from what it checked.
interface IProgramRegistry {
    /// @notice What the market and the game need to know of a program. Packed lists hold eight uint32, first lowest.
    struct Program {
        bytes32 stepsRoot;
        uint32 stepCount;
        uint8 inputCount;
        uint8 outputCount;
        /// Openings after the commit on the longest way down.
        uint8 rounds;
        /// Worst gas of all the executor's moves in one challenge.
        uint32 executorGas;
        /// Worst gas of all the challenger's moves in one challenge, the proof included.
        uint32 challengerGas;
        /// Byte length of each input.
        uint256 inputBytes;
        /// Byte length of each output.
        uint256 outputBytes;
        /// Step that each output is the result of.
        uint256 outputSteps;
    }

    struct Outline {
        bytes32 stepsRoot;
        uint32 stepCount;
        /// Step that each output is the result of.
        uint256 outputSteps;
    }

    /// @notice The work left of a registration in several transactions; its hash is all that is stored.
    struct Draft {
        /// Input words (dtype, rank, dimensions), see docs/specification.md, section 4.
        bytes32[] inputs;
        uint32[] outputs;
        uint32 stepCount;
        /// Steps checked so far.
        uint32 checkedSteps;
        /// Per checked step 5 bytes: dtype, byte length.
        bytes table;
        /// Peaks of the steps tree, largest first.
        bytes32[] peaks;
        /// Most openings on the way down the output of a checked step.
        uint8 openings;
        uint32 worstProofGas;
    }

    event ProgramRegistered(ProgramRoot indexed root, uint32 stepCount, uint32 worstProofGas);
    event DraftAdvanced(bytes32 indexed draftId, address indexed author, Draft draft);

    /// @notice Registers a whole program in one transaction.
    /// @param descriptors All step descriptors, concatenated (they delimit themselves).
    function register(
        bytes32[] calldata inputs,
        uint32[] calldata outputs,
        uint32 stepCount,
        bytes calldata descriptors
    ) external returns (ProgramRoot root);

    /// @notice Starts a registration in pages, which only the caller can go on with.
    function open(
        bytes32[] calldata inputs,
        uint32[] calldata outputs,
        uint32 stepCount
    ) external returns (bytes32 draftId);

    /// @notice Checks the next page. The last page registers the program; until then it may be resumed at any time.
    /// @param draft The state that the last `DraftAdvanced` of this draft emitted.
    function append(
        bytes32 draftId,
        Draft calldata draft,
        bytes calldata descriptors
    ) external returns (ProgramRoot root);

    function program(ProgramRoot root) external view returns (Program memory);

    /// @notice What a commit is checked against: a part of `program`, for less gas.
    function outline(ProgramRoot root) external view returns (Outline memory);

    function isRegistered(ProgramRoot root) external view returns (bool);
}
