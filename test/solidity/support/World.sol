// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {FakeJudge} from "../../../contracts/mocks/FakeJudge.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {IJobMarket} from "../../../contracts/market/interfaces/IJobMarket.sol";
import {IGoverned} from "../../../contracts/market/interfaces/IGoverned.sol";
import {IModelRegistry} from "../../../contracts/registry/interfaces/IModelRegistry.sol";

import {IProgramRegistry} from "../../../contracts/registry/interfaces/IProgramRegistry.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {JobId, ModelId, ProgramRoot, VersionId} from "../../../contracts/types/Ids.sol";
import {Assert} from "./Assert.sol";
import {CopyProgram} from "./CopyProgram.sol";
import {Deployer} from "./Deployer.sol";
import {vm} from "./Vm.sol";

/// @title A market with one model, an operator and a requester
abstract contract World is Assert {
    uint64 internal constant THAW = 30 days;
    uint32 internal constant WINDOW = 1 hours;
    uint32 internal constant POST = 10 minutes;
    uint256 internal constant START = 1_800_000_000;
    uint96 internal constant UNIT = 1e18;
    uint48 internal constant GAS_FLOOR = 1 gwei;
    uint256 internal constant INPUT_BYTES = 784;
    uint256 internal constant OUTPUT_BYTES = 40;
    uint32 internal constant LONGEST_SPAN = 20 days;

    address internal immutable admin = address(0xad31);
    address internal immutable owner = address(0x0e1);
    address internal immutable operator = address(0x0e2);
    address internal immutable requester = address(0x4e9);
    address internal immutable modelOwner = address(0x30d);
    address internal immutable challenger = address(0xc4a);

    TestToken internal token;
    IStaking internal staking;
    AccessManager internal authority;
    IModelRegistry internal models;
    IProgramRegistry internal programs;
    ModelId internal theModel;
    /// @dev What new terms ask for.
    ProgramRoot internal theProgram;
    VersionId internal theVersion;
    /// @dev Worst gas of either side of a dispute about the program, and the bond at the gas floor.
    uint32 internal theBondGas;
    uint256 internal theBond;
    IJobMarket internal market;
    IGoverned internal governed;
    FakeJudge internal judge;

    function build(TestToken token_) internal {
        vm.warp(START);
        vm.fee(0);
        token = token_;
        staking = Deployer.staking(address(token), THAW);
        authority = new AccessManager(admin);
        programs = Deployer.programRegistry();
        models = Deployer.modelRegistry(
            address(authority),
            programs,
            LONGEST_SPAN,
            IModelRegistry.ClockBounds(WINDOW, 1 hours, 10 minutes)
        );
        vm.prank(modelOwner);
        theModel = models.createModel("copy");
        publishLengths(INPUT_BYTES, OUTPUT_BYTES);
        judge = new FakeJudge();
        (market, governed) = Deployer.market(
            staking,
            address(models),
            programs,
            address(authority),
            parameters(address(judge))
        );
        judge.serve(market);
    }

    /// @dev The usual world: funded requester and operator, staked owner.
    function standard() internal {
        build(new TestToken());
        fund(requester, 1000 * UNIT, 0);
        fund(operator, 0, 1 ether);
        stakeFor(owner, operator, 1000 * UNIT);
    }

    /// @dev A new version of the program, which terms ask for from now on.
    function publish(uint16 royalty) internal {
        vm.prank(modelOwner);
        theVersion = models.publish(
            theModel,
            theProgram,
            bytes32(0),
            "",
            royalty,
            IModelRegistry.Clocks(WINDOW, 3 hours, 3 hours, 10 minutes)
        );
        theBondGas = models.quote(theVersion).bondGas;
        theBond = 2 * uint256(theBondGas) * GAS_FLOOR;
    }

    /// @dev A new program with tensors of these byte lengths.
    function publishLengths(uint32[] memory inputBytes, uint32[] memory outputBytes) internal {
        theProgram = CopyProgram.register(programs, inputBytes, outputBytes);
        publish(500);
    }

    function publishLengths(uint256 inputBytes, uint256 outputBytes) internal {
        publishLengths(listOf(inputBytes), listOf(outputBytes));
    }

    function listOf(uint256 a) internal pure returns (uint32[] memory list) {
        list = new uint32[](1);
        list[0] = uint32(a);
    }

    function parameters(address judge_) internal pure returns (IJobMarket.Parameters memory) {
        return IJobMarket.Parameters(judge_, 100 * UNIT, 10 * UNIT, GAS_FLOOR, 50_000, 5_000);
    }

    /* ACTORS */

    function fund(address account, uint256 tokens, uint256 coins) internal {
        token.mint(address(this), tokens);
        token.approve(address(market), tokens);
        market.deposit(account, tokens);
        vm.deal(address(this), coins);
        market.depositCoins{value: coins}(account);
    }

    function stakeFor(address owner_, address operator_, uint256 tokens) internal {
        token.mint(address(this), tokens);
        token.approve(address(staking), tokens);
        staking.stake(owner_, tokens);
        vm.startPrank(owner_);
        staking.setOperator(operator_, true);
        staking.setMarket(address(market), true);
        staking.setExposureLimit(type(uint128).max);
        vm.stopPrank();
    }

    /* JOBS */

    function terms() internal view returns (IJobMarket.Terms memory t) {
        t.version = theVersion;
        t.program = theProgram;
        (t.minPrice, t.maxPrice, t.rampSeconds) = (UNIT, 3 * UNIT, 1000);
        t.claimDeadline = uint40(block.timestamp + 1 days);
        t.postSeconds = POST;
    }

    function input() internal pure returns (bytes memory data) {
        data = new bytes(INPUT_BYTES);
        for (uint256 i = 0; i < INPUT_BYTES; ++i) data[i] = bytes1(uint8(i * 7));
    }

    function output() internal pure returns (bytes memory data) {
        data = new bytes(OUTPUT_BYTES);
        for (uint256 i = 0; i < OUTPUT_BYTES; ++i) data[i] = bytes1(uint8(i * 3 + 1));
    }

    function request(
        address from,
        IJobMarket.Terms memory t
    ) internal returns (JobId id, IJobMarket.Ticket memory ticket) {
        vm.prank(from);
        id = market.request(t, input());
        ticket = IJobMarket.Ticket(from, t, listRoot(input()));
    }

    function claim(IJobMarket.Ticket memory ticket, uint32 attempt) internal {
        vm.prank(operator);
        market.claim(ticket, attempt, owner, address(0));
    }

    function post(JobId id, uint32 attempt) internal {
        vm.prank(operator);
        market.post(id, attempt, output());
    }

    /// @dev A job of the requester that the operator claimed at the start.
    function claimed() internal returns (JobId id, IJobMarket.Ticket memory ticket) {
        (id, ticket) = request(requester, terms());
        claim(ticket, 0);
    }

    function posted() internal returns (JobId id, IJobMarket.Ticket memory ticket) {
        (id, ticket) = claimed();
        post(id, 0);
    }

    function finalized() internal returns (JobId id, IJobMarket.Ticket memory ticket) {
        (id, ticket) = posted();
        vm.warp(START + WINDOW + 1);
        market.finalize(ticket);
    }

    function tokensOf(address account) internal view returns (uint256 tokens) {
        (tokens, ) = market.balanceOf(account);
    }

    function coinsOf(address account) internal view returns (uint256 coins) {
        (, coins) = market.balanceOf(account);
    }

    function phaseIs(string memory what, JobId id, IJobMarket.Phase phase) internal view {
        equal(what, uint256(market.job(id).phase), uint256(phase));
    }

    /* REFERENCE: the list root of one tensor, written down again, slowly */

    function listRoot(bytes memory data) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"03", tensorRoot(data)));
    }

    function tensorRoot(bytes memory data) internal pure returns (bytes32) {
        uint256 count = (data.length + 127) / 128;
        bytes32[] memory level = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            bytes memory leaf = new bytes(128);
            for (uint256 j = 0; j < 128 && i * 128 + j < data.length; ++j) leaf[j] = data[i * 128 + j];
            level[i] = keccak256(leaf);
        }
        while (count > 1) {
            uint256 next = (count + 1) / 2;
            for (uint256 i = 0; i < next; ++i)
                level[i] =
                    2 * i + 1 < count
                        ? keccak256(abi.encodePacked(hex"01", level[2 * i], level[2 * i + 1]))
                        : level[2 * i];
            count = next;
        }
        return level[0];
    }
}
