import { stateAt, type Turn, type TurnState } from './clock.ts'
import type { Program } from './gas.ts'
import { balanceOf, type Balance, type Ledger } from './ledger.ts'
import { rampPrice } from './money.ts'
import type { Parameters } from './network.ts'

/** A path of picked children from the root; the wrong leaf of a lie lies at 0.0.0… */
export type Path = string
export const ROOT: Path = ''
export function depthOf(path: Path): number {
  if (path === ROOT) return 0
  let depth = 1
  for (let at = path.indexOf('.'); at >= 0; at = path.indexOf('.', at + 1)) depth++
  return depth
}
export const child = (path: Path, index: number): Path => (path === ROOT ? `${index}` : `${path}.${index}`)

export interface Challenge {
  readonly id: number
  readonly challenger: string
  readonly since: number
  readonly executorLeft: number
  readonly challengerLeft: number
  readonly path: Path
  readonly bond: bigint
  readonly gasPrice: bigint
  readonly executorMeter: number
  readonly challengerMeter: number
  readonly ended: boolean
}

export interface Terms {
  readonly minPrice: bigint
  readonly maxPrice: bigint
  readonly value: bigint
  readonly claimDeadline: number
}

export interface Job {
  readonly phase: 'none' | 'open' | 'claimed' | 'posted' | 'final' | 'defeated' | 'cancelled'
  readonly requester: string
  readonly terms: Terms
  readonly attempt: number
  readonly openedAt: number
  /** Price at the claim; in an open job what the attempt before was claimed at. */
  readonly price: bigint
  readonly executor: string
  readonly lock: bigint
  readonly gasPrice: bigint
  readonly bond: bigint
  /** Last second to post, then of the window. */
  readonly deadline: number
  readonly postedAt: number
  /** Known to nobody but those who run the model. */
  readonly wrong: boolean
  readonly openings: ReadonlyMap<Path, number>
  readonly challenges: readonly Challenge[]
  readonly endedAt: number
}

export interface World {
  readonly parameters: Parameters
  readonly program: Program
  readonly ledger: Ledger
  readonly job: Job
}

const NO_JOB: Job = {
  phase: 'none',
  requester: '',
  terms: { minPrice: 0n, maxPrice: 0n, value: 0n, claimDeadline: 0 },
  attempt: 0,
  openedAt: 0,
  price: 0n,
  executor: '',
  lock: 0n,
  gasPrice: 0n,
  bond: 0n,
  deadline: 0,
  postedAt: 0,
  wrong: false,
  openings: new Map(),
  challenges: [],
  endedAt: 0,
}

export function newWorld(parameters: Parameters, program: Program, ledger: Ledger): World {
  return { parameters, program, ledger, job: NO_JOB }
}

export function turnOf({ parameters, job }: World, c: Challenge): Turn {
  const { since, executorLeft, challengerLeft } = c
  const openedAt = job.openings.get(c.path) ?? null
  return { since, openedAt, executorLeft, challengerLeft, extension: parameters.extension }
}

export function challengeState(world: World, c: Challenge, time: number): TurnState | 'ended' {
  return c.ended ? 'ended' : stateAt(turnOf(world, c), time).state
}

export const liveChallenges = (job: Job): readonly Challenge[] => job.challenges.filter((c) => !c.ended)

export function priceAt({ job, parameters }: World, at: number): bigint {
  const { minPrice, maxPrice } = job.terms
  return rampPrice({ minPrice, maxPrice, seconds: parameters.ramp }, job.price, at - job.openedAt)
}

/** Where every dispute of a lie ends. */
export function lyingLeaf(program: Program): Path {
  return Array.from({ length: program.rounds }, () => '0').join('.')
}

export function walletOf(world: World, who: string): Balance {
  return balanceOf(world.ledger, who)
}

export const replaced = (job: Job, c: Challenge): readonly Challenge[] => job.challenges.with(c.id, c)
