// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Groups} from "../libraries/Groups.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {Metering} from "../libraries/Metering.sol";
import {DescriptorWords, HeaderWord} from "../libraries/DescriptorWords.sol";
import {IJobMarket} from "../market/interfaces/IJobMarket.sol";
import {IJudge} from "../market/interfaces/IJudge.sol";
import {IModelRegistry} from "../registry/interfaces/IModelRegistry.sol";
import {IProgramRegistry} from "../registry/interfaces/IProgramRegistry.sol";
import {
    ChallengeId,
    JobId,
    ResultId,
    TensorRoot,
    VersionId,
    challengeIdOf,
    resultIdOf
} from "../types/Ids.sol";
import {Position, ROOT} from "../types/Position.sol";
import {IStepVerifier} from "../verifier/interfaces/IStepVerifier.sol";
import {
    AlreadyDefeated,
    BondTooSmall,
    ElementHolds,
    IDisputeGame,
    NotChallenger,
    NotCommitted,
    NotExecutor,
    NotFinished,
    NotMarket,
    NotOpen,
    NotPosted,
    NotSent,
    OpenedOtherwise,
    PositionMoved,
    WrongState
} from "./interfaces/IDisputeGame.sol";
import {GameState} from "./GameState.sol";
import {Clock, Turn} from "./libraries/Clock.sol";
import {Descent, GroupSize, NodeMismatch} from "./libraries/Descent.sol";
import {ChallengeRecord, Records, ResultRecord} from "./libraries/Records.sol";
import {StepProof} from "./libraries/StepProof.sol";

/// @title DisputeGame
/// @dev No proxy, no owner, no pause. Calls to market, registries and verifier go to contracts fixed at construction;
/// calls that carry coin go out last, after every write.
contract DisputeGame is GameState {
    constructor(
        IJobMarket market,
        IModelRegistry models,
        IProgramRegistry programs,
        IStepVerifier verifier
    ) GameState(market, models, programs, verifier) {}

    /* OPENING A CHALLENGE */

    /// @inheritdoc IDisputeGame
    function challenge(
        JobId id,
        uint32 attempt,
        bytes32 outputRoot
    ) external payable returns (ChallengeId challengeId) {
        (VersionId version, uint32 bondGas, uint48 gasFloor) = MARKET.markDisputed(id, attempt, outputRoot);
        ResultId resultId = resultIdOf(id, attempt);
        ResultRecord storage r = results[resultId];
        if (r.count == 0) {
            IModelRegistry.Clocks memory clocks = MODELS.clocksOf(version);
            r.executorBudget = Records.bounded(clocks.executorBudget);
            r.challengerBudget = Records.bounded(clocks.challengerBudget);
            r.extension = Records.bounded(clocks.extension);
            // SAFETY: the market keeps it in 24 bits.
            r.bondGas = uint24(bondGas);
        }
        uint48 gasPrice = gasPriceAt(block.basefee, gasFloor);
        uint256 bond = bondOf(r, gasPrice);
        require(msg.value >= bond, BondTooSmall(msg.value, bond));
        challengeId = Records.append(challenges, r, resultId);
        ChallengeRecord storage c = challenges[challengeId];
        (c.challenger, c.gasPrice, c.since) = (msg.sender, gasPrice, uint40(block.timestamp));
        emit Challenged(resultId, challengeId, msg.sender, gasPrice);
        if (msg.value > bond) send(msg.sender, msg.value - bond);
    }

    /* THE EXECUTOR'S MOVES */

    /// @inheritdoc IDisputeGame
    function commit(
        ChallengeId via,
        bytes32 traceRoot,
        bytes32[] calldata group,
        TensorRoot[] calldata outputRoots,
        bytes32[] calldata outputSiblings
    ) external {
        ResultId resultId = via.resultOf();
        ResultRecord storage r = results[resultId];
        ChallengeRecord storage c = challenges[via];
        requireWaiting(via, ROOT);
        // INVARIANT: a challenge on move means that its attempt is the current one and Posted: the market finalises
        // only after every challenge has ended or lost, and re-opens only on this contract's verdict.
        IJobMarket.Answer memory answer = MARKET.answerOf(resultId.jobOf());
        require(msg.sender == answer.executor || msg.sender == answer.responder, NotExecutor(msg.sender));
        IProgramRegistry.Outline memory program = PROGRAMS.outline(MODELS.quote(answer.version).program);
        checkOutputs(program, answer.outputRoot, traceRoot, outputRoots, outputSiblings);
        uint256 size = Descent.groupSize(ROOT, program.stepCount);
        require(group.length == size, GroupSize(group.length, size));
        bytes32 actual = Merkle.fold(group);
        require(actual == traceRoot, NodeMismatch(traceRoot, actual));
        r.committedAt = uint40(block.timestamp);
        // SAFETY: a program has at most 65,535 steps.
        r.stepCount = uint16(program.stepCount);
        (r.traceRoot, r.stepsRoot) = (traceRoot, program.stepsRoot);
        c.executorMeter = Records.plus(
            c.executorMeter,
            Metering.commit(size + outputRoots.length + outputSiblings.length)
        );
        emit Committed(resultId, traceRoot, group);
    }

    /// @inheritdoc IDisputeGame
    function open(
        ChallengeId via,
        Position position,
        bytes32[] calldata group,
        bytes32[] calldata path
    ) external {
        ResultRecord storage r = results[via.resultOf()];
        ChallengeRecord storage c = challenges[via];
        requireWaiting(via, position);
        uint256 leaves = r.stepCount;
        if (position.treeOf() != 0) {
            require(position.levelOf() > Groups.RAW_LEVEL, OpenedOtherwise(position));
            leaves = Merkle.leafCount(c.tensorBytes);
        } else require(position != ROOT, OpenedOtherwise(position));
        uint256 size = Descent.groupSize(position, leaves);
        require(group.length == size, GroupSize(group.length, size));
        reveal(via, position, Merkle.fold(group), leaves, path);
        c.executorMeter = Records.plus(c.executorMeter, Metering.open(size + path.length));
        emit Opened(via.resultOf(), position, group);
    }

    /// @inheritdoc IDisputeGame
    function openLeaves(
        ChallengeId via,
        Position position,
        bytes calldata leaves,
        bytes32[] calldata path
    ) external {
        ChallengeRecord storage c = challenges[via];
        requireWaiting(via, position);
        require(position.treeOf() != 0 && position.levelOf() <= Groups.RAW_LEVEL, OpenedOtherwise(position));
        uint256 size = Descent.rawSize(position, c.tensorBytes);
        require(leaves.length == size, GroupSize(leaves.length, size));
        reveal(via, position, Merkle.tensorRoot(leaves), Merkle.leafCount(c.tensorBytes), path);
        c.executorMeter = Records.plus(c.executorMeter, Metering.openLeaves(size, path.length));
        emit OpenedLeaves(via.resultOf(), position, leaves);
    }

    /* THE CHALLENGER'S MOVES */

    /// @inheritdoc IDisputeGame
    function pick(
        ChallengeId id,
        Position from,
        Position to,
        bytes32 traceRoot,
        bytes calldata descriptor,
        bytes32[] calldata stepPath
    ) external {
        ChallengeRecord storage c = challenges[id];
        require(msg.sender == c.challenger, NotChallenger(msg.sender));
        require(c.position == from, PositionMoved(from, c.position));
        Turn memory turn = requireState(id, State.ChallengerMove);
        ResultRecord storage r = results[id.resultOf()];
        require(r.traceRoot == traceRoot, NodeMismatch(traceRoot, r.traceRoot));
        uint256 meter = Metering.PICK;
        if (from.treeOf() == 0 && to.treeOf() != 0) {
            // SAFETY: the registry bounds a tensor's bytes by 2^32.
            c.tensorBytes = uint32(outputBytes(r, to.treeOf() - 1, descriptor, stepPath));
            meter = Metering.enter(stepPath.length, descriptor.length);
        }
        uint256 leaves = to.treeOf() == 0 ? r.stepCount : Merkle.leafCount(c.tensorBytes);
        Descent.checkBelow(from, to, r.stepCount, leaves);
        Position group = Descent.parent(to, r.stepCount, leaves);
        require(openedAt(id.resultOf(), group) != 0, NotOpen(group));
        (uint256 executorUsed, uint256 challengerUsed) = Clock.used(turn, block.timestamp);
        c.since = uint40(block.timestamp);
        c.position = to;
        c.executorUsed = Records.plus(c.executorUsed, executorUsed);
        c.challengerUsed = Records.plus(c.challengerUsed, challengerUsed);
        c.challengerMeter = Records.plus(c.challengerMeter, meter);
        emit Picked(id, to);
    }

    /// @inheritdoc IDisputeGame
    function withdraw(ChallengeId id, Position from) external {
        ChallengeRecord storage c = challenges[id];
        require(msg.sender == c.challenger, NotChallenger(msg.sender));
        require(c.position == from, PositionMoved(from, c.position));
        (State state, ) = stateOf(id);
        require(
            state == State.ExecutorMove || state == State.ChallengerMove,
            WrongState(state, State.ChallengerMove)
        );
        lose(id);
        emit ChallengeEnded(id, true);
    }

    /* ANYBODY'S MOVES */

    /// @inheritdoc IDisputeGame
    function prove(ResultId id, Proof calldata proof) external {
        ResultRecord storage r = results[id];
        require(r.committedAt != 0, NotCommitted(id));
        // First, so that a proof that somebody copied and sent earlier costs little.
        require(!r.defeated, AlreadyDefeated(id));
        HeaderWord h = stepAt(r, proof.step, proof.descriptor, proof.stepPath);
        (bytes32[] memory operandRoots, bytes32 outputRoot) = StepProof.tensorRoots(
            proof,
            h,
            r.stepCount,
            r.traceRoot,
            id.jobOf()
        );
        int256 committed = StepProof.committed(proof, h, outputRoot);
        int256 value = VERIFIER.evaluate(proof.descriptor, operandRoots, proof.element, 0, proof.witness);
        require(value != committed, ElementHolds(proof.step, proof.element, value));
        emit Proved(id, msg.sender, proof.step, proof.element, value);
        defeat(id, msg.sender, Metering.proof(StepProof.size(proof)));
    }

    /// @inheritdoc IDisputeGame
    function timeout(ChallengeId id) external {
        requireState(id, State.ExecutorLost);
        emit TimedOut(id.resultOf(), id);
        defeat(id.resultOf(), msg.sender, Metering.TIMEOUT);
    }

    /// @inheritdoc IDisputeGame
    function expire(ChallengeId id) external {
        requireState(id, State.ChallengerLost);
        lose(id);
        emit ChallengeEnded(id, false);
    }

    /// @inheritdoc IDisputeGame
    function settle(ChallengeId id) external {
        ResultId resultId = id.resultOf();
        ResultRecord storage r = results[resultId];
        ChallengeRecord storage c = challenges[id];
        require(c.since != 0, WrongState(State.Ended, State.ChallengerLost));
        uint256 bond = bondOf(r, c.gasPrice);
        if (!r.defeated) {
            IJobMarket.Job memory job = MARKET.job(resultId.jobOf());
            require(
                job.phase == IJobMarket.Phase.Final && job.attempt == resultId.attemptOf(),
                NotFinished(resultId)
            );
            (State state, ) = stateOf(id);
            if (state == State.ChallengerLost) {
                forfeit(c, bond, job.executor);
                bond = 0;
            }
        }
        c.since = 0;
        emit Settled(id, bond);
        if (bond != 0) send(c.challenger, bond);
    }

    /// @inheritdoc IDisputeGame
    function collect(address account) external {
        uint256 amount = creditOf[account];
        creditOf[account] = 0;
        send(account, amount);
    }

    /* WHAT THE MARKET ASKS */

    /// @inheritdoc IJudge
    function settleFallen(JobId id, uint32 attempt) external {
        require(msg.sender == address(MARKET), NotMarket(msg.sender));
        require(ruling(id, attempt) == Ruling.Falls, NotFinished(resultIdOf(id, attempt)));
        defeat(resultIdOf(id, attempt), address(0), 0);
    }

    /* INSIDE */

    function requireWaiting(ChallengeId via, Position position) private view {
        Position actual = challenges[via].position;
        require(actual == position, PositionMoved(position, actual));
        requireState(via, State.ExecutorMove);
    }

    /// @dev Checks an opened node against the trace root, and stamps its position.
    function reveal(
        ChallengeId via,
        Position position,
        bytes32 node,
        uint256 leaves,
        bytes32[] calldata path
    ) private {
        ResultId resultId = via.resultOf();
        ResultRecord storage r = results[resultId];
        bytes32 actual = Descent.traceRoot(position, node, r.stepCount, leaves, path);
        require(actual == r.traceRoot, NodeMismatch(r.traceRoot, actual));
        openings[resultId][position] = uint40(block.timestamp);
    }

    /// @dev Every output of the program is, in the trace, what was posted.
    function checkOutputs(
        IProgramRegistry.Outline memory program,
        bytes32 posted,
        bytes32 traceRoot,
        TensorRoot[] calldata roots,
        bytes32[] calldata siblings
    ) private pure {
        bytes32 list = keccak256(abi.encodePacked(hex"03", roots));
        require(list == posted, NodeMismatch(posted, list));
        uint256[] memory indices = new uint256[](roots.length);
        bytes32[] memory hashes = new bytes32[](roots.length);
        // The outputs in increasing order of step, by insertion: there are at most eight.
        for (uint256 i = 0; i < roots.length; ++i) {
            uint256 step = (program.outputSteps >> (32 * i)) & type(uint32).max;
            uint256 place = i;
            for (; place != 0 && indices[place - 1] > step; --place)
                (indices[place], hashes[place]) = (indices[place - 1], hashes[place - 1]);
            (indices[place], hashes[place]) = (step, TensorRoot.unwrap(roots[i]));
        }
        bytes32 actual = Merkle.rootFromLeaves(program.stepCount, indices, hashes, siblings);
        require(actual == traceRoot, NodeMismatch(traceRoot, actual));
    }

    function stepAt(
        ResultRecord storage r,
        uint256 step,
        bytes calldata descriptor,
        bytes32[] calldata stepPath
    ) private view returns (HeaderWord) {
        return StepProof.header(step, r.stepCount, r.stepsRoot, descriptor, stepPath);
    }

    function outputBytes(
        ResultRecord storage r,
        uint256 step,
        bytes calldata descriptor,
        bytes32[] calldata stepPath
    ) private view returns (uint256) {
        HeaderWord h = stepAt(r, step, descriptor, stepPath);
        return StepProof.outputElements(h, descriptor) * DescriptorWords.elementSize(h.dtype());
    }

    /// @dev The verdict. The market refuses it unless the attempt is the current one and Posted: after the end nothing
    /// moves. The reward goes to the earliest challenge that has not ended.
    function defeat(ResultId id, address prover, uint256 proverGas) private {
        ResultRecord storage r = results[id];
        require(!r.defeated, AlreadyDefeated(id));
        r.defeated = true;
        ChallengeId first = challengeIdOf(id, r.first);
        ChallengeRecord storage c = challenges[first];
        address rewarded = c.challenger;
        // SAFETY: Metering bounds the gas of a move far below 2^31.
        uint32 rewardedGas = rewarded == address(0) ? 0 : uint32(Metering.CHALLENGE + c.challengerMeter);
        emit Defeated(id, first);
        MARKET.defeat(id.jobOf(), id.attemptOf(), prover, uint32(proverGas), rewarded, rewardedGas);
    }

    /// @dev A live challenge ends against its challenger.
    function lose(ChallengeId id) private {
        ResultRecord storage r = results[id.resultOf()];
        ChallengeRecord storage c = challenges[id];
        IJobMarket.Job memory job = MARKET.job(id.resultOf().jobOf());
        require(
            job.phase == IJobMarket.Phase.Posted && job.attempt == id.resultOf().attemptOf(),
            NotPosted(id.resultOf())
        );
        Records.remove(challenges, r, id);
        forfeit(c, bondOf(r, c.gasPrice), job.executor);
    }

    /// @dev A lost bond: the executor's metered gas at the frozen price, the rest burns.
    function forfeit(ChallengeRecord storage c, uint256 bond, address executor) private {
        uint256 owed = uint256(c.executorMeter) * c.gasPrice;
        if (owed > bond) owed = bond;
        if (owed != 0) {
            creditOf[executor] += owed;
            emit Credited(executor, owed);
        }
        burned += bond - owed;
        emit Burned(bond - owed);
    }

    /// @dev Ignores what the receiver returns; one that reverts keeps only itself from being paid.
    function send(address to, uint256 amount) private {
        bool sent;
        // SAFETY: copies no returndata.
        assembly ("memory-safe") {
            sent := call(gas(), to, amount, 0, 0, 0, 0)
        }
        require(sent, NotSent(to, amount));
    }
}
