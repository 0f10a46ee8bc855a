// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IModelRegistry} from "../registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../registry/interfaces/IProgramRegistry.sol";
import {Spans} from "../registry/libraries/Spans.sol";
import {ModelId, ProgramRoot, VersionId} from "../types/Ids.sol";

/// @title Versions without models, for tests of the dispute game alone
contract StandInModels {
    StandInPrograms private immutable programs;
    mapping(VersionId => IModelRegistry.Version) private versions;
    mapping(VersionId => IModelRegistry.Quote) private quotes;
    mapping(ModelId => address) public ownerOf;

    constructor(StandInPrograms programs_) {
        programs = programs_;
    }

    function set(VersionId id, IModelRegistry.Version calldata v) external {
        versions[id] = v;
        IProgramRegistry.Program memory p = programs.program(v.program);
        quotes[id] = IModelRegistry.Quote({
            program: v.program,
            royaltyBasisPoints: v.royaltyBasisPoints,
            deprecated: v.deprecated,
            window: v.clocks.window,
            disputeSeconds: uint32(Spans.dispute(v.clocks, p.rounds)),
            bondGas: p.executorGas > p.challengerGas ? p.executorGas : p.challengerGas,
            inputBytes: p.inputCount == 1 ? uint32(p.inputBytes) : 0,
            outputBytes: p.outputCount == 1 ? uint32(p.outputBytes) : 0
        });
    }

    function setOwner(ModelId model, address owner) external {
        ownerOf[model] = owner;
    }

    function version(VersionId id) external view returns (IModelRegistry.Version memory) {
        return versions[id];
    }

    function clocksOf(VersionId id) external view returns (IModelRegistry.Clocks memory) {
        return versions[id].clocks;
    }

    function quote(VersionId id) external view returns (IModelRegistry.Quote memory) {
        return quotes[id];
    }
}

/// @title Programs that nobody checked, for tests of the dispute game alone
contract StandInPrograms {
    mapping(ProgramRoot => IProgramRegistry.Program) private programs;

    function set(ProgramRoot root, IProgramRegistry.Program calldata p) external {
        programs[root] = p;
    }

    function outline(ProgramRoot root) external view returns (IProgramRegistry.Outline memory) {
        IProgramRegistry.Program storage p = programs[root];
        return IProgramRegistry.Outline(p.stepsRoot, p.stepCount, p.outputSteps);
    }

    function program(ProgramRoot root) external view returns (IProgramRegistry.Program memory) {
        return programs[root];
    }
}
