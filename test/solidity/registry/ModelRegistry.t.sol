// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {ModelRegistry} from "../../../contracts/registry/ModelRegistry.sol";
import {
    ClocksOutOfBounds,
    IModelRegistry,
    NameLength,
    NotModelOwner,
    NotNextOwner,
    ProgramUnknown,
    RoyaltyTooHigh,
    VersionUnknown
} from "../../../contracts/registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../../../contracts/registry/interfaces/IProgramRegistry.sol";
import {ModelId, ProgramRoot, VersionId} from "../../../contracts/types/Ids.sol";
import {Assert} from "../support/Assert.sol";
import {vm} from "../support/Vm.sol";

/// @dev One program: two openings deep, one input of 784 bytes, one output of 40.
contract OneProgram {
    ProgramRoot private immutable known;

    constructor(ProgramRoot root) {
        known = root;
    }

    function isRegistered(ProgramRoot root) external view returns (bool) {
        return root == known;
    }

    function program(ProgramRoot) external pure returns (IProgramRegistry.Program memory p) {
        (p.stepCount, p.inputCount, p.outputCount, p.rounds) = (5, 1, 1, 2);
        (p.executorGas, p.challengerGas, p.inputBytes, p.outputBytes) = (400_000, 700_000, 784, 40);
    }
}

contract ModelRegistryTest is Assert {
    ProgramRoot private constant theProgram = ProgramRoot.wrap(keccak256("program"));
    address private constant OWNER = address(0xA11CE);
    address private constant OTHER = address(0xB0B);
    uint32 private constant LONGEST = 10_000;

    AccessManager private manager;
    ModelRegistry private registry;
    ModelId private model;

    function setUp() public {
        manager = new AccessManager(address(this));
        registry = new ModelRegistry(
            address(manager),
            IProgramRegistry(address(new OneProgram(theProgram))),
            LONGEST,
            IModelRegistry.ClockBounds({minWindow: 100, minBudget: 50, minExtension: 10})
        );
        vm.prank(OWNER);
        model = registry.createModel("digits");
    }

    function clocks() private pure returns (IModelRegistry.Clocks memory) {
        return IModelRegistry.Clocks({window: 100, executorBudget: 50, challengerBudget: 60, extension: 10});
    }

    function publish(IModelRegistry.Clocks memory c) private returns (VersionId) {
        vm.prank(OWNER);
        return registry.publish(model, theProgram, keccak256("manifest"), "blob:1", 250, c);
    }

    function test_publish_pinsProgramClocksAndSizes() public {
        VersionId id = publish(clocks());
        IModelRegistry.Quote memory q = registry.quote(id);
        equal("program", ProgramRoot.unwrap(q.program), ProgramRoot.unwrap(theProgram));
        equal("window", q.window, 100);
        // Budgets, two extensions for each of three rounds, and a margin of two.
        equal("dispute", q.disputeSeconds, 50 + 60 + 2 * 3 * 10 + 20);
        equal("bond gas", q.bondGas, 700_000);
        equal("input", q.inputBytes, 784);
        equal("output", q.outputBytes, 40);
        equal("royalty", q.royaltyBasisPoints, 250);
        IModelRegistry.Version memory v = registry.version(id);
        equal("manifest", v.manifestHash, keccak256("manifest"));
        equal("model", ModelId.unwrap(v.model), 1);
        equal("versions", registry.versionCount(), 1);
    }

    function test_publish_onlyByTheOwner() public {
        vm.expectRevert(abi.encodeWithSelector(NotModelOwner.selector, model, OTHER, OWNER));
        vm.prank(OTHER);
        registry.publish(model, theProgram, 0, "", 0, clocks());
    }

    function test_publish_refusesUnknownProgramsAndRoyaltiesAboveTheWhole() public {
        ProgramRoot unknown = ProgramRoot.wrap(keccak256("other"));
        vm.startPrank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(ProgramUnknown.selector, unknown));
        registry.publish(model, unknown, 0, "", 0, clocks());
        vm.expectRevert(abi.encodeWithSelector(RoyaltyTooHigh.selector, 10_001, 10_000));
        registry.publish(model, theProgram, 0, "", 10_001, clocks());
        registry.publish(model, theProgram, 0, "", 10_000, clocks());
    }

    function test_publish_refusesClocksBelowTheirBounds() public {
        for (uint256 i = 0; i < 4; ++i) {
            IModelRegistry.Clocks memory c = clocks();
            if (i == 0) c.window = 99;
            else if (i == 1) c.executorBudget = 49;
            else if (i == 2) c.challengerBudget = 49;
            else c.extension = 9;
            vm.prank(OWNER);
            vm.expectPartialRevert(ClocksOutOfBounds.selector);
            registry.publish(model, theProgram, 0, "", 0, c);
        }
    }

    function testFuzz_publish_neverOutlastsTheLongestSpan(
        uint32 window,
        uint32 executor,
        uint32 challenger,
        uint32 extension
    ) public {
        IModelRegistry.Clocks memory c = IModelRegistry.Clocks(
            uint32(bound(window, 100, 2 * LONGEST)),
            uint32(bound(executor, 50, LONGEST)),
            uint32(bound(challenger, 50, LONGEST)),
            uint32(bound(extension, 10, LONGEST / 8))
        );
        uint256 span =
            uint256(c.window) + c.executorBudget + c.challengerBudget + (2 * 3 + 2) * uint256(c.extension);
        vm.prank(OWNER);
        if (span > LONGEST) vm.expectPartialRevert(ClocksOutOfBounds.selector);
        registry.publish(model, theProgram, 0, "", 0, c);
    }

    function test_publish_acceptsExactlyTheLongestSpan() public {
        IModelRegistry.Clocks memory c = clocks();
        c.window = LONGEST - (50 + 60 + 80);
        publish(c);
        ++c.window;
        vm.prank(OWNER);
        vm.expectPartialRevert(ClocksOutOfBounds.selector);
        registry.publish(model, theProgram, 0, "", 0, c);
    }

    function test_setClockBounds_movesFutureVersionsOnlyAndOnlyByGovernance() public {
        VersionId before = publish(clocks());
        IModelRegistry.ClockBounds memory wider = IModelRegistry.ClockBounds({
            minWindow: 200,
            minBudget: 50,
            minExtension: 10
        });
        vm.prank(OTHER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, OTHER));
        registry.setClockBounds(wider);
        registry.setClockBounds(wider);
        equal("old version", registry.quote(before).window, 100);
        vm.prank(OWNER);
        vm.expectPartialRevert(ClocksOutOfBounds.selector);
        registry.publish(model, theProgram, 0, "", 0, clocks());
    }

    function test_deprecate_marksTheVersionAndOnlyByTheOwner() public {
        VersionId id = publish(clocks());
        vm.prank(OTHER);
        vm.expectRevert(abi.encodeWithSelector(NotModelOwner.selector, model, OTHER, OWNER));
        registry.deprecate(id);
        vm.prank(OWNER);
        registry.deprecate(id);
        holds("deprecated", registry.quote(id).deprecated && registry.version(id).deprecated);
    }

    function test_ownership_movesInTwoSteps() public {
        vm.prank(OTHER);
        vm.expectRevert(abi.encodeWithSelector(NotNextOwner.selector, model, OTHER, address(0)));
        registry.acceptOwnership(model);
        vm.prank(OWNER);
        registry.transferOwnership(model, OTHER);
        equal("still", registry.ownerOf(model), OWNER);
        vm.prank(OTHER);
        registry.acceptOwnership(model);
        equal("moved", registry.ownerOf(model), OTHER);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(NotModelOwner.selector, model, OWNER, OTHER));
        registry.transferOwnership(model, OWNER);
    }

    function test_createModel_boundsTheName() public {
        vm.expectRevert(abi.encodeWithSelector(NameLength.selector, 0, 64));
        registry.createModel("");
        registry.createModel(string(new bytes(64)));
        vm.expectRevert(abi.encodeWithSelector(NameLength.selector, 65, 64));
        registry.createModel(string(new bytes(65)));
    }

    function test_views_refuseVersionsThatDoNotExist() public {
        VersionId none = VersionId.wrap(7);
        bytes memory unknown = abi.encodeWithSelector(VersionUnknown.selector, none);
        vm.expectRevert(unknown);
        registry.quote(none);
        vm.expectRevert(unknown);
        registry.version(none);
        vm.expectRevert(unknown);
        registry.clocksOf(none);
    }
}
