// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {JobId, ProgramRoot, VersionId} from "../types/Ids.sol";
import {Argmax} from "./Argmax.sol";
import {InferenceConsumer} from "./InferenceConsumer.sol";

/// @notice The visitor did not ask for this job.
error NotYourJob(JobId id, address visitor);

/// @title Example: a gate that opens to whoever shows a picture of its digit
/// @notice The visitor pays for the inference. The gate opens once the answer is final, by the market's callback or by
/// anybody's `pull`. What no-shows and liars pay the requester stays with the gate.
contract DigitGate is InferenceConsumer {
    using SafeERC20 for IERC20;

    /// @dev Measured: an answer costs about 60,000 gas.
    uint32 private constant CALLBACK_GAS = 120_000;
    uint256 private constant LOGITS = 10;

    IERC20 public immutable token;
    VersionId public immutable version;
    uint8 public immutable digit;
    uint96 public immutable price;
    /// @notice What a visitor let in wrongly would cost: the collateral of the executor is at least this.
    uint96 public immutable value;

    mapping(JobId => address) public visitorOf;
    mapping(address visitor => bool) public isOpenTo;
    uint256 private asked;

    event Knocked(JobId indexed id, address indexed visitor);
    event Answered(JobId indexed id, address indexed visitor, uint256 digit, bool opened);

    constructor(
        IJobMarket market_,
        IERC20 token_,
        VersionId version_,
        ProgramRoot program_,
        uint32 minimumWindow_,
        uint8 digit_,
        uint96 price_,
        uint96 value_
    ) InferenceConsumer(market_, program_, minimumWindow_, value_ / 2) {
        (token, version, digit, price, value) = (token_, version_, digit_, price_, value_);
        token_.forceApprove(address(market_), type(uint256).max);
    }

    /// @notice Shows a picture: the model's input bytes. Takes the price from the caller.
    function knock(bytes calldata picture) external returns (JobId id) {
        token.safeTransferFrom(msg.sender, address(this), price);
        market.deposit(address(this), price);
        IJobMarket.Terms memory terms = IJobMarket.Terms({
            version: version,
            program: program,
            minPrice: price,
            maxPrice: price,
            rampSeconds: 0,
            claimDeadline: uint40(block.timestamp + 1 hours),
            postSeconds: 10 minutes,
            value: value,
            callbackGas: CALLBACK_GAS,
            parameters: market.currentParameters(),
            salt: bytes32(++asked)
        });
        id = ask(terms, picture);
        visitorOf[id] = msg.sender;
        emit Knocked(id, msg.sender);
    }

    /// @notice Takes back the price of a job that nobody has claimed, or that somebody has cancelled.
    function giveUp(IJobMarket.Ticket calldata ticket) external {
        JobId id = market.idOf(ticket);
        require(visitorOf[id] == msg.sender, NotYourJob(id, msg.sender));
        delete visitorOf[id];
        // Reverts unless the job is open.
        if (market.job(id).phase != IJobMarket.Phase.Cancelled) market.cancel(ticket);
        market.withdraw(msg.sender, price);
    }

    function onAnswer(JobId id, IJobMarket.Ticket calldata, bytes calldata output) internal override {
        address visitor = visitorOf[id];
        uint256 shown = Argmax.classOf(output, output.length / LOGITS);
        bool opened = shown == digit;
        if (opened) isOpenTo[visitor] = true;
        emit Answered(id, visitor, shown, opened);
    }
}
