// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
import {IModelRegistry} from "../../../contracts/registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../../../contracts/registry/interfaces/IProgramRegistry.sol";
import {ModelId, ProgramRoot, VersionId} from "../../../contracts/types/Ids.sol";

contract Catalogue {
    IModelRegistry.Version private v;
    IProgramRegistry.Program private p;
    address public owner;

    function set(
        IModelRegistry.Version calldata v_,
        IProgramRegistry.Program calldata p_,
        address owner_
    ) external {
        (v, p, owner) = (v_, p_, owner_);
    }
    function version(VersionId) external view returns (IModelRegistry.Version memory) {
        return v;
    }
    function program(ProgramRoot) external view returns (IProgramRegistry.Program memory) {
        return p;
    }
    function ownerOf(ModelId) external view returns (address) {
        return owner;
    }
}
