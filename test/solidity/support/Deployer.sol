// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGoverned} from "../../../contracts/market/interfaces/IGoverned.sol";
import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {IModelRegistry} from "../../../contracts/registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../../../contracts/registry/interfaces/IProgramRegistry.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {vm} from "./Vm.sol";

/// @notice The creation code reverted.
error DeployFailed(string name);

/// @title Deploys contracts as they are built for chains
/// @dev A test that imported a contract would compile it with its own settings: other code, other gas.
library Deployer {
    function staking(address token, uint64 thawSeconds) internal returns (IStaking) {
        return IStaking(deploy("Staking", abi.encode(token, thawSeconds)));
    }

    function programRegistry() internal returns (IProgramRegistry) {
        return IProgramRegistry(deploy("ProgramRegistry", ""));
    }

    function modelRegistry(
        address authority,
        IProgramRegistry programs,
        uint32 longestSpan,
        IModelRegistry.ClockBounds memory bounds
    ) internal returns (IModelRegistry) {
        return IModelRegistry(deploy("ModelRegistry", abi.encode(authority, programs, longestSpan, bounds)));
    }

    function market(
        IStaking staking_,
        address models,
        IProgramRegistry programs,
        address authority,
        IJobMarket.Parameters memory parameters
    ) internal returns (IJobMarket, IGoverned) {
        address at_ = deploy("JobMarket", abi.encode(staking_, models, programs, authority, parameters));
        return (IJobMarket(at_), IGoverned(at_));
    }

    function deploy(string memory name, bytes memory arguments) private returns (address created) {
        bytes memory code = bytes.concat(vm.getCode(name), arguments);
        // SAFETY: reads `code` only.
        assembly ("memory-safe") {
            created := create(0, add(code, 32), mload(code))
        }
        require(created != address(0), DeployFailed(name));
    }
}
