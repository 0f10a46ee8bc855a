// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ResultId} from "../../types/Ids.sol";

/// @title Stake of operators, locked job by job
/// @notice An account belongs to an owner (cold key), which names operators (hot keys), a beneficiary, the markets that
/// may lock its stake, and the most that may be locked at once. Only a market that the owner authorised, on a claim by
/// an operator of the account, creates a lock; only that market ends it. There is no administrator.
/// INVARIANT: staked >= locked, and the token balance covers all stakes and credits.
interface IStaking {
    struct Account {
        uint128 staked;
        uint128 locked;
        uint128 thawing;
        /// When the thawing stake may leave, seconds.
        uint64 thawedAt;
        uint128 exposureLimit;
        address beneficiary;
    }

    /// @notice Who gets what of a slashed lock, besides the burn (docs/security.md, section Money).
    struct SlashSplit {
        /// Rewarded challenger; zero when none is left to reward.
        address rewarded;
        /// Absolute cap of the reward, tokens.
        uint96 rewardCap;
        address requester;
        /// The requester's part is at most this, tokens.
        uint96 requesterMax;
    }

    event Staked(address indexed owner, address indexed from, uint256 amount);
    event Thawing(address indexed owner, uint256 amount, uint64 thawedAt);
    event Unstaked(address indexed owner, address indexed to, uint256 amount);
    event OperatorSet(address indexed owner, address indexed operator, bool allowed);
    event MarketSet(address indexed owner, address indexed market, bool allowed);
    event Locked(address indexed owner, address indexed market, ResultId indexed result, uint256 amount);
    event Released(address indexed market, ResultId indexed result);
    event Slashed(
        address indexed owner,
        ResultId indexed result,
        uint256 amount,
        uint256 reward,
        uint256 toRequester,
        uint256 burned
    );

    function stake(address owner, uint256 amount) external;
    function stakeWithPermit(
        address owner,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    function setOperator(address operator, bool allowed) external;
    function setMarket(address market, bool allowed) external;
    function setBeneficiary(address beneficiary) external;
    function setExposureLimit(uint128 limit) external;
    /// @notice Starts the thaw of `amount` more; the whole thaw restarts. Thawing stake takes no new locks and stays
    /// slashable.
    function thaw(uint256 amount) external;
    function cancelThaw() external;
    function unstake() external;

    /// @notice Locks `amount` for `result` on a claim by `operator`. Only an authorised market.
    /// @return owner The account that backs the result.
    function lock(address operator, ResultId result, uint96 amount) external returns (address owner);
    /// @notice Ends the caller's lock. Never reverts for an existing lock.
    function release(ResultId result) external;
    /// @notice Takes exactly the caller's lock: half burned (rounded up), reward, requester, rest burned. Never reverts
    /// for an existing lock.
    function slash(ResultId result, SlashSplit calldata split) external;

    function accountOf(address operator) external view returns (address owner);
    function account(address owner) external view returns (Account memory);
    function lockOf(address market, ResultId result) external view returns (address owner, uint96 amount);
    /// @notice Stake that a new lock may use.
    function free(address owner) external view returns (uint256);
}
