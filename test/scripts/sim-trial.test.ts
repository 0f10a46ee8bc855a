import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Agent } from '../../scripts/sim/agent.ts'
import { accomplice, griefer, watcher } from '../../scripts/sim/challenger.ts'
import { hardEnd, longestDispute, longestGriefing, spend, stateAt } from '../../scripts/sim/clock.ts'
import { sampleConditions, steady, struck } from '../../scripts/sim/conditions.ts'
import { executor } from '../../scripts/sim/executor.ts'
import { disputeGas, JOB_GAS, worstGas } from '../../scripts/sim/gas.ts'
import { balanceOf, LedgerError, openBooks, POTS, total, transfer } from '../../scripts/sim/ledger.ts'
import { DAY, GWEI, LARGE, PUBLIC, ROLLUP, SMALL, tokens } from '../../scripts/sim/network.ts'
import { apply, IllegalMove, type Move } from '../../scripts/sim/protocol.ts'
import { requester } from '../../scripts/sim/requester.ts'
import { EXECUTOR, honestStyle, play, REQUESTER, type Scene, stands } from '../../scripts/sim/scenario.ts'
import { count, gain, type Outcome, runTrial } from '../../scripts/sim/trial.ts'
import { newWorld } from '../../scripts/sim/world.ts'
import { randomBelow, seededRandom } from '../../scripts/train/random.ts'

const { parameters, program } = PUBLIC
const job = { name: 'test', price: 10, value: 100, compute: 0 }
const FEE = 3n * GWEI
const FLOOR = BigInt(parameters.gasFloor) * GWEI
const BOND = 2n * BigInt(worstGas(program)) * FLOOR
const GAS = disputeGas(program)
const LOCK = 600n * 10n ** 18n
const grief = { name: 'griefer', count: 1, delay: null, spread: false, pace: 'slow' } as const

const scene = (others: readonly Agent[], more: Partial<Scene> = {}): Outcome =>
  play({ network: PUBLIC, job, conditions: steady(3), others, ...more })
const lie = { style: { wrong: true } }
const coins = (outcome: Outcome, ...names: string[]): bigint =>
  names.reduce((sum, name) => sum + gain(outcome, name).coin, 0n)
const tokensOf = (outcome: Outcome, ...names: string[]): bigint =>
  names.reduce((sum, name) => sum + gain(outcome, name).token, 0n)
const inPot = (outcome: Outcome, pot: string) => balanceOf(outcome.world.ledger, pot)
const costs = (...units: number[]): bigint => BigInt(units.reduce((a, b) => a + b, 0)) * FEE

test('an honest result nobody challenges earns its price and costs its gas', () => {
  const outcome = scene([])
  assert.ok(stands(outcome))
  assert.equal(tokensOf(outcome, EXECUTOR), tokens(10))
  assert.equal(coins(outcome, EXECUTOR), -costs(JOB_GAS.claim, JOB_GAS.post, JOB_GAS.finalize))
  assert.deepEqual(gain(outcome, REQUESTER), { coin: -costs(JOB_GAS.request), token: -tokens(10) })
})

test('a lie that one watcher checks loses its lock, to the last unit', () => {
  const outcome = scene([watcher('watcher', true, 300)], lie)
  const picks = program.rounds
  const moves = [GAS.challenge, ...Array.from({ length: picks }, () => GAS.pick)]
  assert.equal(outcome.world.job.phase, 'defeated')
  assert.equal(tokensOf(outcome, EXECUTOR), -LOCK)
  assert.equal(tokensOf(outcome, 'watcher'), LOCK / 2n)
  assert.equal(inPot(outcome, 'burned').token, LOCK / 2n)
  // Metered at the frozen floor, spent at the base fee below it.
  const metered = BigInt([...moves, GAS.prove].reduce((a, b) => a + b, 0))
  assert.equal(coins(outcome, 'watcher'), metered * FLOOR - metered * FEE)
  assert.equal(inPot(outcome, 'burned').coin, BOND - metered * FLOOR)
})

test('executor, challenger and requester together lose at least half of the lock', () => {
  for (const answers of [true, false]) {
    const outcome = scene([accomplice('friend', 10), watcher('watcher', true, 300)], {
      style: { wrong: true, answers },
    })
    assert.equal(outcome.world.job.phase, 'defeated')
    assert.ok(-tokensOf(outcome, EXECUTOR, 'friend', REQUESTER) >= LOCK / 2n)
    assert.equal(tokensOf(outcome, 'watcher'), 0n)
    assert.ok(coins(outcome, EXECUTOR, 'friend', REQUESTER) < 0n)
  }
})

test('delaying one own right result burns most of a bond', () => {
  const outcome = scene([griefer({ ...grief, name: 'friend' })])
  const answers = GAS.commit + (program.rounds - 1) * GAS.open + GAS.openLeaves
  assert.ok(stands(outcome))
  assert.equal(inPot(outcome, 'burned').coin, BOND - BigInt(answers) * FLOOR)
  assert.ok(coins(outcome, EXECUTOR, 'friend') < -inPot(outcome, 'burned').coin)
})

test('a griefed executor is paid its metered gas and keeps everything else', () => {
  const alone = scene([])
  const outcome = scene([griefer(grief)])
  const answers = GAS.commit + (program.rounds - 1) * GAS.open + GAS.openLeaves
  assert.equal(tokensOf(outcome, EXECUTOR), tokensOf(alone, EXECUTOR))
  assert.equal(
    coins(outcome, EXECUTOR) - coins(alone, EXECUTOR),
    BigInt(answers) * (FLOOR - FEE) - costs(GAS.end),
  )
})

test('however many challenges, the delay is the same and no griefer gets anything', () => {
  const ends = [1, 7].map((n) => {
    const outcome = scene([griefer({ ...grief, count: n, spread: true })])
    assert.ok(stands(outcome))
    assert.ok(coins(outcome, 'griefer') < -BigInt(n) * BOND)
    return outcome.world.job.endedAt - outcome.world.job.deadline
  })
  assert.equal(ends[0], ends[1])
  const { reaction, trace } = PUBLIC.assumptions
  // The challenger's whole budget, an extension for every further move, and the executor's answers between them.
  assert.equal(ends[0]! - 1, longestGriefing(parameters, program.rounds) + trace + program.rounds * reaction)
  assert.ok(ends[0]! < hardEnd(parameters, program.rounds) - parameters.window)
})

test('those who share a branch cost the executor one set of openings', () => {
  const opened = (spread: boolean): number => {
    const outcome = scene([griefer({ ...grief, count: 5, spread, pace: 'quick' })])
    return count(outcome, 'commit') + count(outcome, 'open')
  }
  assert.equal(opened(false), program.rounds + 1)
  assert.equal(opened(true), 5 * program.rounds + 1)
})

test('a silent liar loses by the clock, and by the end when nobody calls it', () => {
  const called = scene([watcher('watcher', true, 300)], { style: { wrong: true, answers: false } })
  assert.equal(called.world.job.phase, 'defeated')
  assert.equal(count(called, 'timeout', 'watcher'), 1)
  const asleep: Agent = { ...watcher('watcher', true, 300), decide: onlyChallenge('watcher') }
  const uncalled = scene([asleep], { style: { wrong: true, answers: false } })
  assert.equal(uncalled.world.job.phase, 'defeated')
  assert.equal(
    uncalled.world.job.endedAt,
    uncalled.world.job.postedAt + hardEnd(parameters, program.rounds) + 1,
  )
  assert.equal(tokensOf(uncalled, 'watcher'), LOCK / 2n)
})

test('a lie survives an outage as long as the window, and not one a second shorter than a challenge needs', () => {
  const survives = (length: number): boolean =>
    scene([watcher('watcher', true, 1)], {
      ...lie,
      conditions: struck(3, 60, length),
    }).world.job.phase === 'final'
  assert.equal(survives(parameters.window), false)
  assert.equal(survives(parameters.window + 1), true)
})

test('an honest executor cut off longer than its budget loses, and not a second before', () => {
  const falls = (length: number): boolean =>
    !stands(
      scene([griefer({ ...grief, pace: 'silent' })], {
        conditions: struck(3, 60 + parameters.window, length),
      }),
    )
  assert.equal(falls(parameters.executorBudget), false)
  assert.equal(falls(parameters.executorBudget + 1), true)
})

test('a no-show pays the requester its share of the bond and gets the lock back', () => {
  const outcome = scene([], { style: { compute: null } })
  const share = (BOND * BigInt(parameters.noShowShare * 10_000)) / 10_000n
  assert.equal(outcome.world.job.phase, 'cancelled')
  assert.deepEqual(gain(outcome, EXECUTOR), { coin: -share - costs(JOB_GAS.claim), token: 0n })
  assert.equal(coins(outcome, REQUESTER), share - costs(JOB_GAS.request, JOB_GAS.expire, JOB_GAS.expire))
})

test('who claims at once at the least price and never posts keeps others out until the claim deadline', () => {
  const terms = { minPrice: tokens(1), maxPrice: tokens(10), value: 0n, claimDeadline: DAY }
  const style = honestStyle(PUBLIC)
  const agents = [
    executor({ ...style, name: 'staller', compute: null, claims: Infinity }),
    executor({ ...style, name: 'worker', reserve: tokens(2) }),
    requester(REQUESTER, terms),
  ]
  const wallet = { coin: 10n ** 24n, token: 10n ** 24n }
  const outcome = runTrial({
    parameters,
    program,
    conditions: steady(3),
    agents,
    wallets: Object.fromEntries(agents.map(({ name }) => [name, wallet])),
  })
  assert.equal(outcome.world.job.phase, 'cancelled')
  assert.equal(count(outcome, 'claim', 'worker'), 0)
  assert.equal(count(outcome, 'claim', 'staller'), Math.ceil(DAY / (parameters.postSeconds + 1)))
})

test('nothing is left in any pot, whoever plays, on whatever day', () => {
  const random = seededRandom(3)
  for (let i = 0; i < 300; i++) {
    const network = random() < 0.5 ? PUBLIC : { ...ROLLUP, program: SMALL }
    const paces = ['silent', 'slow', 'quick'] as const
    const outcome = play({
      network,
      job: network.jobs[randomBelow(random, 2)]!,
      conditions: sampleConditions(random, { ...network.assumptions, outagesPerYear: 200 }, 3 * DAY),
      style: {
        wrong: random() < 0.5,
        answers: random() < 0.8,
        compute: random() < 0.1 ? null : 60,
        feeLimit: random() < 0.5 ? null : network.parameters.gasFloor,
      },
      others: [
        accomplice('friend', random() < 0.5 ? null : randomBelow(random, 3_000)),
        watcher('first', random() < 0.5, 1 + randomBelow(random, 20_000)),
        watcher('second', random() < 0.5, 1 + randomBelow(random, 3_000)),
        griefer({
          name: 'griefer',
          count: randomBelow(random, 4),
          delay: random() < 0.5 ? null : randomBelow(random, 3_000),
          spread: random() < 0.5,
          pace: paces[randomBelow(random, 3)]!,
        }),
      ],
    })
    assert.deepEqual(total(outcome.world.ledger), total(outcome.start))
    for (const pot of POTS.filter((name) => name !== 'burned' && name !== 'network'))
      assert.deepEqual(inPot(outcome, pot), { coin: 0n, token: 0n }, `${pot} in ${outcome.world.job.phase}`)
    if (outcome.world.job.phase === 'defeated')
      assert.ok(2n * inPot(outcome, 'burned').token >= outcome.world.job.lock)
    else assert.equal(inPot(outcome, 'burned').token, 0n)
  }
})

test('a clock runs to its last second and no further', () => {
  const turn = { since: 100, openedAt: null, executorLeft: 50, challengerLeft: 10, extension: 20 }
  const states = [149, 150, 151].map((time) => stateAt(turn, time).state)
  assert.deepEqual(states, ['executor-move', 'executor-move', 'executor-lost'])
  const opened = { ...turn, openedAt: 130 }
  assert.deepEqual(
    [149, 150, 151].map((time) => stateAt(opened, time).state),
    ['challenger-move', 'challenger-move', 'challenger-lost'],
  )
  assert.equal(stateAt({ ...turn, openedAt: 151 }, 151).state, 'executor-lost')
  assert.deepEqual(spend(opened, 145), { executorLeft: 20, challengerLeft: 0 })
})

test('the longest dispute is both budgets and an extension for every move; the end comes a margin later', () => {
  const clocks = { window: 1_000, executorBudget: 100, challengerBudget: 50, extension: 7, margin: 14 }
  assert.equal(longestDispute(clocks, 3), 100 + 50 + 8 * 7)
  assert.equal(hardEnd(clocks, 3), 1_000 + 206 + 14)
})

test('a lost challenge that nobody ended is lost at the end all the same', () => {
  const terms = { minPrice: 0n, maxPrice: tokens(1), value: 0n, claimDeadline: DAY }
  const rich = { coin: 10n ** 20n, token: 10n ** 24n }
  const start = newWorld(parameters, program, openBooks({ r: rich, e: rich, g: rich }))
  const end = 20 + hardEnd(parameters, program.rounds)
  const moves: readonly [string, number, Move][] = [
    ['r', 0, { kind: 'request', terms }],
    ['e', 10, { kind: 'claim' }],
    ['e', 20, { kind: 'post', wrong: false }],
    ['g', 30, { kind: 'challenge' }],
    ['e', 40, { kind: 'commit', via: 0 }],
  ]
  const world = moves.reduce((w, [by, at, move]) => apply(w, move, by, at, FEE), start)
  assert.throws(() => apply(world, { kind: 'finalize' }, 'e', end, FEE), IllegalMove)
  const final = apply(world, { kind: 'finalize' }, 'e', end + 1, FEE)
  assert.equal(balanceOf(final.ledger, 'burned').coin, BOND - BigInt(GAS.commit) * FLOOR)
  assert.equal(balanceOf(final.ledger, 'g').coin, rich.coin - BOND - costs(GAS.challenge))
})

test('what the contracts would revert is refused, and costs nothing', () => {
  const world = newWorld(parameters, LARGE, openBooks({ someone: { coin: 1n, token: 0n } }))
  assert.throws(
    () => apply(world, { kind: 'claim' }, 'someone', 0, FEE),
    (error) => error instanceof IllegalMove && error.code === 'SIM_ILLEGAL',
  )
  assert.throws(
    () => transfer(world.ledger, 'coin', 'someone', 'bonds', 2n),
    (error) => error instanceof LedgerError && error.balance === 1n,
  )
})

/** Challenges and then forgets about it. */
function onlyChallenge(name: string): Agent['decide'] {
  return ({ world }) =>
    world.job.phase === 'posted' && !world.job.challenges.some((c) => c.challenger === name)
      ? { at: world.job.postedAt + 5, until: world.job.deadline, move: { kind: 'challenge' } }
      : null
}
