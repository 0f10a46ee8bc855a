import type { Agent } from './agent.ts'
import { type Conditions, steady } from './conditions.ts'
import { executor, type ExecutorStyle } from './executor.ts'
import {
  COIN,
  coinDollars,
  DAY,
  type JobTerms,
  type Network,
  TOKEN,
  tokenDollars,
  tokens,
  YEAR,
} from './network.ts'
import { requester } from './requester.ts'
import { gain, type Outcome, runTrial } from './trial.ts'

export const REQUESTER = 'requester'
export const EXECUTOR = 'executor'

/** How an honest executor behaves under the network's assumptions. */
export function honestStyle({ assumptions: a, parameters }: Network): ExecutorStyle {
  return {
    name: EXECUTOR,
    reserve: 0n,
    wrong: false,
    claims: 1,
    compute: Math.min(60, Math.floor(parameters.postSeconds / 2)),
    answers: true,
    reaction: a.reaction,
    trace: a.trace,
    feeLimit: null,
  }
}

export interface Scene {
  readonly network: Network
  readonly job: JobTerms
  readonly conditions?: Conditions
  readonly style?: Partial<ExecutorStyle>
  /** Act before the executor when in the same second. */
  readonly others?: readonly Agent[]
}

const PLENTY = { coin: 1_000_000n * COIN, token: 1_000_000_000n * TOKEN }

/** One job at a fixed price with one executor and whoever else is there. */
export function play({ network, job, conditions, style, others = [] }: Scene): Outcome {
  const price = tokens(job.price)
  const terms = { minPrice: price, maxPrice: price, value: tokens(job.value), claimDeadline: DAY }
  const agents = [...others, requester(REQUESTER, terms), executor({ ...honestStyle(network), ...style })]
  return runTrial({
    parameters: network.parameters,
    program: network.program,
    conditions: conditions ?? steady(network.assumptions.baseFee),
    agents,
    wallets: Object.fromEntries(agents.map(({ name }) => [name, PLENTY])),
  })
}

/** What these agents gained together, dollars, less the cost of the capital that their lock and bond tied up. */
export function profit(network: Network, outcome: Outcome, names: readonly string[]): number {
  const { assumptions: a } = network
  const { job } = outcome.world
  const held = names.includes(job.executor) ? tokenDollars(a, job.lock) + coinDollars(a, job.bond) : 0
  const years = Math.max(0, job.endedAt - job.openedAt) / YEAR
  return names.reduce(
    (sum, name) => {
      const { coin, token } = gain(outcome, name)
      return sum + coinDollars(a, coin) + tokenDollars(a, token)
    },
    -held * years * a.capitalRate,
  )
}

/** One agent's gain in both currencies, dollars, capital aside. */
export function gainOf({ assumptions: a }: Network, outcome: Outcome, name: string): number {
  const { coin, token } = gain(outcome, name)
  return coinDollars(a, coin) + tokenDollars(a, token)
}

/** Most coin that an agent had handed out at any moment. */
export function mostCoinOut(outcome: Outcome, name: string): bigint {
  return (outcome.start.get(name)?.coin ?? 0n) - (outcome.leastCoin.get(name) ?? 0n)
}

export const stands = (outcome: Outcome): boolean => outcome.world.job.phase === 'final'

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** The value below which a share of all values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
