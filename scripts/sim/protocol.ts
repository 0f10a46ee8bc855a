import { hardEnd, spend, type TurnState } from './clock.ts'
import { disputeGas, JOB_GAS, worstGas } from './gas.ts'
import { type Ledger, transfer } from './ledger.ts'
import { collateral, frozenGasPrice, gasBond } from './money.ts'
import { tokens, wei } from './network.ts'
import { settleDefeat, settleFinal, settleLost, settleNoShow } from './settlement.ts'
import {
  type Challenge,
  challengeState,
  depthOf,
  type Job,
  liveChallenges,
  lyingLeaf,
  type Path,
  priceAt,
  replaced,
  ROOT,
  type Terms,
  turnOf,
  type World,
} from './world.ts'

export type Move =
  | { readonly kind: 'request'; readonly terms: Terms }
  | { readonly kind: 'post'; readonly wrong: boolean }
  | { readonly kind: 'claim' | 'finalize' | 'expireClaim' | 'cancel' | 'challenge' | 'prove' }
  | { readonly kind: 'commit' | 'timeout' | 'expire' | 'withdraw'; readonly via: number }
  | { readonly kind: 'open' | 'pick'; readonly via: number; readonly path: Path }

interface Call {
  readonly world: World
  readonly move: Move
  readonly by: string
  readonly at: number
  readonly baseFee: bigint
}

/** One transaction. What the contracts would revert throws, and nobody pays. */
export function apply(world: World, move: Move, by: string, at: number, baseFee: bigint): World {
  const after = change({ world, move, by, at, baseFee }, move)
  const ledger = transfer(after.ledger, 'coin', by, 'network', BigInt(gasOf(world, move)) * baseFee)
  return { ...after, ledger }
}

/** Units of gas that a move costs its sender. */
export function gasOf(world: World, move: Move): number {
  const g = disputeGas(world.program)
  switch (move.kind) {
    case 'open':
      return depthOf(move.path) === world.program.rounds ? g.openLeaves : g.open
    case 'expire':
    case 'withdraw':
      return g.end
    case 'expireClaim':
    case 'cancel':
      return JOB_GAS.expire
    case 'request':
    case 'claim':
    case 'post':
    case 'finalize':
      return JOB_GAS[move.kind]
    default:
      return g[move.kind]
  }
}

function change(call: Call, move: Move): World {
  switch (move.kind) {
    case 'request':
      return request(call, move.terms)
    case 'claim':
      return claim(call)
    case 'post':
      return post(call, move.wrong)
    case 'expireClaim':
      return expireClaim(call)
    case 'cancel':
      return cancel(call)
    case 'finalize':
      return finalize(call)
    case 'challenge':
      return challenge(call)
    case 'commit':
      return commit(call, move.via)
    case 'open':
      return open(call, move.via, move.path)
    case 'pick':
      return pick(call, move.via, move.path)
    case 'prove':
      return prove(call)
    case 'timeout':
      challengeIn(call, move.via, 'executor-lost')
      return settleDefeat(call.world, call.at, { prover: call.by, gas: gasOf(call.world, move) })
    case 'expire':
      return settleLost(call.world, challengeIn(call, move.via, 'challenger-lost'))
    default:
      return withdraw(call, move.via)
  }
}

/* JOBS */

function request(call: Call, terms: Terms): World {
  const { job, ledger } = call.world
  need(call, job.phase === 'none', 'it was requested')
  return edit(
    call,
    { phase: 'open', requester: call.by, terms, openedAt: call.at },
    transfer(ledger, 'token', call.by, 'escrow', terms.maxPrice),
  )
}

function claim(call: Call): World {
  const { by, at, world } = call
  const { job, ledger, parameters: p } = world
  need(call, job.phase === 'open' && at <= job.terms.claimDeadline, 'it is not open')
  const price = priceAt(world, at)
  const rule = {
    floor: tokens(p.collateralFloor),
    basisPoints: BigInt(Math.round(p.collateralMultiple * 10_000)),
  }
  const lock = collateral(rule, price, job.terms.value)
  const { bond, gasPrice } = bondNow(call)
  const locked = transfer(transfer(ledger, 'token', by, 'locks', lock), 'coin', by, 'bonds', bond)
  const deadline = at + p.postSeconds
  return edit(call, { phase: 'claimed', executor: by, price, lock, bond, gasPrice, deadline }, locked)
}

function post(call: Call, wrong: boolean): World {
  const { by, at, world } = call
  const { job } = world
  need(
    call,
    job.phase === 'claimed' && by === job.executor && at <= job.deadline,
    'it is not its to post now',
  )
  const deadline = at + world.parameters.window
  return edit(call, { phase: 'posted', wrong, postedAt: at, deadline, openings: new Map(), challenges: [] })
}

function expireClaim(call: Call): World {
  const { job } = call.world
  need(call, job.phase === 'claimed' && call.at > job.deadline, 'there is time to post')
  return settleNoShow(call.world, call.at)
}

function cancel(call: Call): World {
  const { job, ledger } = call.world
  need(
    call,
    job.phase === 'open' && (call.by === job.requester || call.at > job.terms.claimDeadline),
    'it is not open, or not yet for everybody to end',
  )
  return edit(
    call,
    { phase: 'cancelled', endedAt: call.at },
    transfer(ledger, 'token', 'escrow', job.requester, job.terms.maxPrice),
  )
}

function finalize(call: Call): World {
  const { job, parameters, program } = call.world
  need(call, job.phase === 'posted' && call.at > job.deadline, 'the window is open')
  const live = liveChallenges(job)
  const over = call.at > job.postedAt + hardEnd(parameters, program.rounds)
  need(call, live.length === 0 || over, 'challenges are live')
  // Challenged, and never committed: it falls. Nobody proved anything, so nobody is paid for a proof.
  if (live.length > 0 && !job.openings.has(ROOT)) return settleDefeat(call.world, call.at, null)
  return settleFinal(call.world, call.at)
}

/* DISPUTES */

function challenge(call: Call): World {
  const { by, at, world } = call
  const { job, ledger, parameters: p } = world
  need(call, job.phase === 'posted' && at <= job.deadline, 'the window is closed')
  const { bond, gasPrice } = bondNow(call)
  const opened: Challenge = {
    id: job.challenges.length,
    challenger: by,
    since: at,
    executorLeft: p.executorBudget,
    challengerLeft: p.challengerBudget,
    path: ROOT,
    bond,
    gasPrice,
    executorMeter: 0,
    challengerMeter: gasOf(world, call.move),
    ended: false,
  }
  return edit(call, { challenges: [...job.challenges, opened] }, transfer(ledger, 'coin', by, 'bonds', bond))
}

function commit(call: Call, via: number): World {
  need(call, call.by === call.world.job.executor, 'only the executor commits')
  return opening(call, challengeIn(call, via, 'executor-move'), ROOT)
}

function open(call: Call, via: number, path: Path): World {
  need(call, path !== ROOT, 'the root is opened by a commit')
  return opening(call, challengeIn(call, via, 'executor-move'), path)
}

function opening(call: Call, c: Challenge, path: Path): World {
  const { job } = call.world
  need(call, c.path === path, 'the challenge waits elsewhere')
  const metered = { ...c, executorMeter: c.executorMeter + gasOf(call.world, call.move) }
  return edit(call, {
    openings: new Map(job.openings).set(path, call.at),
    challenges: replaced(job, metered),
  })
}

function pick(call: Call, via: number, path: Path): World {
  const { job, program } = call.world
  const c = challengeIn(call, via, 'challenger-move')
  need(call, call.by === c.challenger, 'another challenges')
  const below = c.path === ROOT || path.startsWith(`${c.path}.`)
  need(call, below && depthOf(path) > depthOf(c.path), 'a pick goes down')
  const group = path.split('.').slice(0, -1).join('.')
  need(call, job.openings.has(group) && depthOf(path) <= program.rounds, 'that group is not open')
  const moved = {
    ...c,
    ...spend(turnOf(call.world, c), call.at),
    since: call.at,
    path,
    challengerMeter: c.challengerMeter + gasOf(call.world, call.move),
  }
  return edit(call, { challenges: replaced(job, moved) })
}

function prove(call: Call): World {
  const { job, program } = call.world
  need(call, job.phase === 'posted' && job.wrong, 'no element is wrong')
  need(call, job.openings.has(lyingLeaf(program)), 'the wrong leaf is not open')
  return settleDefeat(call.world, call.at, { prover: call.by, gas: gasOf(call.world, call.move) })
}

function withdraw(call: Call, via: number): World {
  const c = challengeIn(call, via, 'executor-move', 'challenger-move')
  need(call, call.by === c.challenger, 'another challenges')
  return settleLost(call.world, c)
}

/* INSIDE */

function bondNow({ world, baseFee }: Call): { readonly bond: bigint; readonly gasPrice: bigint } {
  const gas = { worst: worstGas(world.program), floor: wei(world.parameters.gasFloor) }
  return { bond: gasBond(gas, baseFee), gasPrice: frozenGasPrice(gas.floor, baseFee) }
}

function edit({ world }: Call, changes: Partial<Job>, ledger: Ledger = world.ledger): World {
  return { ...world, ledger, job: { ...world.job, ...changes } }
}

function challengeIn(call: Call, via: number, ...needed: readonly TurnState[]): Challenge {
  const { job } = call.world
  const c = job.challenges[via]
  const state = c && job.phase === 'posted' ? challengeState(call.world, c, call.at) : 'ended'
  if (c && state !== 'ended' && needed.includes(state)) return c
  throw new IllegalMove(call, `challenge ${via} is in ${state}`)
}

function need(call: Call, condition: boolean, why: string): void {
  if (!condition) throw new IllegalMove(call, why)
}

export class IllegalMove extends Error {
  readonly code = 'SIM_ILLEGAL'
  constructor({ move, by, at }: Pick<Call, 'move' | 'by' | 'at'>, why: string) {
    super(`${by} may not ${move.kind} at ${at}: ${why}`)
  }
}
