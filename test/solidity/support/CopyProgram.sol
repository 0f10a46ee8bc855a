// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProgramRegistry} from "../../../contracts/registry/interfaces/IProgramRegistry.sol";
import {ProgramRoot} from "../../../contracts/types/Ids.sol";

/// @title Real programs with tensors of any length: every output copies the first input's bytes, zero after its end
library CopyProgram {
    /// @param inputBytes Byte length of each input.
    /// @param outputBytes Byte length of each output.
    function register(
        IProgramRegistry registry,
        uint32[] memory inputBytes,
        uint32[] memory outputBytes
    ) internal returns (ProgramRoot) {
        bytes32[] memory inputs = new bytes32[](inputBytes.length);
        // dtype u8, rank 1, the one dimension.
        for (uint256 i = 0; i < inputs.length; ++i)
            inputs[i] = bytes32(bytes.concat(hex"0001", bytes4(inputBytes[i])));
        uint32[] memory outputs = new uint32[](outputBytes.length);
        bytes memory steps;
        for (uint32 i = 0; i < outputs.length; ++i) {
            outputs[i] = i;
            steps = bytes.concat(steps, step(inputBytes[0], outputBytes[i]));
        }
        return registry.register(inputs, outputs, uint32(outputs.length), steps);
    }

    /// @dev docs/specification.md, section 2.2: SUM of one operand over one output axis, clamped to u8.
    function step(uint32 from, uint32 to) private pure returns (bytes memory) {
        return
            bytes.concat(
                bytes32(hex"0000010100_00000000_00000000_00000000_000000ff_00000000"),
                bytes32(bytes.concat(bytes4(to))),
                bytes32(bytes.concat(hex"01000100_00000000", bytes4(from), hex"00000000_00000000_00000001")),
                bytes32(bytes.concat(bytes4(from), hex"00000001_00000000_01000001"))
            );
    }
}
