// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
import {Spans} from "../../../contracts/libraries/Spans.sol";
import {IModelRegistry} from "../../../contracts/registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../../../contracts/registry/interfaces/IProgramRegistry.sol";
import {ModelId, ProgramRoot, VersionId} from "../../../contracts/types/Ids.sol";

contract Catalogue {
    IModelRegistry.Version private v;
    IProgramRegistry.Program private p;
    IModelRegistry.Quote private q;
    address public owner;

    function set(
        IModelRegistry.Version calldata v_,
        IProgramRegistry.Program calldata p_,
        address owner_
    ) external {
        (v, p, owner) = (v_, p_, owner_);
        q = IModelRegistry.Quote(
            v.program,
            v.royaltyBasisPoints,
            v.deprecated,
            v.clocks.window,
            uint32(Spans.dispute(v.clocks, p.rounds)),
            p.executorGas > p.challengerGas ? p.executorGas : p.challengerGas,
            uint32(p.inputBytes),
            uint32(p.outputBytes)
        );
    }
    function quote(VersionId) external view returns (IModelRegistry.Quote memory) {
        return q;
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
