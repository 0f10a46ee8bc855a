// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ElementIndex} from "../../types/Ids.sol";

/// @title The one seam between the dispute game and the meaning of programs
interface IStepVerifier {
    /// @notice Recomputes one output element of one step.
    /// @dev Assumes a descriptor that the registry accepted, and nothing about `witness`: all of it opens against
    /// `operandRoots`. Total: for every byte string in the tensors there is a value.
    /// @param descriptor The step's canonical bytes.
    /// @param operandRoots Roots of the tensors of A, B, G and P, those that the step has, in that order.
    /// @param element Row-major index of the output element.
    /// @param iteration Value of the iteration axis; 0 in feed-forward programs.
    /// @param witness The bytes read, with their Merkle proofs (docs/specification.md, section 6.3).
    /// @return value The element, a value of the step's output data type.
    function evaluate(
        bytes calldata descriptor,
        bytes32[] calldata operandRoots,
        ElementIndex element,
        uint32 iteration,
        bytes calldata witness
    ) external view returns (int256 value);
}
