// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A node of a result's trace or of one of its tensors: `tree << 32 | level << 24 | index`, where tree 0 is the
/// trace and tree i + 1 the output of step i (docs/specification.md, section 6.1).
type Position is uint56;

/// @dev The top of the trace. A leaf of the trace is picked as the top of its tensor, so 0 names nothing else.
Position constant ROOT = Position.wrap(0);

using {samePosition as ==, differentPosition as !=, treeOf, levelOf, indexOf} for Position global;

function positionAt(uint256 tree, uint256 level, uint256 index) pure returns (Position) {
    // SAFETY: a program has at most 65,535 steps and a tensor at most 2^25 leaves, so every level is below 2^8; an
    // index is that of a group's top, which lies at level 3 or above, or is 0.
    return Position.wrap(uint56((tree << 32) | (level << 24) | index));
}

function treeOf(Position position) pure returns (uint256) {
    return Position.unwrap(position) >> 32;
}

function levelOf(Position position) pure returns (uint256) {
    return (Position.unwrap(position) >> 24) & 0xff;
}

function indexOf(Position position) pure returns (uint256) {
    return Position.unwrap(position) & 0xffffff;
}

function samePosition(Position a, Position b) pure returns (bool) {
    return Position.unwrap(a) == Position.unwrap(b);
}

function differentPosition(Position a, Position b) pure returns (bool) {
    return Position.unwrap(a) != Position.unwrap(b);
}
