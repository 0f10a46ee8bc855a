import { type Currency, type Ledger, transfer } from './ledger.ts'
import { splitExecutorBond, splitLostChallenge, splitNoShow, splitSlash } from './money.ts'
import { tokens } from './network.ts'
import { type Challenge, challengeState, liveChallenges, replaced, type World } from './world.ts'

/** The result stands: price to the executor, lock and bond back, each challenge by its derived state. */
export function settleFinal(world: World, at: number): World {
  const { job } = world
  let ledger = pay(world.ledger, 'token', 'escrow', job.executor, job.price)
  ledger = pay(ledger, 'token', 'escrow', job.requester, job.terms.maxPrice - job.price)
  ledger = pay(ledger, 'token', 'locks', job.executor, job.lock)
  ledger = pay(ledger, 'coin', 'bonds', job.executor, job.bond)
  const settled = liveChallenges(job).reduce(
    (books, c) =>
      challengeState(world, c, at) === 'challenger-lost'
        ? forfeit(books, c, job.executor)
        : pay(books, 'coin', 'bonds', c.challenger, c.bond),
    ledger,
  )
  return { ...world, ledger: settled, job: { ...job, phase: 'final', endedAt: at } }
}

/**
 * The result falls: lock slashed, gas paid out of the executor's bond, live challenges refunded. The job would open again
 * with its escrow; here the story ends, and the escrow goes back to who paid it.
 */
export function settleDefeat(
  world: World,
  at: number,
  proof: { readonly prover: string; readonly gas: number } | null,
): World {
  const { job, parameters } = world
  const live = liveChallenges(job)
  const first = live[0]
  const slash = splitSlash(job.lock, {
    own: job.lock,
    rewardCap: tokens(parameters.rewardCap),
    rewarded: first !== undefined,
    requesterMax: job.price,
  })
  const gas = splitExecutorBond(
    job.bond,
    proof ? BigInt(proof.gas) * job.gasPrice : 0n,
    first ? BigInt(first.challengerMeter) * job.gasPrice : 0n,
  )
  let ledger = world.ledger
  if (first) ledger = pay(ledger, 'token', 'locks', first.challenger, slash.reward)
  ledger = pay(ledger, 'token', 'locks', job.requester, slash.requester)
  ledger = pay(ledger, 'token', 'locks', 'burned', slash.burned)
  if (proof) ledger = pay(ledger, 'coin', 'bonds', proof.prover, gas.prover)
  if (first) ledger = pay(ledger, 'coin', 'bonds', first.challenger, gas.rewarded)
  ledger = pay(ledger, 'coin', 'bonds', 'burned', gas.burned)
  ledger = pay(ledger, 'token', 'escrow', job.requester, job.terms.maxPrice)
  ledger = live.reduce((books, c) => pay(books, 'coin', 'bonds', c.challenger, c.bond), ledger)
  return { ...world, ledger, job: { ...job, phase: 'defeated', endedAt: at } }
}

/** A challenge was lost or given up: the executor's metered gas, the rest burns. */
export function settleLost(world: World, c: Challenge): World {
  const ledger = forfeit(world.ledger, c, world.job.executor)
  return { ...world, ledger, job: { ...world.job, challenges: replaced(world.job, { ...c, ended: true }) } }
}

/** Nothing was posted in time: the job opens again, from the price at which it was claimed. */
export function settleNoShow(world: World, at: number): World {
  const { job, parameters } = world
  const split = splitNoShow(job.bond, BigInt(Math.round(parameters.noShowShare * 10_000)))
  let ledger = pay(world.ledger, 'coin', 'bonds', job.requester, split.requester)
  ledger = pay(ledger, 'coin', 'bonds', job.executor, split.executor)
  ledger = pay(ledger, 'token', 'locks', job.executor, job.lock)
  const open = {
    phase: 'open',
    attempt: job.attempt + 1,
    openedAt: at,
    executor: '',
    lock: 0n,
    bond: 0n,
  } as const
  return { ...world, ledger, job: { ...job, ...open } }
}

function forfeit(ledger: Ledger, c: Challenge, executor: string): Ledger {
  const split = splitLostChallenge(c.bond, BigInt(c.executorMeter) * c.gasPrice)
  return pay(pay(ledger, 'coin', 'bonds', executor, split.executor), 'coin', 'bonds', 'burned', split.burned)
}

const pay = (ledger: Ledger, currency: Currency, from: string, to: string, amount: bigint): Ledger =>
  transfer(ledger, currency, from, to, amount)
