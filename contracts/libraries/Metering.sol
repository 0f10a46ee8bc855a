// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What the moves of a dispute are deemed to cost
/// @notice Gas by kind and size of a move, whole transactions, measured (scripts/bench/dispute.ts). Sizes are those that
/// the judge has checked, so nobody can pad a move to be paid more.
library Metering {
    uint256 internal constant CHALLENGE = 115_000;
    uint256 internal constant TIMEOUT = 150_000;
    uint256 internal constant PROOF_CAP = 600_000;

    uint256 private constant COMMIT = 130_000;
    uint256 private constant OPEN = 62_000;
    uint256 private constant OPEN_LEAVES = 66_000;
    uint256 private constant PICK = 48_000;
    uint256 private constant PROOF = 190_000;
    /// @dev Calldata, hashing, log of a word.
    uint256 private constant WORD = 1_000;
    uint256 private constant LEAF_BYTE = 26;
    /// @dev EIP-7623's floor for a byte of calldata that is not zero.
    uint256 private constant FLOOR_BYTE = 40;
    uint256 private constant TRANSACTION = 21_000;
    uint256 private constant PROOF_BYTE = 18;

    uint256 private constant GROUP_NODES = 64;
    /// @dev Siblings that a pick brings from one group, and more for a promoted way through two trees.
    uint256 private constant PICK_WORDS = 12;
    /// @dev Words of the longest descriptor: header, extents, four operands of eight coordinates.
    uint256 private constant DESCRIPTOR_WORDS = 42;

    /// @param nodes In the group of ROOT.
    /// @param words Output roots and siblings.
    function commit(uint256 nodes, uint256 words) internal pure returns (uint256) {
        return COMMIT + WORD * (nodes + words);
    }

    function open(uint256 nodes) internal pure returns (uint256) {
        return OPEN + WORD * nodes;
    }

    function openLeaves(uint256 length) internal pure returns (uint256) {
        return OPEN_LEAVES + LEAF_BYTE * length;
    }

    /// @param siblings In the path of the node, and of the descriptor.
    /// @param descriptor Its bytes.
    function pick(uint256 siblings, uint256 descriptor) internal pure returns (uint256) {
        return PICK + WORD * siblings + PROOF_BYTE * descriptor;
    }

    /// @param length Bytes of the proof.
    function proof(uint256 length) internal pure returns (uint256 gas_) {
        gas_ = PROOF + PROOF_BYTE * length;
        uint256 floor = TRANSACTION + FLOOR_BYTE * length;
        if (floor > gas_) gas_ = floor;
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
        return commit(GROUP_NODES, outputs * (1 + traceDepth)) + rounds * open(GROUP_NODES);
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
            rounds * pick(PICK_WORDS, 0) +
            WORD * traceDepth +
            PROOF_BYTE * 32 * DESCRIPTOR_WORDS +
            (worstProof < PROOF_CAP ? worstProof : PROOF_CAP);
    }
}
