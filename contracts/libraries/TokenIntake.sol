// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @notice The token delivered another amount than it was asked for (it takes a fee, or rebases).
error ReceivedOtherAmount(uint256 held, uint256 expected);
/// @notice The contract would hold more tokens than its accounts can count.
error TooManyTokens(uint256 held, uint256 most);

/// @title Taking tokens in
/// @dev Callers hold a reentrancy lock shared by everything that moves the token, else a hook of the token could count
/// one transfer twice.
library TokenIntake {
    using SafeERC20 for IERC20;

    /// @notice Takes exactly `amount` from `from`.
    function pull(IERC20 token, address from, uint256 amount) internal {
        uint256 expected = token.balanceOf(address(this)) + amount;
        token.safeTransferFrom(from, address(this), amount);
        uint256 held = token.balanceOf(address(this));
        require(held == expected, ReceivedOtherAmount(held, expected));
        // INVARIANT: every sum of accounts is at most what is held, so no uint128 of an account ever overflows and no
        // settlement reverts for it.
        require(held <= type(uint128).max, TooManyTokens(held, type(uint128).max));
    }

    /// @notice Uses a permit of the caller if it still can be used; somebody else may have submitted it already, so
    /// only the allowance counts.
    function permit(IERC20 token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) internal {
        try
            IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s)
        {} catch {}
    }
}
