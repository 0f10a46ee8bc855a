// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Two values differ.
error NotEqual(string what, uint256 actual, uint256 expected);
error NotEqualWord(string what, bytes32 actual, bytes32 expected);
error NotEqualAddress(string what, address actual, address expected);
error NotHeld(string what);

/// @title Assertions that say what they compared
abstract contract Assert {
    function equal(string memory what, uint256 actual, uint256 expected) internal pure {
        require(actual == expected, NotEqual(what, actual, expected));
    }

    function equal(string memory what, bytes32 actual, bytes32 expected) internal pure {
        require(actual == expected, NotEqualWord(what, actual, expected));
    }

    function equal(string memory what, address actual, address expected) internal pure {
        require(actual == expected, NotEqualAddress(what, actual, expected));
    }

    function holds(string memory what, bool condition) internal pure {
        require(condition, NotHeld(what));
    }

    function bound(uint256 x, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + (x % (high - low + 1));
    }
}
