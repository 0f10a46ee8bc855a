// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStaking} from "../../staking/interfaces/IStaking.sol";
import {JobId, ProgramRoot, ResultId, TensorRoot, VersionId} from "../../types/Ids.sol";

/// @title Jobs: escrow, claims, results, settlement
/// @notice request -> claim -> post -> (window) -> finalize -> deliver. Prices, escrow and collateral are in the staking
/// token; gas bonds in the chain's coin. Every payment is a credit to an internal balance and is pulled.
/// @dev A job's id is the hash of its ticket (who asks, on which terms, with which input), so the market stores only
/// what changes. Who moves a job brings its ticket, which the event `Requested` published.
interface IJobMarket {
    /// @notice Phase of the job's current attempt. Only moves forward within an attempt; a defeated or expired attempt
    /// re-opens the job as the next attempt.
    enum Phase {
        None,
        Open,
        Claimed,
        Posted,
        Final,
        Cancelled
    }

    struct Terms {
        VersionId version;
        /// The program that the requester expects; the version's.
        ProgramRoot program;
        /// Price at the request, tokens.
        uint96 minPrice;
        /// Price after `rampSeconds`, tokens; escrowed.
        uint96 maxPrice;
        uint32 rampSeconds;
        /// The job may be claimed until then, seconds since the epoch.
        uint40 claimDeadline;
        /// Time from claim to post, seconds.
        uint32 postSeconds;
        /// What a wrong answer would cost the requester, tokens: the collateral is at least this.
        uint96 value;
        /// Gas of the callback at `deliver`; 0 for none.
        uint32 callbackGas;
        /// The parameter set (judge, collateral, gas floor) that the job lives under for ever; the current one.
        uint16 parameters;
        /// Makes the job's id unique.
        bytes32 salt;
    }

    /// @notice Everything that a job's id commits to.
    struct Ticket {
        address requester;
        Terms terms;
        /// Root of the list of input tensors.
        bytes32 inputRoot;
    }

    /// @notice What governance chose for the jobs requested while it was current. Sets are never changed or removed.
    struct Parameters {
        /// Rules on disputes about results of these jobs.
        address judge;
        /// Most that a rewarded challenger gets of a slash, tokens.
        uint96 rewardCap;
        /// Least collateral, tokens.
        uint96 collateralFloor;
        /// Least price of a unit of gas that bonds are reckoned with, wei.
        uint48 gasFloor;
        /// Collateral as a multiple of the price, in basis points.
        uint32 collateralBasisPoints;
        /// Part of the executor's bond that a no-show pays the requester, in basis points.
        uint16 noShowBasisPoints;
    }

    /// @notice What the market stores of a job. The collateral is `staking.lockOf(market, resultId(id, attempt))`.
    struct Job {
        Phase phase;
        uint32 attempt;
        VersionId version;
        uint16 parameters;
        address judge;
        /// Time to challenge after the post, seconds.
        uint32 window;
        uint16 royaltyBasisPoints;
        /// Whether the input's bytes were on chain at the request.
        bool inputInline;
        /// When the attempt opened, seconds since the epoch; 0 once it is claimed.
        uint40 openedAt;
        /// Last second to post (Claimed), to challenge (Posted, Final); 0 before the claim.
        uint40 deadline;
        address executor;
        address responder;
        /// Price at the claim, tokens. In an Open job the price that the ramp starts from.
        uint96 price;
        /// Worst gas of either side in one challenge.
        uint32 bondGas;
        /// Price of a unit of gas, wei, frozen at the claim.
        uint48 gasPrice;
        /// The executor's bond, wei: 2 * bondGas * gasPrice.
        uint96 bond;
        bool outputInline;
        bool disputed;
        bool delivered;
        bytes32 outputRoot;
    }

    struct Answer {
        address executor;
        address responder;
        VersionId version;
        bytes32 outputRoot;
    }

    event Requested(
        JobId indexed id,
        address indexed requester,
        VersionId indexed version,
        Terms terms,
        bytes32 inputRoot,
        TensorRoot[] inputRoots,
        bytes input
    );
    event Claimed(
        JobId indexed id,
        uint32 indexed attempt,
        address indexed executor,
        address owner,
        address responder,
        uint96 price,
        uint40 postDeadline
    );
    event Posted(
        JobId indexed id,
        uint32 indexed attempt,
        address indexed executor,
        bytes32 outputRoot,
        TensorRoot[] outputRoots,
        bytes output,
        uint40 windowEnd
    );
    event Finalized(JobId indexed id, uint32 indexed attempt);
    event Expired(JobId indexed id, uint32 indexed attempt, uint256 toRequester);
    event Defeated(JobId indexed id, uint32 indexed attempt, address indexed rewarded);
    event Cancelled(JobId indexed id);
    event Delivered(JobId indexed id, bool accepted);
    event Deposited(address indexed account, address indexed from, uint256 tokens, uint256 coins);
    event Withdrawn(address indexed account, address indexed to, uint256 tokens, uint256 coins);
    event RoyaltyCollected(VersionId indexed version, address indexed to, uint256 amount);
    event CoinsBurned(uint256 amount);
    event ParametersAdded(uint16 indexed index, Parameters parameters);

    /// @notice Inputs are the tensors' bytes, concatenated, at most 4,096 in all. The escrow is taken from the caller's
    /// internal balance.
    function request(Terms calldata terms, bytes calldata input) external returns (JobId);
    /// @notice The caller must see to it that executors and challengers can fetch the bytes.
    function requestByRoots(Terms calldata terms, TensorRoot[] calldata inputRoots) external returns (JobId);
    /// @notice Locks the account's collateral and takes the bond, from the value sent and the caller's internal balance.
    /// @dev The ticket binds terms, judge and parameters, so a replay after a reorganisation cannot change them.
    /// @param attempt The attempt that the caller means; a claim replayed after a reorganisation reverts.
    /// @param owner The staking account that backs the result; it names the caller an operator and authorises the market.
    /// @param responder May answer challenges besides the executor; zero for none.
    function claim(Ticket calldata ticket, uint32 attempt, address owner, address responder) external payable;
    function post(JobId id, uint32 attempt, bytes calldata output) external;
    function postByRoots(JobId id, uint32 attempt, TensorRoot[] calldata outputRoots) external;
    /// @notice Settles a posted result after its window (and, when disputed, after the judge's ruling). Anybody.
    function finalize(Ticket calldata ticket) external;
    /// @notice Re-opens a job whose executor did not post in time. Anybody.
    function expire(Ticket calldata ticket) external;
    /// @notice Returns the escrow of an open job. The requester; after the claim deadline, anybody.
    function cancel(Ticket calldata ticket) external;
    /// @notice Calls the requester back with the output of a final job. Anybody, until the requester accepted once.
    function deliver(Ticket calldata ticket, bytes calldata output) external;
    /// @notice Credits the requester, in Staking, with its part of what a defeated attempt lost. Anybody.
    function collect(Ticket calldata ticket, uint32 attempt) external;

    /// @notice The judge opens a challenge: marks the attempt disputed. Only the attempt's judge. Reverts unless the
    /// attempt is the current one, Posted with this output root, and its window is open (now <= deadline).
    /// @return version The job's.
    /// @return bondGas Worst gas of either side in one challenge; a challenge's bond is 2 * bondGas * gas price.
    /// @return gasFloor Least price of a unit of gas that the job's bonds are reckoned with, wei.
    function markDisputed(
        JobId id,
        uint32 attempt,
        bytes32 outputRoot
    ) external returns (VersionId version, uint32 bondGas, uint48 gasFloor);
    /// @notice The judge's verdict: slashes the lock, pays gas (units, at the price frozen at the claim) out of the
    /// executor's bond, first the prover's, then the rewarded challenger's, as far as it goes, burns the rest of the
    /// bond, re-opens the job. Only the attempt's judge; reverts unless the attempt is the current one and Posted.
    /// @param prover Zero when nobody is to be paid for the proof.
    /// @param rewarded Zero when no challenge is left to reward: the reward burns.
    function defeat(
        JobId id,
        uint32 attempt,
        address prover,
        uint32 proverGas,
        address rewarded,
        uint32 rewardedGas
    ) external;

    /// @notice Adds tokens to an account's internal balance.
    function deposit(address account, uint256 amount) external;
    function depositWithPermit(
        address account,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    function depositCoins(address account) external payable;
    function withdraw(address to, uint256 amount) external;
    function withdrawCoins(address payable to, uint256 amount) external;
    /// @notice Credits the model's owner with what a version has earned. Anybody. What is not collected follows the
    /// ownership of the model.
    function collectRoyalty(VersionId version) external;
    /// @notice Sends the coins burned so far to the dead address. Anybody.
    function burnCoins() external;

    function job(JobId id) external view returns (Job memory);
    /// @notice What a judge reads of a posted or final attempt: a part of `job`, for less gas.
    function answerOf(JobId id) external view returns (Answer memory);
    function idOf(Ticket calldata ticket) external view returns (JobId);
    /// @notice The part of a job's id besides its input: `id = H(05 | head | inputRoot)`.
    function headOf(Ticket calldata ticket) external view returns (bytes32);
    function resultId(JobId id, uint32 attempt) external pure returns (ResultId);
    /// @notice Price of a claim at `time` if the job's current attempt is still open then.
    function priceAt(Ticket calldata ticket, uint40 time) external view returns (uint96);
    /// @notice Collateral and bond of a claim of this job now.
    function claimCost(Ticket calldata ticket) external view returns (uint96 collateral, uint96 bond);
    /// @notice Whether `output` is the final output of the job.
    function isOutput(Ticket calldata ticket, bytes calldata output) external view returns (bool);
    function balanceOf(address account) external view returns (uint128 tokens, uint128 coins);
    /// @notice Royalties of a version that wait to be collected, tokens.
    function royaltyOf(VersionId version) external view returns (uint256);
    function burnedCoins() external view returns (uint256);
    /// @notice Where the collateral is.
    function staking() external view returns (IStaking);
    function currentParameters() external view returns (uint16);
    function parametersAt(uint16 index) external view returns (Parameters memory);
}
