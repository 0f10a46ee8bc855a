// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TensorRoot} from "../types/Ids.sol";
import {Merkle} from "./Merkle.sol";

/// @notice The bytes have another length than the program's tensors.
error WrongLength(uint256 length, uint256 expected);
/// @notice Too many bytes to travel inline; post their roots.
error TooLongInline(uint256 length, uint256 most);
/// @notice The program has another number of tensors.
error WrongTensorCount(uint256 count, uint256 expected);

/// @title Commitment to an ordered list of tensors
/// @notice docs/specification.md, sections 4 and 5. A root does not bind a length, so exact lengths are checked wherever
/// bytes are read.
library TensorCommitment {
    /// @notice Most bytes that travel inline in one request or post.
    uint256 internal constant INLINE_BYTES = 4096;

    /// @notice Root of the list of tensors that `data` holds one after another.
    /// @param lengths Packed byte lengths, eight uint32, first lowest, each at least 1; zero ends the list.
    function rootOf(bytes calldata data, uint256 lengths) internal pure returns (bytes32) {
        bytes memory preimage = hex"03";
        uint256 end = 0;
        for (uint256 rest = lengths; rest != 0; rest >>= 32) {
            uint256 start = end;
            end += uint32(rest);
            require(end <= data.length, WrongLength(data.length, total(lengths)));
            preimage = bytes.concat(preimage, Merkle.tensorRoot(data[start:end]));
        }
        require(end == data.length, WrongLength(data.length, end));
        return keccak256(preimage);
    }

    /// @notice `rootOf`, of at most `INLINE_BYTES`.
    function inlineRootOf(bytes calldata data, uint256 lengths) internal pure returns (bytes32) {
        require(data.length <= INLINE_BYTES, TooLongInline(data.length, INLINE_BYTES));
        return rootOf(data, lengths);
    }

    /// @notice Root of a list of `tensors` tensors given by their roots.
    function rootOf(TensorRoot[] calldata roots, uint256 tensors) internal pure returns (bytes32) {
        require(roots.length == tensors, WrongTensorCount(roots.length, tensors));
        return keccak256(abi.encodePacked(hex"03", roots));
    }

    /// @notice Tensors of a packed list.
    function count(uint256 lengths) internal pure returns (uint256 tensors) {
        for (; lengths != 0; lengths >>= 32) ++tensors;
    }

    /// @notice Bytes of all tensors of a packed list.
    function total(uint256 lengths) internal pure returns (uint256 sum) {
        for (; lengths != 0; lengths >>= 32) sum += uint32(lengths);
    }
}
