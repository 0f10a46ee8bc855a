// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {JobId, ProgramRoot} from "../types/Ids.sol";
import {IInferenceCallback} from "../market/interfaces/IInferenceCallback.sol";

/// @notice Only the market may call back.
error NotTheMarket(address caller);
/// @notice This contract did not ask for that job, or has had its answer.
error NotAwaited(JobId id);
/// @notice The bytes are not the job's final output.
error NotTheOutput(JobId id);
/// @notice The terms name another program than the one that this contract was made for.
error OtherProgram(ProgramRoot given, ProgramRoot expected);
/// @notice The version gives challengers less time than this contract demands.
error WindowTooShort(uint32 window, uint32 minimum);
/// @notice The value in the terms makes a lie cheaper than this contract demands, tokens.
error LieTooCheap(uint96 cost, uint96 minimum);

/// @title Base of contracts that act on a model's answer
/// @notice Accepts an answer only to its own request, by one pinned program, whose input was on chain in full, after a
/// window of at least `minimumWindow` seconds, from an executor to which a lie would have cost at least
/// `minimumCostOfLie` tokens, after finality, and each answer once.
/// Warning: finality is as good as the assumption behind it: at least one honest challenger that re-executes the job and
/// gets a transaction in within the window.
abstract contract InferenceConsumer is IInferenceCallback {
    IJobMarket public immutable market;
    ProgramRoot public immutable program;
    uint32 public immutable minimumWindow;
    uint96 public immutable minimumCostOfLie;

    /// @notice Jobs whose answer is still to come.
    mapping(JobId => bool) public awaited;

    constructor(IJobMarket market_, ProgramRoot program_, uint32 minimumWindow_, uint96 minimumCostOfLie_) {
        (market, program) = (market_, program_);
        (minimumWindow, minimumCostOfLie) = (minimumWindow_, minimumCostOfLie_);
    }

    /// @inheritdoc IInferenceCallback
    function onInference(JobId id, IJobMarket.Ticket calldata ticket, bytes calldata output) external {
        require(msg.sender == address(market), NotTheMarket(msg.sender));
        accept(id, ticket, output);
    }

    /// @notice Brings an answer whose callback failed or was not asked for. Anybody.
    function pull(IJobMarket.Ticket calldata ticket, bytes calldata output) external {
        JobId id = market.idOf(ticket);
        require(market.isOutput(ticket, output), NotTheOutput(id));
        accept(id, ticket, output);
    }

    /// @dev Requests with this contract's internal balance in the market.
    function ask(IJobMarket.Terms memory terms, bytes memory input) internal returns (JobId id) {
        require(terms.program == program, OtherProgram(terms.program, program));
        // The collateral is at least the value, and at least half of a slash burns, whoever the liar's friends are.
        uint96 cost = terms.value - terms.value / 2;
        require(cost >= minimumCostOfLie, LieTooCheap(cost, minimumCostOfLie));
        id = market.request(terms, input);
        uint32 window = market.job(id).window;
        require(window >= minimumWindow, WindowTooShort(window, minimumWindow));
        awaited[id] = true;
    }

    /// @dev Acts on the answer. `terms.callbackGas` has to cover this and the bookkeeping above it, about 40,000 gas.
    function onAnswer(JobId id, IJobMarket.Ticket calldata ticket, bytes calldata output) internal virtual;

    function accept(JobId id, IJobMarket.Ticket calldata ticket, bytes calldata output) private {
        require(awaited[id], NotAwaited(id));
        awaited[id] = false;
        onAnswer(id, ticket, output);
    }
}
