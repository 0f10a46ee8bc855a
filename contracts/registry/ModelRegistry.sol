// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {Spans} from "./libraries/Spans.sol";
import {ModelId, ProgramRoot, VersionId} from "../types/Ids.sol";
import {
    ClocksOutOfBounds,
    IModelRegistry,
    NameLength,
    NotModelOwner,
    NotNextOwner,
    ProgramUnknown,
    RoyaltyTooHigh,
    VersionUnknown
} from "./interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "./interfaces/IProgramRegistry.sol";

/// @title ModelRegistry
/// @dev Governance moves the bounds of clocks for versions published afterwards, and nothing else.
contract ModelRegistry is IModelRegistry, AccessManaged {
    struct Model {
        address owner;
        address nextOwner;
    }

    /// @dev A request reads `quote` alone, a challenge `clocks` alone.
    struct VersionRecord {
        Quote quote;
        Clocks clocks;
        ModelId model;
        bytes32 manifestHash;
    }

    uint256 private constant MAX_NAME_BYTES = 64;
    uint256 private constant BASIS = 10_000;

    IProgramRegistry public immutable programs;
    /// @inheritdoc IModelRegistry
    uint32 public immutable longestSpan;

    mapping(ModelId => Model) private models;
    mapping(VersionId => VersionRecord) private versions;
    ClockBounds private bounds_;
    /// @inheritdoc IModelRegistry
    uint64 public modelCount;
    /// @inheritdoc IModelRegistry
    uint64 public versionCount;

    constructor(
        address authority,
        IProgramRegistry programs_,
        uint32 longestSpan_,
        ClockBounds memory initial
    ) AccessManaged(authority) {
        programs = programs_;
        longestSpan = longestSpan_;
        bounds_ = initial;
        emit ClockBoundsSet(initial);
    }

    modifier onlyOwnerOf(ModelId model) {
        address owner = models[model].owner;
        require(msg.sender == owner, NotModelOwner(model, msg.sender, owner));
        _;
    }

    /* MODELS */

    /// @inheritdoc IModelRegistry
    function createModel(string calldata name) external returns (ModelId model) {
        uint256 length = bytes(name).length;
        require(length != 0 && length <= MAX_NAME_BYTES, NameLength(length, MAX_NAME_BYTES));
        model = ModelId.wrap(++modelCount);
        models[model].owner = msg.sender;
        emit ModelCreated(model, msg.sender, name);
    }

    /// @inheritdoc IModelRegistry
    function transferOwnership(ModelId model, address to) external onlyOwnerOf(model) {
        models[model].nextOwner = to;
        emit OwnershipTransferStarted(model, msg.sender, to);
    }

    /// @inheritdoc IModelRegistry
    function acceptOwnership(ModelId model) external {
        Model storage m = models[model];
        require(msg.sender == m.nextOwner, NotNextOwner(model, msg.sender, m.nextOwner));
        emit OwnershipTransferred(model, m.owner, msg.sender);
        (m.owner, m.nextOwner) = (msg.sender, address(0));
    }

    /* VERSIONS */

    /// @inheritdoc IModelRegistry
    function publish(
        ModelId model,
        ProgramRoot program,
        bytes32 manifestHash,
        string calldata manifestUri,
        uint16 royaltyBasisPoints,
        Clocks calldata clocks
    ) external onlyOwnerOf(model) returns (VersionId id) {
        require(programs.isRegistered(program), ProgramUnknown(program));
        require(royaltyBasisPoints <= BASIS, RoyaltyTooHigh(royaltyBasisPoints, BASIS));
        IProgramRegistry.Program memory p = programs.program(program);
        uint256 disputeSeconds = Spans.dispute(clocks, p.rounds);
        checkClocks(clocks, disputeSeconds);
        id = VersionId.wrap(++versionCount);
        VersionRecord storage v = versions[id];
        v.quote = Quote({
            program: program,
            royaltyBasisPoints: royaltyBasisPoints,
            deprecated: false,
            window: clocks.window,
            // SAFETY: checkClocks bounds it by longestSpan.
            disputeSeconds: uint32(disputeSeconds),
            bondGas: p.executorGas > p.challengerGas ? p.executorGas : p.challengerGas,
            // SAFETY: the lowest entry of a packed list.
            inputBytes: p.inputCount == 1 ? uint32(p.inputBytes) : 0,
            outputBytes: p.outputCount == 1 ? uint32(p.outputBytes) : 0
        });
        (v.clocks, v.model, v.manifestHash) = (clocks, model, manifestHash);
        emit VersionPublished(id, model, program, manifestHash, manifestUri);
    }

    /// @inheritdoc IModelRegistry
    function deprecate(VersionId id) external {
        VersionRecord storage v = existing(id);
        address owner = models[v.model].owner;
        require(msg.sender == owner, NotModelOwner(v.model, msg.sender, owner));
        v.quote.deprecated = true;
        emit VersionDeprecated(id);
    }

    /* GOVERNANCE */

    /// @inheritdoc IModelRegistry
    function setClockBounds(ClockBounds calldata next) external restricted {
        bounds_ = next;
        emit ClockBoundsSet(next);
    }

    /* VIEWS */

    /// @inheritdoc IModelRegistry
    function ownerOf(ModelId model) external view returns (address) {
        return models[model].owner;
    }

    /// @inheritdoc IModelRegistry
    function clockBounds() external view returns (ClockBounds memory) {
        return bounds_;
    }

    /// @inheritdoc IModelRegistry
    function version(VersionId id) external view returns (Version memory) {
        VersionRecord storage v = existing(id);
        return
            Version({
                program: v.quote.program,
                model: v.model,
                royaltyBasisPoints: v.quote.royaltyBasisPoints,
                deprecated: v.quote.deprecated,
                clocks: v.clocks,
                manifestHash: v.manifestHash
            });
    }

    /// @inheritdoc IModelRegistry
    function clocksOf(VersionId id) external view returns (Clocks memory) {
        return existing(id).clocks;
    }

    /// @inheritdoc IModelRegistry
    function quote(VersionId id) external view returns (Quote memory) {
        return existing(id).quote;
    }

    function existing(VersionId id) private view returns (VersionRecord storage v) {
        v = versions[id];
        require(ProgramRoot.unwrap(v.quote.program) != 0, VersionUnknown(id));
    }

    /// @dev INVARIANT: window and dispute together never exceed `longestSpan`, which every thaw outlasts.
    function checkClocks(Clocks calldata clocks, uint256 disputeSeconds) private view {
        ClockBounds memory b = bounds_;
        require(
            clocks.window >= b.minWindow &&
                clocks.executorBudget >= b.minBudget &&
                clocks.challengerBudget >= b.minBudget &&
                clocks.extension >= b.minExtension &&
                clocks.window + disputeSeconds <= longestSpan,
            ClocksOutOfBounds(clocks, disputeSeconds, b, longestSpan)
        );
    }
}
