// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "./interfaces/IJobMarket.sol";
import {JobId, ProgramRoot, VersionId} from "../types/Ids.sol";

/// @notice New requests and claims are paused.
error MarketPaused();
/// @notice The same requester asked for the same terms and input before; change the salt.
error JobExists(JobId id);
/// @notice The job is in another phase than the call needs.
error WrongPhase(JobId id, IJobMarket.Phase actual, IJobMarket.Phase needed);
/// @notice The job has moved on to another attempt.
error WrongAttempt(JobId id, uint32 actual, uint32 given);
/// @notice The version's program is another than the terms name.
error WrongProgram(VersionId version, ProgramRoot actual, ProgramRoot given);
/// @notice The version takes no new jobs.
error VersionIsDeprecated(VersionId version);
/// @notice The parameter set is not the current one.
error WrongParameters(uint16 current, uint16 given);
/// @notice The least price exceeds the greatest.
error PricesReversed(uint96 minPrice, uint96 maxPrice);
/// @notice The deadline is over.
error TooLate(uint256 time, uint256 deadline);
/// @notice The deadline, or the window, is not over.
error TooEarly(uint256 time, uint256 deadline);
/// @notice Job and dispute might outlast the thaw of the stake behind them.
error SpanTooLong(uint256 span, uint256 thawSeconds);
/// @notice The program's moves cost more gas than a bond can express.
error ProgramTooCostly(uint256 gas, uint256 most);
/// @notice The base fee is beyond what a bond can express.
error GasPriceTooHigh(uint256 gasPrice, uint256 most);
/// @notice The collateral is beyond what a lock can express.
error CollateralTooLarge(uint256 collateral, uint256 most);
/// @notice The internal balance is too small.
error BalanceTooSmall(address account, uint256 balance, uint256 needed);
/// @notice The call is reserved for somebody else.
error NotAllowed(address caller, address allowed);
/// @notice The judge has not ruled yet.
error RulingPending(JobId id);
/// @notice The judge said that the result falls and did not defeat it.
error JudgeSilent(JobId id, address judge);
/// @notice The bytes are not the job's output.
error WrongOutput(bytes32 root, bytes32 expected);
/// @notice The requester has accepted the output, or asked for no callback.
error NothingToDeliver(JobId id);
/// @notice The call brought too little gas for the callback that the requester asked for.
error TooLittleGas(uint256 available, uint256 needed);
/// @notice The chain's coin did not reach its receiver.
error CoinTransferFailed(address to, uint256 amount);
/// @notice A parameter set for new jobs names no judge.
error JudgeMissing();
/// @notice A parameter is outside of its bounds.
error ParameterOutOfBounds(uint256 value, uint256 most);
