// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IModelRegistry} from "../registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../registry/interfaces/IProgramRegistry.sol";
import {ModelId, ProgramRoot, VersionId} from "../types/Ids.sol";

/// @title Versions without models, for tests of the dispute game alone
contract StandInModels {
    mapping(VersionId => IModelRegistry.Version) private versions;
    address public ownerOf_;

    function set(VersionId id, IModelRegistry.Version calldata v) external {
        versions[id] = v;
    }

    function version(VersionId id) external view returns (IModelRegistry.Version memory) {
        return versions[id];
    }

    function ownerOf(ModelId) external view returns (address) {
        return ownerOf_;
    }
}

/// @title Programs that nobody checked, for tests of the dispute game alone
contract StandInPrograms {
    mapping(ProgramRoot => IProgramRegistry.Program) private programs;

    function set(ProgramRoot root, IProgramRegistry.Program calldata p) external {
        programs[root] = p;
    }

    function program(ProgramRoot root) external view returns (IProgramRegistry.Program memory) {
        return programs[root];
    }
}
