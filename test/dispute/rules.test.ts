import assert from 'node:assert/strict'
import { depthOf, positionAt, provePath, ROOT, stepsTree, toHash } from '@plumbline/commitments'
import type { Move } from '@plumbline/dispute'
import { encodeStep, type Hash } from '@plumbline/ir'
import { bondOf, CLOCKS, type Court, idOf, latest, on, openCourt } from './support/court.ts'
import { everyKind, longTrace, wideTensor } from './support/programs.ts'
import { refused, setStage, STATE, type Stage } from './support/stage.ts'

const FAULT = '5:123'
const WRONG: Hash = `0x${'9'.repeat(64)}`

describe('what the dispute game refuses', function () {
  this.timeout(600_000)
  let court: Court
  let stage: Stage

  before(async () => {
    court = await openCourt()
  })
  beforeEach(async () => {
    stage = await setStage(court, everyKind(), FAULT)
  })

  describe('a challenge', () => {
    const challenge = async (
      value: bigint,
      outputRoot = stage.matter.outputRoot,
      attempt = 0,
    ): Promise<unknown> =>
      on(court.game, stage.challenger)('challenge')(stage.matter.job, attempt, outputRoot, { value })

    it('after the window, and not before its end (t-1, t, t+1)', async () => {
      const { windowEnd } = stage.matter
      await stage.at(windowEnd - 1)
      await stage.challenge()
      await stage.at(windowEnd)
      await stage.challenge()
      await stage.at(windowEnd + 1)
      await refused(stage.challenge(), 'TooLate')
    })

    it('of another answer or attempt than the posted one: a replay after a reorganisation', async () => {
      const bond = await bondOf(stage.matter)
      await refused(challenge(bond, WRONG), 'WrongOutput')
      await refused(challenge(bond, stage.matter.outputRoot, 1), 'WrongAttempt')
    })

    it('with a wei less than the bond; what exceeds it is sent back', async () => {
      const bond = await bondOf(stage.matter)
      await refused(challenge(bond - 1n), 'BondTooSmall')
      const held = await court.ethers.provider.getBalance(court.game)
      await challenge(bond + 12_345n)
      assert.equal(await court.ethers.provider.getBalance(court.game), held + bond)
    })

    it('costs the same however many there are', async () => {
      const first = await bondOf(stage.matter)
      for (let i = 0; i < 4; i++) await stage.challenge()
      assert.equal(await bondOf(stage.matter), first)
      const bonds = await Promise.all(
        [1, 2, 3, 4].map(
          async (n) => (await court.game.getFunction('challengeOf')(idOf(stage.matter.result, n))).bond,
        ),
      )
      assert.deepEqual(new Set(bonds), new Set([first]))
    })
  })

  describe('a commit', () => {
    let id: Hash
    let commit: Extract<Move, { kind: 'commit' }>
    beforeEach(async () => {
      id = await stage.challenge()
      commit = (await stage.answer()) as typeof commit
    })
    const send = async (change: Partial<typeof commit> = {}, by = court.executor): Promise<unknown> =>
      stage.move(by, { ...commit, ...change })

    it('by anybody but executor and responder', async () => {
      await refused(send({}, stage.challenger), 'NotExecutor')
      await send({}, court.responder)
    })

    it('a second time (property 4)', async () => {
      await send()
      await refused(send(), 'WrongState')
      await stage.challenge()
      await refused(send({ via: idOf(stage.matter.result, 2) }), 'WrongState')
      assert.equal(
        (await court.game.getFunction('resultOf')(stage.matter.result)).traceRoot,
        commit.traceRoot,
      )
    })

    it('of a group that is not that of ROOT', async () => {
      await refused(send({ group: commit.group.slice(1) }), 'GroupSize')
      await refused(send({ group: [...commit.group, WRONG] }), 'GroupSize')
      await refused(send({ group: [WRONG, ...commit.group.slice(1)] }), 'NodeMismatch')
      await refused(send({ traceRoot: WRONG }), 'NodeMismatch')
    })

    it('whose outputs are not the posted ones (property 3)', async () => {
      const [first, second, ...rest] = commit.outputRoots
      await refused(send({ outputRoots: [second!, first!, ...rest] }), 'NodeMismatch')
      await refused(send({ outputRoots: commit.outputRoots.slice(1) }), 'NodeMismatch')
      // An honest trace does not end in the posted lie.
      const honest = await setStage(court, everyKind())
      await honest.challenge()
      const right = (await honest.answer()) as typeof commit
      await refused(send({ traceRoot: right.traceRoot, group: right.group }), 'NodeMismatch')
      await refused(
        send({ traceRoot: right.traceRoot, group: right.group, outputSiblings: right.outputSiblings }),
        'NodeMismatch',
      )
    })

    it('after the deadline, and not before (t-1, t, t+1)', async () => {
      const { deadline } = await stage.state(id)
      const snapshot = await court.connection.networkHelpers.takeSnapshot()
      await stage.at(deadline)
      await send()
      await snapshot.restore()
      await stage.at(deadline + 1)
      await refused(send(), 'WrongState')
    })
  })

  describe('an opening', () => {
    let id: Hash
    beforeEach(async () => {
      stage = await setStage(court, wideTensor(), '0:40000')
      id = await stage.challenge()
      await stage.move(court.executor, await stage.answer())
      await stage.move(stage.challenger, await stage.descent(id))
    })

    it('of another position than the one where the challenge waits', async () => {
      const open = (await stage.answer()) as Extract<Move, { kind: 'open' }>
      await refused(stage.move(stage.other, { ...open, position: positionAt(2, 9, 0) }), 'PositionMoved')
      await refused(stage.move(stage.other, { ...open, position: ROOT }), 'PositionMoved')
    })

    it('of another number of nodes, other nodes, or another path', async () => {
      const open = (await stage.answer()) as Extract<Move, { kind: 'open' }>
      await refused(stage.move(stage.other, { ...open, group: open.group.slice(1) }), 'GroupSize')
      await refused(
        stage.move(stage.other, { ...open, group: [...open.group.slice(1), WRONG] }),
        'NodeMismatch',
      )
      await refused(stage.move(stage.other, { ...open, path: [WRONG] }), 'NodeMismatch')
      await refused(stage.move(stage.other, { ...open, path: [] }), 'MerkleLength')
      await refused(stage.move(stage.other, { ...open, path: [...open.path, WRONG] }), 'MerkleLength')
      await refused(
        stage.call(stage.other, 'openLeaves', open.via, open.position, '0x00', open.path),
        'OpenedOtherwise',
      )
      // Anybody may open.
      await stage.move(stage.other, open)
      await refused(stage.move(stage.other, open), 'WrongState')
    })

    it('of raw leaves with another length or other bytes (property 13)', async () => {
      await stage.move(court.executor, await stage.answer())
      await stage.move(stage.challenger, await stage.descent(id))
      const open = (await stage.answer()) as Extract<Move, { kind: 'openLeaves' }>
      const dirty = open.leaves.slice()
      dirty[0]! ^= 1
      await refused(stage.move(stage.other, { ...open, leaves: dirty }), 'NodeMismatch')
      await refused(stage.move(stage.other, { ...open, leaves: open.leaves.subarray(1) }), 'GroupSize')
      await refused(
        stage.move(stage.other, { ...open, leaves: Uint8Array.of(...open.leaves, 0) }),
        'GroupSize',
      )
      await refused(
        stage.call(stage.other, 'open', open.via, open.position, [WRONG], open.path),
        'OpenedOtherwise',
      )
      await stage.move(stage.other, open)
    })
  })

  describe('a pick', () => {
    let id: Hash
    let pick: Extract<Move, { kind: 'pick' }>
    beforeEach(async () => {
      id = await stage.challenge()
      await stage.move(court.executor, await stage.answer())
      pick = (await stage.descent(id)) as typeof pick
    })
    const send = async (change: Partial<typeof pick> = {}, by = stage.challenger): Promise<unknown> =>
      stage.move(by, { ...pick, ...change })

    it('by anybody but its challenger', async () => {
      await refused(send({}, stage.other), 'NotChallenger')
      await refused(send({}, court.executor), 'NotChallenger')
    })

    it('that answers another state: a replay after a reorganisation (property 36)', async () => {
      await refused(send({ from: pick.to }), 'PositionMoved')
      await refused(send({ traceRoot: WRONG }), 'NodeMismatch')
      await send()
      await refused(send(), 'PositionMoved')
    })

    it('while the executor is on move', async () => {
      await send()
      await refused(send({ from: pick.to, to: positionAt(6, 0, 0) }), 'WrongState')
    })

    it('of a node that is not there, not below, or not revealed', async () => {
      await refused(send({ to: positionAt(0, 0, 5) }), 'NotBelow')
      await refused(send({ to: ROOT }), 'NotBelow')
      await refused(send({ to: positionAt(0, 1, 0) }), 'NotBelow')
      await refused(send({ to: positionAt(6, 3, 0) }), 'NotBelow')
      await refused(send({ to: positionAt(6, 2, 1) }), 'NotBelow')
      await refused(send({ to: positionAt(9, 0, 0) }), 'MerkleIndex')
    })

    it('into a tensor without the descriptor that the program has there', async () => {
      const other = (await stage.descent(id, 2)) as typeof pick
      await refused(send({ descriptor: other.descriptor }), 'NodeMismatch')
      await refused(send({ descriptor: new Uint8Array(), stepPath: [] }), 'MerkleLength')
      await refused(send({ stepPath: other.stepPath }), 'NodeMismatch')
    })

    it('below a group that is not open', async () => {
      stage = await setStage(court, longTrace(), '50:7')
      id = await stage.challenge()
      await stage.move(court.executor, await stage.answer())
      const first = (await stage.descent(id)) as typeof pick
      // The tensor's leaf of the trace lies in the second group.
      const deeper = { ...first, to: positionAt(51, 1, 0), ...entryOf(stage, 50) }
      await refused(stage.move(stage.challenger, deeper), 'NotOpen')
    })
  })

  describe('timeout, expiry and withdrawal', () => {
    it('let exactly one side act at every second (property 18: t-1, t, t+1)', async () => {
      const id = await stage.challenge()
      const helpers = court.connection.networkHelpers
      const executorsLast = (await stage.state(id)).deadline
      assert.equal(executorsLast, (await latest(court)) + CLOCKS.executorBudget)
      const commit = await stage.answer()
      for (const late of [-1, 0, 1]) {
        const snapshot = await helpers.takeSnapshot()
        await stage.at(executorsLast + late)
        if (late <= 0) await refused(stage.call(stage.other, 'timeout', id), 'WrongState')
        else await refused(stage.move(court.executor, commit), 'WrongState')
        await snapshot.restore()
        await stage.at(executorsLast + late)
        if (late <= 0) await stage.move(court.executor, commit)
        else await stage.call(stage.other, 'timeout', id)
        await snapshot.restore()
      }
      await stage.move(court.executor, commit)
      const challengersLast = (await stage.state(id)).deadline
      assert.equal(challengersLast, (await latest(court)) + CLOCKS.challengerBudget)
      const pick = await stage.descent(id)
      for (const late of [-1, 0, 1]) {
        const snapshot = await helpers.takeSnapshot()
        await stage.at(challengersLast + late)
        if (late <= 0) await refused(stage.call(stage.other, 'expire', id), 'WrongState')
        else await refused(stage.move(stage.challenger, pick), 'WrongState')
        await snapshot.restore()
        await stage.at(challengersLast + late)
        if (late <= 0) await stage.move(stage.challenger, pick)
        else await stage.call(stage.other, 'expire', id)
        await snapshot.restore()
      }
    })

    it('of the wrong side', async () => {
      const id = await stage.challenge()
      await refused(stage.call(stage.other, 'expire', id), 'WrongState')
      await stage.at((await stage.state(id)).deadline + 1)
      await refused(stage.call(stage.other, 'expire', id), 'WrongState')
      await refused(stage.call(stage.challenger, 'withdraw', id, ROOT), 'WrongState')
      await refused(stage.call(stage.other, 'timeout', idOf(stage.matter.result, 7)), 'WrongState')
    })

    it('withdrawal by another, or from another position', async () => {
      const id = await stage.challenge()
      await refused(stage.call(stage.other, 'withdraw', id, ROOT), 'NotChallenger')
      await refused(stage.call(stage.challenger, 'withdraw', id, positionAt(1, 1, 0)), 'PositionMoved')
      await stage.call(stage.challenger, 'withdraw', id, ROOT)
      await refused(stage.call(stage.challenger, 'withdraw', id, ROOT), 'WrongState')
      assert.equal((await stage.state(id)).state, STATE.ended)
    })
  })

  it('a proof before the commit, and one by nobody', async () => {
    await stage.challenge()
    const proof = {
      step: 0,
      element: 0,
      descriptor: '0x',
      stepPath: [],
      inputRoots: [],
      jobHead: WRONG,
      tracedRoots: [],
      traceSiblings: [],
      outputLeaf: '0x',
      outputPath: [],
      witness: '0x',
    }
    await refused(stage.call(stage.other, 'prove', stage.matter.result, proof), 'NotCommitted')
    await refused(stage.call(stage.other, 'settle', idOf(stage.matter.result, 1)), 'NotFinished')
    await refused(stage.call(stage.other, 'settleFallen', stage.matter.job, 0), 'NotMarket')
  })
})

/** What a pick into the tensor of a step brings. */
function entryOf(
  stage: Stage,
  step: number,
): { readonly descriptor: Uint8Array; readonly stepPath: readonly Hash[] } {
  const tree = stepsTree(stage.matter.program)
  return {
    descriptor: encodeStep(stage.matter.program.steps[step]!),
    stepPath: provePath(tree, 0, step, depthOf(tree)).map(toHash),
  }
}
