// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DotProduct} from "../libraries/DotProduct.sol";
import {LittleEndian} from "../libraries/LittleEndian.sol";
import {StepDescriptor} from "../libraries/StepDescriptor.sol";
import {Line, Map} from "./AffineMap.sol";
import {Section, Witness} from "./Witness.sol";

/// @notice An operand ready to be read.
struct Source {
    Map map;
    Section section;
    uint256 dtype;
    int256 zero;
    int256 weight;
}

/// @title What a step does with the elements of one line
/// @dev Registration keeps every intermediate below 2^53.
library Fold {
    /// @notice Start of a MAX.
    int256 internal constant LEAST = -(2 ** 31);

    /// @notice Sum of weight (X - zero) over a line.
    function sum(Source memory x, Line memory line) internal pure returns (int256) {
        if (line.from >= line.to) return 0;
        uint256 count = uint256(line.to - line.from);
        uint256 words = gather(x, line, line.from, count, 0);
        int256 total = 0;
        // SAFETY: reads the `count` words that `gather` wrote.
        assembly ("memory-safe") {
            for {
                let end := add(words, shl(5, count))
            } lt(words, end) {
                words := add(words, 32)
            } {
                total := add(total, mload(words))
            }
        }
        return x.weight * (total - int256(count) * x.zero);
    }

    /// @notice The larger of `best` and the largest weight (X - zero) over a line.
    function max(Source memory x, Line memory line, int256 best) internal pure returns (int256) {
        if (line.from >= line.to) return best;
        uint256 count = uint256(line.to - line.from);
        uint256 words = gather(x, line, line.from, count, 0);
        int256 zero = x.zero;
        int256 weight = x.weight;
        // SAFETY: reads the `count` words that `gather` wrote.
        assembly ("memory-safe") {
            for {
                let end := add(words, shl(5, count))
            } lt(words, end) {
                words := add(words, 32)
            } {
                let term := mul(weight, sub(mload(words), zero))
                if sgt(term, best) {
                    best := term
                }
            }
        }
        return best;
    }

    /// @notice Sum of (A - zeroA)(B - zeroB) where both are in range.
    function dot(
        Source memory a,
        Line memory lineA,
        Source memory b,
        Line memory lineB
    ) internal pure returns (int256) {
        int256 from = lineA.from > lineB.from ? lineA.from : lineB.from;
        int256 to = lineA.to < lineB.to ? lineA.to : lineB.to;
        if (from >= to) return 0;
        if (packs(a, lineA) && packs(b, lineB)) return packed(a, lineA, b, lineB, from, to);
        uint256 count = uint256(to - from);
        uint256 left = gather(a, lineA, from, count, 0);
        uint256 right = gather(b, lineB, from, count, count);
        int256 zeroA = a.zero;
        int256 zeroB = b.zero;
        int256 total = 0;
        // SAFETY: reads the words that `gather` wrote, the second operand's after the first one's.
        assembly ("memory-safe") {
            for {
                let end := right
            } lt(left, end) {
                left := add(left, 32)
                right := add(right, 32)
            } {
                total := add(total, mul(sub(mload(left), zeroA), sub(mload(right), zeroB)))
            }
        }
        return total;
    }

    /// @notice trunc(numerator / max(1, divisor)), where absent operands count as 0 and as 1.
    function div(
        Source memory a,
        Line memory lineA,
        Source memory b,
        Line memory lineB
    ) internal pure returns (int256) {
        int256 numerator = single(a, lineA, 0);
        int256 divisor = single(b, lineB, 1);
        return divisor > 1 ? numerator / divisor : numerator;
    }

    /// @notice floor(sqrt(max(0, A))), where an absent operand counts as 0.
    function sqrt(Source memory a, Line memory lineA) internal pure returns (int256) {
        int256 argument = single(a, lineA, 0);
        return argument > 0 ? int256(Math.sqrt(uint256(argument))) : int256(0);
    }

    /// @notice weight (X - zero) at the start of a line, or `absent` where that is out of range.
    function single(Source memory x, Line memory line, int256 absent) internal pure returns (int256) {
        if (line.from >= line.to) return absent;
        return x.weight * (element(x, uint256(line.start)) - x.zero);
    }

    /// @dev Whether a line is a run of adjacent bytes.
    function packs(Source memory x, Line memory line) private pure returns (bool) {
        return x.dtype == StepDescriptor.U8 && (line.delta == 1 || line.delta == -1);
    }

    /// @dev The sum over from <= k < to by the packed kernel.
    function packed(
        Source memory a,
        Line memory lineA,
        Source memory b,
        Line memory lineB,
        int256 from,
        int256 to
    ) private pure returns (int256) {
        uint256 count = uint256(to - from);
        return
            DotProduct.ofBytes(
                Witness.locate(a.section, lowest(lineA, from, to), count),
                Witness.locate(b.section, lowest(lineB, from, to), count),
                count,
                uint256(a.zero),
                uint256(b.zero),
                lineA.delta == lineB.delta
            );
    }

    /// @dev The lowest address over from <= k < to.
    function lowest(Line memory line, int256 from, int256 to) private pure returns (uint256) {
        return uint256(line.start + line.delta * (line.delta < 0 ? to - 1 : from));
    }

    /// @dev Writes `count` elements from k = `from` on into words past the free memory pointer, `skip` words after it.
    function gather(
        Source memory x,
        Line memory line,
        int256 from,
        uint256 count,
        uint256 skip
    ) private pure returns (uint256 words) {
        // SAFETY: nothing is allocated until the words are read; one line at a time is.
        assembly ("memory-safe") {
            words := add(mload(0x40), shl(5, skip))
        }
        uint256 size = StepDescriptor.elementSize(x.dtype);
        uint256 low = lowest(line, from, from + int256(count));
        uint256 span = uint256(line.delta < 0 ? -line.delta : line.delta) * (count - 1) + 1;
        uint256 position = Witness.find(x.section, low * size, span * size);
        int256 stride = line.delta * int256(size);
        if (position != 0) {
            if (stride < 0) position += (span - 1) * size;
            LittleEndian.widen(x.dtype, position, stride, count, words);
            return words;
        }
        for (uint256 i = 0; i < count; ++i) {
            int256 value = element(x, uint256(line.start + line.delta * (from + int256(i))));
            // SAFETY: as above.
            assembly ("memory-safe") {
                mstore(add(words, shl(5, i)), value)
            }
        }
    }

    function element(Source memory x, uint256 address_) private pure returns (int256) {
        uint256 size = StepDescriptor.elementSize(x.dtype);
        return LittleEndian.read(x.dtype, Witness.locate(x.section, address_ * size, size));
    }
}
