// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ModelId, ProgramRoot, VersionId} from "../../types/Ids.sol";

error NotModelOwner(ModelId model, address caller, address owner);
error NotNextOwner(ModelId model, address caller, address nextOwner);
/// @notice A model's name is empty or too long, bytes.
error NameLength(uint256 length, uint256 longest);
error ProgramUnknown(ProgramRoot program);
error RoyaltyTooHigh(uint256 basisPoints, uint256 highest);
error VersionUnknown(VersionId version);
/// @notice A clock is below its bound, or window and dispute together outlast the longest permitted span, seconds.
error ClocksOutOfBounds(
    IModelRegistry.Clocks clocks,
    uint256 disputeSeconds,
    IModelRegistry.ClockBounds bounds,
    uint256 longestSpan
);

/// @title Models and their versions
/// @notice A model has an owner and a name; a version pins a registered program, a manifest, a royalty and the clocks of
/// its disputes. Versions never change; they can be deprecated, which stops new jobs and nothing else.
interface IModelRegistry {
    /// @notice Clocks, seconds, fixed per version within governed bounds.
    struct Clocks {
        /// Time to challenge after a result is posted.
        uint32 window;
        /// Time budget of the executor in one challenge.
        uint32 executorBudget;
        /// Time budget of the challenger in one challenge.
        uint32 challengerBudget;
        /// Least time that a side has for a move.
        uint32 extension;
    }

    /// @notice Least values of the clocks of versions published from now on, seconds.
    struct ClockBounds {
        uint32 minWindow;
        uint32 minBudget;
        uint32 minExtension;
    }

    struct Version {
        ProgramRoot program;
        ModelId model;
        uint16 royaltyBasisPoints;
        bool deprecated;
        Clocks clocks;
        bytes32 manifestHash;
    }

    /// @notice What the market needs of a version at a request; two slots of storage, so that a request stays cheap.
    struct Quote {
        ProgramRoot program;
        uint16 royaltyBasisPoints;
        bool deprecated;
        uint32 window;
        /// Seconds from the end of the window to the hard end of disputes (contracts/registry/libraries/Spans.sol).
        uint32 disputeSeconds;
        /// The larger of the program's executorGas and challengerGas.
        uint32 bondGas;
        /// Byte length of the one input; 0 where the program has several.
        uint32 inputBytes;
        /// Byte length of the one output; 0 where the program has several.
        uint32 outputBytes;
    }

    event ModelCreated(ModelId indexed model, address indexed owner, string name);
    event OwnershipTransferStarted(ModelId indexed model, address indexed from, address indexed to);
    event OwnershipTransferred(ModelId indexed model, address indexed from, address indexed to);
    event VersionPublished(
        VersionId indexed version,
        ModelId indexed model,
        ProgramRoot indexed program,
        bytes32 manifestHash,
        string manifestUri
    );
    event VersionDeprecated(VersionId indexed version);
    event ClockBoundsSet(ClockBounds bounds);

    function createModel(string calldata name) external returns (ModelId);

    /// @notice Publishes a version of a model. Only its owner.
    /// @param manifestHash Keccak-256 of the manifest's bytes.
    /// @param manifestUri Where the manifest and constants can be fetched; a hint.
    function publish(
        ModelId model,
        ProgramRoot program,
        bytes32 manifestHash,
        string calldata manifestUri,
        uint16 royaltyBasisPoints,
        Clocks calldata clocks
    ) external returns (VersionId);

    /// @notice Stops new jobs of a version; jobs that exist go on. Only the model's owner.
    function deprecate(VersionId version) external;
    /// @notice Offers a model to `to`, who has to accept; the zero address takes an offer back.
    function transferOwnership(ModelId model, address to) external;
    function acceptOwnership(ModelId model) external;

    /// @notice Changes the bounds for versions published afterwards. Governance, after its delay.
    function setClockBounds(ClockBounds calldata next) external;

    function ownerOf(ModelId model) external view returns (address);
    function clockBounds() external view returns (ClockBounds memory);

    /// @notice The most that window and disputes of any version take together, seconds; never changes.
    function longestSpan() external view returns (uint32);

    /// @notice Models and versions so far; the latest id of each.
    function modelCount() external view returns (uint64);

    function versionCount() external view returns (uint64);

    /// @notice Reverts for a version that does not exist.
    function version(VersionId id) external view returns (Version memory);
    /// @notice The clocks of a version alone: all that opening a challenge reads.
    function clocksOf(VersionId id) external view returns (Clocks memory);
    /// @notice Reverts for a version that does not exist.
    function quote(VersionId id) external view returns (Quote memory);
}
