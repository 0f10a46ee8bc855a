// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Descent, NotBelow} from "../../../contracts/dispute/libraries/Descent.sol";
import {Groups} from "../../../contracts/libraries/Groups.sol";
import {Merkle, MerkleIndex, MerkleLength} from "../../../contracts/libraries/Merkle.sol";
import {Position, positionAt, ROOT} from "../../../contracts/types/Position.sol";
import {Assert} from "../support/Assert.sol";
import {vm} from "../support/Vm.sol";

/// @title Properties 11 and 12: shape alone fixes the groups, and nothing outside them can be named
contract DescentTest is Assert {
    /// @dev Every node that a group reveals names that group as its parent; nobody else is a position.
    function testFuzz_groups_coverATensorOnce(
        uint256 leaves,
        uint256 leaf,
        uint16 steps,
        uint16 step
    ) external pure {
        leaves = bound(leaves, 1, 2 ** 25 - 1);
        leaf = bound(leaf, 0, leaves - 1);
        steps = uint16(bound(steps, 1, type(uint16).max));
        step = uint16(bound(step, 0, steps - 1));
        uint256 tree = uint256(step) + 1;
        uint256 depth = Merkle.depth(leaves);
        Position position = positionAt(tree, depth, 0);
        equal("opened with the trace", Descent.parent(position, steps, leaves).treeOf(), 0);
        uint256 openings = 1;
        while (position.levelOf() > Groups.RAW_LEVEL) {
            uint256 below = position.levelOf() - Groups.drop(position.levelOf() - Groups.RAW_LEVEL);
            Position child = positionAt(tree, below, leaf >> below);
            holds("revealed by the group above", Descent.parent(child, steps, leaves) == position);
            Descent.checkBelow(position, child, steps, leaves);
            uint256 first = position.indexOf() << (position.levelOf() - below);
            uint256 size = Descent.groupSize(position, leaves);
            holds("in the group", child.indexOf() >= first && child.indexOf() < first + size);
            holds("at most 64 nodes", size <= 64);
            position = child;
            ++openings;
        }
        equal("openings", openings, Groups.tensorOpenings(depth));
    }

    function testFuzz_groups_coverTheTraceOnce(uint16 steps, uint16 step) external pure {
        steps = uint16(bound(steps, 1, type(uint16).max));
        step = uint16(bound(step, 0, steps - 1));
        uint256 level = Merkle.depth(steps);
        Position position = ROOT;
        uint256 openings = 0;
        for (;;) {
            ++openings;
            uint256 below = level == 0 ? 0 : level - Groups.drop(level);
            Position child =
                below == 0
                    ? positionAt(uint256(step) + 1, 0, 0)
                    : positionAt(0, below, uint256(step) >> below);
            // The tensor of this step has one leaf.
            holds(
                "revealed by the group above",
                Descent.parent(child, steps, below == 0 ? 1 : steps) == position
            );
            Descent.checkBelow(position, child, steps, below == 0 ? 1 : steps);
            if (below == 0) break;
            (position, level) = (child, below);
        }
        equal("openings", openings, Groups.traceOpenings(Merkle.depth(steps)));
    }

    function testFuzz_checkBelow_refusesWhatIsNotBelow(uint16 index, uint16 other) external {
        // A tensor of 4,096 leaves, depth 12: groups at levels 12, 7, 3.
        index = uint16(bound(index, 0, 31));
        other = uint16(bound(other, 0, 511));
        Position from = positionAt(1, 7, index);
        Position to = positionAt(1, 3, other);
        if (other >> 4 == index) return this.checkBelow(from, to, 9, 4096);
        vm.expectRevert(abi.encodeWithSelector(NotBelow.selector, from, to));
        this.checkBelow(from, to, 9, 4096);
    }

    function test_checkBelow_refusesUpwardSidewaysAndOtherTrees() external {
        refused(positionAt(1, 7, 0), positionAt(1, 12, 0), 9, 4096);
        refused(positionAt(1, 7, 0), positionAt(1, 7, 0), 9, 4096);
        refused(positionAt(1, 7, 0), positionAt(1, 7, 1), 9, 4096);
        refused(positionAt(1, 7, 0), positionAt(2, 3, 0), 9, 4096);
        refused(positionAt(1, 7, 0), ROOT, 9, 9);
        // Beyond the last node of its level.
        refused(positionAt(1, 12, 0), positionAt(1, 7, 32), 9, 4096);
        // Of a step that the program does not have.
        refused(positionAt(0, 1, 4), positionAt(11, 0, 0), 9, 1);
        refused(positionAt(1, 12, 0), positionAt(1, 200, 0), 9, 4096);
    }

    function test_parent_refusesLevelsWithoutAGroup() external {
        // Groups of a tensor of depth 12 begin at levels 12, 7 and 3.
        unreachable(positionAt(1, 6, 0), 9, 4096);
        unreachable(positionAt(1, 4, 0), 9, 4096);
        unreachable(positionAt(1, 2, 0), 9, 4096);
        unreachable(positionAt(1, 0, 0), 9, 4096);
        unreachable(positionAt(1, 13, 0), 9, 4096);
        // A leaf of the trace is the top of its tensor; ROOT is revealed by nobody.
        unreachable(positionAt(0, 0, 3), 9, 9);
        unreachable(ROOT, 9, 9);
        unreachable(ROOT, 1, 1);
    }

    /// @dev Property 11: the number of nodes at the tree's right edge follows from the shape.
    function test_groupSize_isWhatIsLeftAtTheEdge() external pure {
        // 4,097 leaves: depth 13, groups at 13 (drop 5), 8 (drop 5), 3. Level 8 has 17 nodes, level 3 has 513.
        equal("top", Descent.groupSize(positionAt(1, 13, 0), 4097), 17);
        equal("inside", Descent.groupSize(positionAt(1, 8, 3), 4097), 32);
        equal("the promoted one", Descent.groupSize(positionAt(1, 8, 16), 4097), 1);
        equal("trace of one step", Descent.groupSize(ROOT, 1), 1);
        equal("trace of 43 steps", Descent.groupSize(ROOT, 43), 43);
    }

    function test_rawSize_isWhatIsLeftAtTheEnd() external pure {
        equal("whole", Descent.rawSize(positionAt(1, 3, 0), 5000), 1024);
        equal("rest", Descent.rawSize(positionAt(1, 3, 4), 5000), 5000 - 4096);
        equal("a short tensor", Descent.rawSize(positionAt(1, 0, 0), 5), 5);
        equal("two leaves", Descent.rawSize(positionAt(1, 1, 0), 129), 129);
    }

    /// @dev Property 12: a path with siblings to spare, or too few, leads nowhere.
    function test_traceRoot_takesExactlyItsPath() external {
        bytes32[] memory path = new bytes32[](3);
        (path[0], path[1], path[2]) = ("a", "b", "c");
        // Tensor of two leaves (its root), step 2 of 5: siblings at levels 0, 1 and 2 of the trace.
        bytes32 node = "node";
        bytes32 expected = Merkle.hashNode(Merkle.hashNode("b", Merkle.hashNode(node, "a")), "c");
        equal("root", this.traceRoot(positionAt(3, 1, 0), node, 5, 2, path), expected);
        vm.expectPartialRevert(MerkleLength.selector);
        this.traceRoot(positionAt(3, 1, 0), node, 5, 2, new bytes32[](2));
        vm.expectPartialRevert(MerkleLength.selector);
        this.traceRoot(positionAt(3, 1, 0), node, 5, 2, new bytes32[](4));
        // The last of five steps is promoted twice.
        path = new bytes32[](1);
        path[0] = "left";
        equal(
            "promoted",
            this.traceRoot(positionAt(5, 1, 0), node, 5, 2, path),
            Merkle.hashNode("left", node)
        );
        vm.expectPartialRevert(MerkleIndex.selector);
        this.traceRoot(positionAt(6, 1, 0), node, 5, 2, path);
    }

    function checkBelow(Position from, Position to, uint256 steps, uint256 leaves) external pure {
        Descent.checkBelow(from, to, steps, leaves);
    }

    function parent(Position to, uint256 steps, uint256 leaves) external pure returns (Position) {
        return Descent.parent(to, steps, leaves);
    }

    function traceRoot(
        Position position,
        bytes32 node,
        uint256 steps,
        uint256 leaves,
        bytes32[] calldata path
    ) external pure returns (bytes32) {
        return Descent.traceRoot(position, node, steps, leaves, path);
    }

    function refused(Position from, Position to, uint256 steps, uint256 leaves) private {
        vm.expectRevert(abi.encodeWithSelector(NotBelow.selector, from, to));
        this.checkBelow(from, to, steps, leaves);
    }

    function unreachable(Position to, uint256 steps, uint256 leaves) private {
        vm.expectRevert(abi.encodeWithSelector(NotBelow.selector, to, to));
        this.parent(to, steps, leaves);
    }
}
