// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {TokenIntake} from "../libraries/TokenIntake.sol";
import {ResultId} from "../types/Ids.sol";
import {
    AlreadyLocked,
    CreditTooSmall,
    ExposureLimitExceeded,
    IStaking,
    MarketNotAuthorised,
    NotLocked,
    NotOperator,
    NothingToCompensate,
    NothingToUnstake,
    StakeTooSmall,
    StillThawing,
    ThawTooLarge
} from "./interfaces/IStaking.sol";
import {Slash} from "./libraries/Slash.sol";

/// @title Stake of operators, locked job by job
contract Staking is IStaking, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;
    using TokenIntake for IERC20;

    /// @dev A lock; once slashed, with no owner, the requester's part until it is credited.
    struct Lock {
        address owner;
        uint96 amount;
    }

    /// @dev Tokens sent here are out of reach for everybody; many tokens refuse the zero address.
    address internal constant DEAD = 0x000000000000000000000000000000000000dEaD;

    /// @inheritdoc IStaking
    IERC20 public immutable token;
    /// @inheritdoc IStaking
    uint64 public immutable thawSeconds;

    mapping(address owner => Account) private accounts;
    /// @inheritdoc IStaking
    mapping(address owner => mapping(address operator => bool)) public isOperator;
    /// @inheritdoc IStaking
    mapping(address owner => mapping(address market => bool)) public isMarket;
    mapping(address market => mapping(ResultId result => Lock)) private locks;
    /// @inheritdoc IStaking
    mapping(address account => uint256) public creditOf;
    /// @inheritdoc IStaking
    uint256 public burned;

    constructor(IERC20 token_, uint64 thawSeconds_) {
        token = token_;
        thawSeconds = thawSeconds_;
    }

    /* OWNERS */

    /// @inheritdoc IStaking
    function stake(address owner, uint256 amount) external nonReentrant {
        addStake(owner, amount);
    }

    /// @inheritdoc IStaking
    function stakeWithPermit(
        address owner,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        token.permit(amount, deadline, v, r, s);
        addStake(owner, amount);
    }

    /// @inheritdoc IStaking
    function setOperator(address operator, bool allowed) external {
        isOperator[msg.sender][operator] = allowed;
        emit OperatorSet(msg.sender, operator, allowed);
    }

    /// @inheritdoc IStaking
    function setMarket(address market, bool allowed) external {
        isMarket[msg.sender][market] = allowed;
        emit MarketSet(msg.sender, market, allowed);
    }

    /// @inheritdoc IStaking
    function setBeneficiary(address beneficiary) external {
        accounts[msg.sender].beneficiary = beneficiary;
        emit BeneficiarySet(msg.sender, beneficiary);
    }

    /// @inheritdoc IStaking
    function setExposureLimit(uint128 limit) external {
        accounts[msg.sender].exposureLimit = limit;
        emit ExposureLimitSet(msg.sender, limit);
    }

    /// @inheritdoc IStaking
    function thaw(uint256 amount) external {
        Account storage a = accounts[msg.sender];
        uint256 thawing = a.thawing + amount;
        // A lock may overlap thawing stake: it is `unstake` that waits for the lock.
        require(thawing <= a.staked, ThawTooLarge(thawing, a.staked));
        // SAFETY: at most `staked`, a uint128.
        a.thawing = uint128(thawing);
        a.thawedAt = uint64(block.timestamp) + thawSeconds;
        emit Thawing(msg.sender, thawing, a.thawedAt);
    }

    /// @inheritdoc IStaking
    function cancelThaw() external {
        accounts[msg.sender].thawing = 0;
        emit Thawing(msg.sender, 0, 0);
    }

    /// @inheritdoc IStaking
    function unstake() external nonReentrant {
        Account storage a = accounts[msg.sender];
        require(block.timestamp >= a.thawedAt, StillThawing(block.timestamp, a.thawedAt));
        // INVARIANT: staked >= locked holds afterwards too.
        uint128 unlocked = a.staked - a.locked;
        uint128 amount = a.thawing < unlocked ? a.thawing : unlocked;
        require(amount != 0, NothingToUnstake(a.thawing, unlocked));
        a.thawing -= amount;
        a.staked -= amount;
        address to = payeeOf(msg.sender);
        emit Unstaked(msg.sender, to, amount);
        token.safeTransfer(to, amount);
    }

    /* CREDITS */

    /// @inheritdoc IStaking
    function withdraw(address to, uint256 amount) external nonReentrant {
        uint256 credit = creditOf[msg.sender];
        require(amount <= credit, CreditTooSmall(credit, amount));
        creditOf[msg.sender] = credit - amount;
        emit Withdrawn(msg.sender, to, amount);
        token.safeTransfer(to, amount);
    }

    /// @inheritdoc IStaking
    function burn() external nonReentrant {
        uint256 amount = burned;
        burned = 0;
        emit Burned(amount);
        token.safeTransfer(DEAD, amount);
    }

    /* MARKETS */

    /// @inheritdoc IStaking
    function lock(address owner, address operator, ResultId result, uint96 amount) external {
        require(isMarket[owner][msg.sender], MarketNotAuthorised(owner, msg.sender));
        require(isOperator[owner][operator], NotOperator(owner, operator));
        Lock memory l = locks[msg.sender][result];
        require(l.owner == address(0) && l.amount == 0, AlreadyLocked(msg.sender, result));

        Account storage a = accounts[owner];
        (uint128 staked, uint128 locked) = (a.staked, a.locked);
        (uint128 thawing, uint128 limit) = (a.thawing, a.exposureLimit);
        uint256 unbound = freeOf(staked, locked, thawing);
        require(amount <= unbound, StakeTooSmall(unbound, amount));
        // INVARIANT: locked <= staked, since amount <= staked - locked; no token backs two locks.
        locked += amount;
        require(locked <= limit, ExposureLimitExceeded(locked, limit));
        a.locked = locked;
        locks[msg.sender][result] = Lock(owner, amount);
        emit Locked(owner, msg.sender, result, amount);
    }

    /// @inheritdoc IStaking
    function release(ResultId result) external returns (address payee) {
        Lock memory l = takeLock(result);
        // INVARIANT: `locked` is the sum of the account's locks, so it covers this one.
        accounts[l.owner].locked -= l.amount;
        emit Released(msg.sender, result);
        return payeeOf(l.owner);
    }

    /// @inheritdoc IStaking
    function slash(ResultId result, SlashSplit calldata split) external {
        Lock memory l = takeLock(result);
        Account storage a = accounts[l.owner];
        // INVARIANT: staked >= locked >= this lock, and both lose the same.
        (uint128 staked, uint128 locked) = (a.staked - l.amount, a.locked - l.amount);
        (a.staked, a.locked) = (staked, locked);
        if (a.thawing > staked) a.thawing = staked;

        (uint256 reward, uint96 toRequester, uint256 toBurn) = Slash.divide(l.amount, l.amount, split);
        if (reward != 0) creditOf[split.rewarded] += reward;
        if (toRequester != 0) locks[msg.sender][result].amount = toRequester;
        burned += toBurn;
        emit Slashed(l.owner, result, split.rewarded, l.amount, reward, toRequester, toBurn);
    }

    /// @inheritdoc IStaking
    function compensate(ResultId result, address to) external {
        Lock memory l = locks[msg.sender][result];
        require(l.owner == address(0) && l.amount != 0, NothingToCompensate(msg.sender, result));
        delete locks[msg.sender][result];
        creditOf[to] += l.amount;
        emit Compensated(msg.sender, result, to, l.amount);
    }

    /* VIEWS */

    /// @inheritdoc IStaking
    function account(address owner) external view returns (Account memory) {
        return accounts[owner];
    }

    /// @inheritdoc IStaking
    function lockOf(address market, ResultId result) external view returns (address owner, uint96 amount) {
        Lock memory l = locks[market][result];
        return l.owner == address(0) ? (address(0), 0) : (l.owner, l.amount);
    }

    /// @inheritdoc IStaking
    function compensationOf(address market, ResultId result) external view returns (uint96) {
        Lock memory l = locks[market][result];
        return l.owner == address(0) ? l.amount : 0;
    }

    /// @inheritdoc IStaking
    function free(address owner) external view returns (uint256) {
        Account storage a = accounts[owner];
        return freeOf(a.staked, a.locked, a.thawing);
    }

    /* INTERNAL */

    function addStake(address owner, uint256 amount) private {
        token.pull(msg.sender, amount);
        // SAFETY: `pull` bounds everything held, so the sum fits.
        accounts[owner].staked += amount.toUint128();
        emit Staked(owner, msg.sender, amount);
    }

    /// @dev Forgets the caller's lock and returns it.
    function takeLock(ResultId result) private returns (Lock memory l) {
        l = locks[msg.sender][result];
        require(l.owner != address(0), NotLocked(msg.sender, result));
        delete locks[msg.sender][result];
    }

    function payeeOf(address owner) private view returns (address) {
        address beneficiary = accounts[owner].beneficiary;
        return beneficiary == address(0) ? owner : beneficiary;
    }

    function freeOf(uint256 staked, uint256 locked, uint256 thawing) private pure returns (uint256) {
        return staked > locked + thawing ? staked - locked - thawing : 0;
    }
}
