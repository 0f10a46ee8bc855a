// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {TokenIntake} from "../libraries/TokenIntake.sol";
import {IJobMarket} from "./interfaces/IJobMarket.sol";
import {BalanceTooSmall, CoinTransferFailed} from "./MarketErrors.sol";

/// @title The market's internal balances
/// @dev Everything that moves tokens or coins in or out is here, behind one reentrancy lock; jobs only move numbers, so
/// no receiver can hold up a settlement.
/// INVARIANT: tokens held >= all token balances + the escrow of all jobs; coins held >= all coin balances + the bonds of
/// all claimed and posted attempts + coins burned and not yet sent away.
abstract contract Treasury is IJobMarket, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;

    /// @dev One slot. SAFETY: `TokenIntake` bounds all tokens held and the chain all coins, so no sum overflows.
    struct Balance {
        uint128 tokens;
        uint128 coins;
    }

    address internal constant DEAD = 0x000000000000000000000000000000000000dEaD;

    IERC20 public immutable token;

    /// @inheritdoc IJobMarket
    mapping(address account => Balance) public balanceOf;
    /// @inheritdoc IJobMarket
    uint256 public burnedCoins;

    constructor(IERC20 token_) {
        token = token_;
    }

    /// @inheritdoc IJobMarket
    function deposit(address account, uint256 amount) external nonReentrant {
        take(account, amount);
    }

    /// @inheritdoc IJobMarket
    function depositWithPermit(
        address account,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        token.permit(amount, deadline, v, r, s);
        take(account, amount);
    }

    /// @inheritdoc IJobMarket
    function depositCoins(address account) external payable {
        creditCoins(account, msg.value);
        emit Deposited(account, msg.sender, 0, msg.value);
    }

    /// @inheritdoc IJobMarket
    function withdraw(address to, uint256 amount) external nonReentrant {
        debitTokens(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount, 0);
        token.safeTransfer(to, amount);
    }

    /// @inheritdoc IJobMarket
    function withdrawCoins(address payable to, uint256 amount) external nonReentrant {
        uint256 coins = balanceOf[msg.sender].coins;
        require(amount <= coins, BalanceTooSmall(msg.sender, coins, amount));
        // SAFETY: at most a uint128.
        balanceOf[msg.sender].coins = uint128(coins - amount);
        emit Withdrawn(msg.sender, to, 0, amount);
        sendCoins(to, amount);
    }

    /// @inheritdoc IJobMarket
    function burnCoins() external nonReentrant {
        uint256 amount = burnedCoins;
        burnedCoins = 0;
        emit CoinsBurned(amount);
        sendCoins(payable(DEAD), amount);
    }

    function creditTokens(address account, uint256 amount) internal {
        if (amount != 0) balanceOf[account].tokens += uint128(amount);
    }

    function creditCoins(address account, uint256 amount) internal {
        if (amount != 0) balanceOf[account].coins += uint128(amount);
    }

    function debitTokens(address account, uint256 amount) internal {
        uint256 tokens = balanceOf[account].tokens;
        require(amount <= tokens, BalanceTooSmall(account, tokens, amount));
        // SAFETY: at most a uint128.
        balanceOf[account].tokens = uint128(tokens - amount);
    }

    /// @dev Takes a bond out of the value sent and the sender's balance, and keeps the rest.
    function takeBond(uint256 bond) internal {
        uint256 coins = balanceOf[msg.sender].coins + msg.value;
        require(bond <= coins, BalanceTooSmall(msg.sender, coins, bond));
        // SAFETY: at most all coins.
        balanceOf[msg.sender].coins = uint128(coins - bond);
    }

    function take(address account, uint256 amount) private {
        token.pull(msg.sender, amount);
        creditTokens(account, amount);
        emit Deposited(account, msg.sender, amount, 0);
    }

    /// @dev Without copying what the receiver returns.
    function sendCoins(address payable to, uint256 amount) private {
        bool sent;
        // SAFETY: touches no memory.
        assembly ("memory-safe") {
            sent := call(gas(), to, amount, 0, 0, 0, 0)
        }
        require(sent, CoinTransferFailed(to, amount));
    }
}
