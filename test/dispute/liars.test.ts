import assert from 'node:assert/strict'
import {
  type Address,
  challengerMoves,
  type Fault,
  liarMoves,
  lyingRun,
  parseFault,
  traceOf,
} from '@plumbline/dispute'
import { runCompiled } from '@plumbline/runtime'
import { type Court, GAS_FLOOR, openCourt, play, type Player, post, register } from './support/court.ts'
import { everyKind, longTrace, oneStep, wideTensor, type Workload } from './support/programs.ts'

/** How the lie ends: with a proof, or because the liar cannot answer. */
interface Liar {
  readonly workload: () => Workload
  readonly fault: string
  readonly end: 'prove' | 'timeout'
}

const LIARS: Readonly<Record<string, Liar>> = {
  'an element deep inside, everything downstream recomputed': {
    workload: everyKind,
    fault: '5:123',
    end: 'prove',
  },
  'an element of the first operator': { workload: everyKind, fault: '0:0', end: 'prove' },
  'an element of the last operator': { workload: everyKind, fault: '7:32', end: 'prove' },
  'an element in a promoted leaf': { workload: everyKind, fault: '0:299', end: 'prove' },
  'an element of the promoted leaf of the trace': { workload: longTrace, fault: '72:7', end: 'prove' },
  'an element of a DOT with parameters': { workload: everyKind, fault: '1:38', end: 'prove' },
  'an element of a MAX': { workload: everyKind, fault: '2:11', end: 'prove' },
  'an element of a SQRT': { workload: everyKind, fault: '3:19', end: 'prove' },
  'an element of a DIV': { workload: everyKind, fault: '4:5', end: 'prove' },
  'an element of a sum of two': { workload: everyKind, fault: '6:310', end: 'prove' },
  'only the final output': { workload: everyKind, fault: 'output:3', end: 'prove' },
  'several faults at once': { workload: longTrace, fault: '70:199+3:5+40:0', end: 'prove' },
  'several faults in one tensor': { workload: wideTensor, fault: '0:49999+0:0+0:25000', end: 'prove' },
  'the last element of a wide tensor': { workload: wideTensor, fault: '1:49999', end: 'prove' },
  'a program of one step': { workload: oneStep, fault: '0:999', end: 'prove' },
  'a malformed leaf in an output': { workload: everyKind, fault: 'padding:7', end: 'timeout' },
  'a malformed leaf inside': { workload: everyKind, fault: 'padding:0', end: 'timeout' },
  'a trace that ends elsewhere than the posted output': {
    workload: everyKind,
    fault: 'elsewhere',
    end: 'timeout',
  },
  'silence after the challenge': { workload: everyKind, fault: '5:123@0', end: 'timeout' },
  'silence after the commit': { workload: everyKind, fault: '5:123@1', end: 'timeout' },
  'silence in the middle': { workload: longTrace, fault: '5:123@2', end: 'timeout' },
}

describe('liars', function () {
  this.timeout(600_000)
  let court: Court

  before(async () => {
    court = await openCourt()
  })

  for (const [name, liar] of Object.entries(LIARS))
    it(`${name}: one honest challenger wins`, async () => {
      const { program, constants, inputs } = liar.workload()
      const fault = parseFault(liar.fault, program)
      const run = async (onStep?: (step: number, output: Uint8Array) => void) =>
        runCompiled(program, constants, inputs, onStep && { onStep })
      const { posted, committed } = await lyingRun(fault.lie, program, constants, inputs, run)
      const honest = traceOf(program, constants, inputs, await run())
      const version = await register(court, program)
      const matter = await post(court, posted, version)
      const challenger = court.others[0]!
      const before = await standing(court, challenger.address)
      const { sent, view } = await play(matter, [
        executor(court, fault, committed),
        {
          name: 'challenger',
          signer: challenger,
          moves: (v) => challengerMoves(v, challenger.address as Address, honest),
        },
      ])
      assert.equal(view.result.phase, 'defeated')
      assert.ok(sent.some(({ move, by }) => move.kind === liar.end && by === 'challenger'))
      assert.ok(sent.filter(({ move }) => move.kind !== 'settle').length <= 12)
      const after = await standing(court, challenger.address)
      assert.ok(after.reward > before.reward, 'the challenger is rewarded')
      assert.ok(after.staked < before.staked, 'the liar is slashed')
      assert.equal(after.held, 0n, 'no bond stays behind')
      const spent = sent
        .filter(({ move, by }) => by === 'challenger' && move.kind !== 'settle')
        .reduce((sum, { gasUsed }) => sum + gasUsed, 0n)
      const paid = (after.coins - before.coins) / GAS_FLOOR
      assert.ok(paid >= spent, `the loser pays the challenger’s gas: metered ${paid}, spent ${spent}`)
    })
})

/** Sends what it can; an answer that the contract refuses counts as silence. */
function executor(court: Court, fault: Fault, committed: Parameters<typeof liarMoves>[1]): Player {
  return {
    name: 'executor',
    signer: court.executor,
    moves: (view) => liarMoves(view, committed, fault),
    refused: 'silent',
  }
}

async function standing(
  court: Court,
  challenger: string,
): Promise<{ reward: bigint; staked: bigint; held: bigint; coins: bigint }> {
  const account = await court.staking.getFunction('account')(court.owner)
  return {
    reward: (await court.staking.getFunction('creditOf')(challenger)) as bigint,
    staked: account.staked as bigint,
    coins: ((await court.market.getFunction('balanceOf')(challenger)) as { coins: bigint }).coins,
    held: await court.ethers.provider.getBalance(court.game),
  }
}
