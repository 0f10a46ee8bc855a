import assert from 'node:assert/strict'
import {
  type Address,
  challengerMoves,
  DisputeError,
  type Fault,
  type GameView,
  liarMoves,
  lyingRun,
  mischiefMoves,
  type Move,
  stateOf,
  traceOf,
} from '@plumbline/dispute'
import { outputElements } from '@plumbline/ir'
import { runCompiled } from '@plumbline/runtime'
import { randomFrom, type Random, seedFromEnvironment } from '../support/random.ts'
import { randomCase } from '../support/random-step.ts'
import {
  type Case,
  CLOCKS,
  type Court,
  latest,
  on,
  openCourt,
  type Player,
  post,
  register,
  send,
  viewOf,
} from './support/court.ts'
import { everyKind, longTrace, oneStep, wideTensor, type Workload } from './support/programs.ts'
import { STATE } from './support/stage.ts'

const TOURNAMENTS: Readonly<Record<string, number>> = { default: 8, full: 50, night: 1_000 }
const COUNT = Number(
  process.env.PLUMBLINE_TOURNAMENTS ?? TOURNAMENTS[process.env.PLUMBLINE_TEST_LEVEL ?? 'default'],
)
const MOST_STEPS = 600

describe(`${COUNT} random tournaments`, function () {
  this.timeout(24 * 3600 * 1000)

  it('end as they should, and every rule holds after every move', async () => {
    const seed = seedFromEnvironment()
    console.log(`      seed ${seed}; one alone: PLUMBLINE_SEED=<its seed> PLUMBLINE_TOURNAMENTS=1`)
    let court = await openCourt()
    let defeats = 0
    for (let i = 0; i < COUNT; i++) {
      // A fresh chain now and then: reading the history of a long one takes long.
      if (i % 10 === 9) court = await openCourt()
      try {
        if (await tournament(court, randomFrom(seed + i))) defeats++
      } catch (error) {
        throw new Error(`tournament of seed ${seed + i}`, { cause: error })
      }
    }
    console.log(`      ${defeats} defeats, ${COUNT - defeats} results that stand`)
    assert.ok(COUNT < 8 || (defeats > 0 && defeats < COUNT))
  })
})

/** One result, an executor honest or not, troublemakers, and an honest challenger. Returns whether it was defeated. */
async function tournament(court: Court, r: Random): Promise<boolean> {
  const { program, constants, inputs } = drawWorkload(r)
  const run = async (onStep?: (step: number, output: Uint8Array) => void): Promise<readonly Uint8Array[]> =>
    runCompiled(program, constants, inputs, onStep && { onStep })
  const honest = traceOf(program, constants, inputs, await run())
  const fault = r.chance(0.5) ? drawFault(r, { program, constants, inputs }) : undefined
  const lie =
    fault &&
    (await lyingRun(fault.lie, program, constants, inputs, run).catch((error: unknown) => {
      if (error instanceof DisputeError && error.code === 'FAULT_USELESS') return undefined
      throw error
    }))
  const matter = await post(court, lie?.posted ?? honest, await register(court, program))
  const staked = await stakedOf(court)
  const [challenger, ...crowd] = court.others
  const players: Player[] = [
    {
      name: lie ? 'liar' : 'executor',
      signer: court.executor,
      moves: (view) =>
        liarMoves(view, lie?.committed ?? honest, lie && fault ? fault : { lie: { kind: 'elsewhere' } }),
    },
    {
      name: 'challenger',
      signer: challenger!,
      moves: (view) => challengerMoves(view, challenger!.address as Address, honest),
    },
    ...Array.from({ length: r.int(0, 4) }, (_, i): Player => {
      const signer = crowd[i]!
      const mischief = {
        seed: r.int(0, 1_000),
        silentAfter: r.pick([0, 1, 2, 9]),
        withdrawAfter: r.pick([0, 1, 9, 9]),
        challenges: r.int(1, 2),
      }
      return {
        name: `troublemaker ${i}`,
        signer,
        moves: (view) => mischiefMoves(view, signer.address as Address, mischief),
      }
    }),
  ]
  const view = await playOut(matter, players, r)
  const defeated = view.result.phase === 'defeated'
  assert.equal(defeated, lie !== undefined, 'the lie loses, the honest result does not')
  if (!defeated) await on(court.market, challenger!)('finalize')(matter.ticket)
  const lost = staked - (await stakedOf(court))
  assert.equal(lost > 0n, defeated)
  await settleAll(matter, view)
  return defeated
}

/** Moves in random order, and time that passes at random, never beyond a deadline before everybody had a turn. */
async function playOut(matter: Case, players: readonly Player[], r: Random): Promise<GameView> {
  const refused = new Set<string>()
  for (let step = 0; step < MOST_STEPS; step++) {
    const view = await viewOf(matter)
    await assertRules(matter, view)
    const ready = players.flatMap((player) =>
      player
        .moves(view)
        .slice(0, 1)
        .filter((move) => !refused.has(keyOf(player, move)))
        .map((move) => ({ player, move })),
    )
    if (view.result.phase !== 'posted' && ready.length === 0) return view
    const idle = r.chance(0.3)
    if (ready.length > 0 && !(idle && (await pass(matter, view, r, ready.length > 0)))) {
      const { player, move } = r.pick(ready)
      try {
        await send(matter, player.signer, move)
      } catch (error) {
        // Only a liar may be refused: it cannot open what it forged, nor commit what it did not post.
        if (player.name !== 'liar') throw error
        refused.add(keyOf(player, move))
      }
    } else if (ready.length === 0 && !(await pass(matter, view, r, false))) return view
  }
  throw new Error(`no end after ${MOST_STEPS} steps`)
}

const keyOf = (player: Player, move: Move): string =>
  `${player.name} ${move.kind} ${'position' in move ? move.position : ''}`

/** Lets time pass: while somebody has a move, less than the next deadline is away; else to the second after it. */
async function pass({ court, windowEnd }: Case, view: GameView, r: Random, busy: boolean): Promise<boolean> {
  const deadlines = view.now <= windowEnd ? [windowEnd] : []
  for (const challenge of view.challenges) {
    if (challenge.ended || view.result.phase !== 'posted') continue
    const [state, deadline] = await court.game.getFunction('stateOf')(challenge.id)
    const moving = [STATE.executorMove, STATE.challengerMove].includes(Number(state) as 1 | 2)
    if (moving && Number(deadline) >= view.now) deadlines.push(Number(deadline))
  }
  if (deadlines.length === 0) return false
  const next = Math.min(...deadlines)
  // Enough seconds remain for every move that is ready: a block takes at least one.
  const room = busy ? next - view.now - CLOCKS.extension / 2 : 0
  if (room < 0) return false
  const to = busy ? view.now + r.int(0, room) : next
  await court.connection.networkHelpers.time.increaseTo(to)
  return true
}

/** Properties 16, 23 and 35, and that the solver sees what the contract sees. */
async function assertRules({ court, result }: Case, view: GameView): Promise<void> {
  const names = ['none', 'executorMove', 'challengerMove', 'executorLost', 'challengerLost', 'ended']
  const now = await latest(court)
  for (const challenge of view.challenges) {
    const [state] = await court.game.getFunction('stateOf')(challenge.id)
    assert.equal(names[Number(state)], stateOf({ ...view, now }, challenge))
  }
  const record = await court.game.getFunction('resultOf')(result)
  const live = view.challenges.filter(({ ended }) => !ended)
  if (view.result.phase === 'posted') {
    assert.equal(Number(record.live), live.length)
    assert.equal(Number(record.lost), view.challenges.length - live.length)
    assert.equal(BigInt(record.first) & 0xffffffffn, live[0] ? BigInt(live[0].id) & 0xffffffffn : 0n)
  }
}

async function settleAll(matter: Case, view: GameView): Promise<void> {
  const { court } = matter
  for (const challenge of view.challenges) {
    const { ended } = await court.game.getFunction('challengeOf')(challenge.id)
    if (!ended) await on(court.game, court.others[9]!)('settle')(challenge.id)
  }
  const owed = await court.game.getFunction('creditOf')(court.executor)
  const burned = await court.game.getFunction('burned')()
  assert.equal(await court.ethers.provider.getBalance(court.game), (owed as bigint) + (burned as bigint))
}

const stakedOf = async (court: Court): Promise<bigint> =>
  ((await court.staking.getFunction('account')(court.owner)) as { staked: bigint }).staked

function drawWorkload(r: Random): Workload {
  if (r.chance(0.4)) return randomCase(r)
  return r.pick([everyKind, longTrace, oneStep, wideTensor])()
}

function drawFault(r: Random, { program }: Workload): Fault {
  const spot = (): { step: number; element: number } => {
    const step = r.int(0, program.steps.length - 1)
    return { step, element: r.int(0, outputElements(program.steps[step]!) - 1) }
  }
  const output = { step: program.outputs[0]!, element: 0 }
  const silent = r.chance(0.2) ? { silentAfter: r.int(0, 3) } : {}
  const kind = r.int(0, 9)
  if (kind === 0) return { lie: { kind: 'elsewhere' } }
  if (kind === 1) return { lie: { kind: 'output', spot: output }, ...silent }
  if (kind === 2) return { lie: { kind: 'padding', step: r.int(0, program.steps.length - 1) }, ...silent }
  const spots = Array.from({ length: r.int(1, 3) }, spot)
  return { lie: { kind: 'elements', spots: [...spots, output] }, ...silent }
}
