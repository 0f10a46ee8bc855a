// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ExtentsWord, HeaderWord, OperandWord} from "../../libraries/DescriptorWords.sol";

/// @notice The rule of docs/specification.md, section 3, that a step breaks.
enum Rule {
    Length,
    Reserved,
    Kind,
    DataType,
    Flags,
    Class,
    Axes,
    Extent,
    OutputSize,
    ReductionSize,
    KindReduces,
    Operands,
    Multiplier,
    Clamp,
    ZeroPoint,
    Weight,
    IndexRange,
    OperandSize,
    Reference,
    ReferenceSize,
    ReferenceType,
    RootSize,
    CoordinateCount,
    Limit,
    TermOrder,
    TermAxis,
    Coefficient,
    CoordinateRange,
    Address,
    FoldRange,
    ProofTooLarge
}

/// @notice A step that the judge could not judge.
error StepInvalid(uint256 step, Rule rule);

/// @notice What an operand reads, in bytes: an affine map, and a run of `size` bytes wherever it points.
struct OperandShape {
    OperandWord head;
    /// Root of a constant, else zero.
    bytes32 root;
    /// Bytes of an address.
    uint256 unit;
    /// Bytes read at an address.
    uint256 size;
    /// Largest |X - zero|.
    uint256 magnitude;
    /// Address where all axes are zero.
    int256 start;
    /// Change of the address with each axis.
    int256[10] deltas;
    /// What one element reads: `runs` runs of at most `span` bytes, placed by the byte changes or'ed in `moves`; see
    /// ProofBound, which fills these.
    uint256 span;
    uint256 runs;
    uint256 moves;
}

/// @notice A step while it is checked; one object serves all steps of a page.
struct StepShape {
    /// Number of the step.
    uint256 number;
    HeaderWord header;
    ExtentsWord extents;
    uint256 kind;
    uint256 outputAxes;
    uint256 axes;
    /// Elements of the output, and of the reduction box.
    uint256 outputs;
    uint256 reductions;
    /// Largest magnitude of each axis value, entry axis + 1, FORBIDDEN for axes that do not exist: all that A and B may
    /// use, and all that G and P may.
    uint256[11] wide;
    uint256[11] narrow;
    /// Coordinates and terms of all operands.
    uint256 coordinates;
    uint256 terms;
    /// Operands that are outputs of steps.
    uint256 traced;
    uint256 operandCount;
    /// Bytes of the descriptor.
    uint256 length;
    OperandShape a;
    OperandShape b;
    OperandShape g;
    OperandShape p;
}

/// @dev Larger than any axis value times any coefficient.
uint256 constant FORBIDDEN = 1 << 200;

/// @notice Refuses the step.
function broken(StepShape memory step, Rule rule) pure {
    revert StepInvalid(step.number, rule);
}
