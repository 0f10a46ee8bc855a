// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ResultId} from "../../types/Ids.sol";

/// @notice The owner did not authorise this market.
error MarketNotAuthorised(address owner, address market);
/// @notice The owner did not name this operator.
error NotOperator(address owner, address operator);
/// @notice The account has too little stake that is neither locked nor thawing.
error StakeTooSmall(uint256 free, uint256 needed);
/// @notice The owner does not let so much be locked at once.
error ExposureLimitExceeded(uint256 locked, uint256 limit);
/// @notice The market has locked stake for this result before.
error AlreadyLocked(address market, ResultId result);
/// @notice The caller has no lock for this result.
error NotLocked(address market, ResultId result);
/// @notice No part of a slash waits under this result.
error NothingToCompensate(address market, ResultId result);
/// @notice More is asked to thaw than is staked.
error ThawTooLarge(uint256 thawing, uint256 staked);
/// @notice The thaw is not over.
error StillThawing(uint256 time, uint64 thawedAt);
/// @notice Nothing has thawed that no lock holds.
error NothingToUnstake(uint256 thawing, uint256 unlocked);
/// @notice The credit is smaller than what is asked for.
error CreditTooSmall(uint256 credit, uint256 asked);

/// @title Stake of operators, locked job by job
/// @notice An account belongs to an owner (cold key), which names operators (hot keys), a beneficiary, the markets that
/// may lock its stake, and the most that may be locked at once. Only a market that the owner authorised, on a claim by
/// an operator of the account, creates a lock; only that market ends it. There is no administrator.
/// Warning: whoever decides in an authorised market decides about what it has locked. Read who may change its judge,
/// and after what delay, before authorising it.
/// INVARIANT: staked >= locked, and the token balance covers all stakes and credits.
interface IStaking {
    /// @dev Three slots; a lock reads the first two.
    struct Account {
        uint128 staked;
        uint128 locked;
        uint128 thawing;
        uint128 exposureLimit;
        /// Receives unstaked tokens and the prices of jobs; the owner when zero.
        address beneficiary;
        /// When the thawing stake may leave, seconds since the epoch.
        uint64 thawedAt;
    }

    /// @notice Who gets what of a slashed lock, besides the burn (docs/security.md, section Money).
    struct SlashSplit {
        /// Rewarded challenger; zero when none is left to reward.
        address rewarded;
        /// Absolute cap of the reward, tokens.
        uint96 rewardCap;
        /// The requester's part is at most this, tokens; it waits for `compensate`.
        uint96 requesterMax;
    }

    event Staked(address indexed owner, address indexed from, uint256 amount);
    event Thawing(address indexed owner, uint256 amount, uint64 thawedAt);
    event Unstaked(address indexed owner, address indexed to, uint256 amount);
    event OperatorSet(address indexed owner, address indexed operator, bool allowed);
    event MarketSet(address indexed owner, address indexed market, bool allowed);
    event BeneficiarySet(address indexed owner, address indexed beneficiary);
    event ExposureLimitSet(address indexed owner, uint128 limit);
    event Locked(address indexed owner, address indexed market, ResultId indexed result, uint256 amount);
    event Released(address indexed market, ResultId indexed result);
    event Slashed(
        address indexed owner,
        ResultId indexed result,
        address indexed rewarded,
        uint256 amount,
        uint256 reward,
        uint256 toRequester,
        uint256 burned
    );
    event Compensated(address indexed market, ResultId indexed result, address indexed to, uint256 amount);
    event Withdrawn(address indexed from, address indexed to, uint256 amount);
    event Burned(uint256 amount);

    /// @notice Adds the caller's tokens to an account.
    function stake(address owner, uint256 amount) external;
    function stakeWithPermit(
        address owner,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    /// @notice Lets a hot key put the caller's stake behind results; an operator may serve several accounts.
    function setOperator(address operator, bool allowed) external;
    /// @notice Lets a market create locks. Taking it back stops new locks and leaves the existing ones.
    function setMarket(address market, bool allowed) external;
    function setBeneficiary(address beneficiary) external;
    /// @notice The most that may be locked at once; zero, as at the start, allows no lock.
    function setExposureLimit(uint128 limit) external;
    /// @notice Starts the thaw of `amount` more; the whole thaw restarts. Thawing stake takes no new locks and stays
    /// slashable.
    function thaw(uint256 amount) external;
    function cancelThaw() external;
    /// @notice Pays out what has thawed and no lock holds; the rest stays thawed.
    function unstake() external;
    /// @notice Pays out the caller's credit.
    function withdraw(address to, uint256 amount) external;
    /// @notice Sends the tokens burned so far to the dead address. Anybody.
    function burn() external;

    /// @notice Locks `amount` for `result` on a claim by `operator`. Only a market that the owner authorised.
    function lock(address owner, address operator, ResultId result, uint96 amount) external;
    /// @notice Ends the caller's lock. Never reverts for an existing lock.
    /// @return payee Who is to be paid for the result: the account's beneficiary.
    function release(ResultId result) external returns (address payee);
    /// @notice Takes exactly the caller's lock: half burned (rounded up), reward, requester, rest burned. Never reverts
    /// for an existing lock.
    function slash(ResultId result, SlashSplit calldata split) external;
    /// @notice Names the requester whose part of a slash by the caller is waiting, and credits it.
    function compensate(ResultId result, address to) external;

    function token() external view returns (IERC20);
    /// @notice Seconds that stake thaws; longer than any job with its dispute.
    function thawSeconds() external view returns (uint64);
    function account(address owner) external view returns (Account memory);
    function isOperator(address owner, address operator) external view returns (bool);
    function isMarket(address owner, address market) external view returns (bool);
    function lockOf(address market, ResultId result) external view returns (address owner, uint96 amount);
    /// @notice The requester's part of a slash, until it is credited.
    function compensationOf(address market, ResultId result) external view returns (uint96);
    /// @notice Stake that a new lock may use; the exposure limit counts besides.
    function free(address owner) external view returns (uint256);
    function creditOf(address account) external view returns (uint256);
    function burned() external view returns (uint256);
}
