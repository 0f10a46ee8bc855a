// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What the moves of a dispute are deemed to cost
/// @notice Gas by kind and size of a move, whole transactions, measured (scripts/bench/dispute.ts). Sizes are those that
/// the judge has checked, so nobody can pad a move to be paid more.
library Metering {
    uint256 internal constant CHALLENGE = 98_000;
    /// @notice A pick inside the tree that the challenge is in.
    uint256 internal constant PICK = 50_000;
    uint256 internal constant TIMEOUT = 150_000;
    uint256 internal constant PROOF_CAP = 600_000;

    uint256 private constant COMMIT = 147_000;
    uint256 private constant OPEN = 65_500;
    uint256 private constant PROOF = 150_000;
    /// @dev Calldata, hashing and log of a word.
    uint256 private constant WORD = 1_000;
    uint256 private constant LEAF_BYTE = 26;
    uint256 private constant DESCRIPTOR_BYTE = 18;
    /// @dev Calldata and arithmetic: between 20 for a packed line and 60 for scattered elements.
    uint256 private constant PROOF_BYTE = 45;

    uint256 private constant GROUP_NODES = 64;
    /// @dev Depth of the deepest tensor: 2^25 leaves.
    uint256 private constant TENSOR_DEPTH = 25;
    /// @dev Header, extents, four operands of eight coordinates.
    uint256 private constant DESCRIPTOR_BYTES = 42 * 32;

    /// @param words Nodes in the group of ROOT, output roots and siblings.
    function commit(uint256 words) internal pure returns (uint256) {
        return COMMIT + WORD * words;
    }

    /// @param words Nodes in the group, siblings in the path.
    function open(uint256 words) internal pure returns (uint256) {
        return OPEN + WORD * words;
    }

    /// @param length Bytes revealed.
    function openLeaves(uint256 length, uint256 siblings) internal pure returns (uint256) {
        return OPEN + LEAF_BYTE * length + WORD * siblings;
    }

    /// @notice A pick that enters a tensor.
    /// @param siblings In the path of the descriptor.
    /// @param length Bytes of the descriptor.
    function enter(uint256 siblings, uint256 length) internal pure returns (uint256) {
        return PICK + WORD * siblings + DESCRIPTOR_BYTE * length;
    }

    /// @param length Bytes of the proof.
    function proof(uint256 length) internal pure returns (uint256 gas_) {
        gas_ = PROOF + PROOF_BYTE * length;
        if (gas_ > PROOF_CAP) gas_ = PROOF_CAP;
    }

    /// @notice Bound of the executor's moves in one challenge.
    /// @param rounds Openings after the commit.
    /// @param traceDepth Depth of the trace tree.
    function executorWorst(
        uint256 rounds,
        uint256 traceDepth,
        uint256 outputs
    ) internal pure returns (uint256) {
        return
            commit(GROUP_NODES + outputs * (1 + traceDepth)) +
            rounds * open(GROUP_NODES + traceDepth + TENSOR_DEPTH);
    }

    /// @notice Bound of the challenger's moves in one challenge, the proof included.
    /// @param worstProof Gas of the program's worst proof.
    function challengerWorst(
        uint256 rounds,
        uint256 traceDepth,
        uint256 worstProof
    ) internal pure returns (uint256) {
        return
            CHALLENGE +
            rounds * PICK +
            enter(traceDepth, DESCRIPTOR_BYTES) +
            (worstProof < PROOF_CAP ? worstProof : PROOF_CAP);
    }
}
