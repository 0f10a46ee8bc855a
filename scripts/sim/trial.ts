import type { Agent, Plan } from './agent.ts'
import type { Conditions } from './conditions.ts'
import type { Program } from './gas.ts'
import { type Balance, type Ledger, openBooks } from './ledger.ts'
import type { Parameters } from './network.ts'
import { apply, type Move } from './protocol.ts'
import { newWorld, walletOf, type World } from './world.ts'

export interface Setup {
  readonly parameters: Parameters
  readonly program: Program
  readonly conditions: Conditions
  /** In the order in which they get in when they act in the same second. */
  readonly agents: readonly Agent[]
  readonly wallets: Readonly<Record<string, Balance>>
}

export interface Step {
  readonly at: number
  readonly by: string
  readonly move: Move
}

export interface Outcome {
  readonly world: World
  readonly start: Ledger
  readonly steps: readonly Step[]
  /** Least coin that each agent had in its wallet at any moment. */
  readonly leastCoin: ReadonlyMap<string, bigint>
}

/** Lets the agents play one job to its end; the same setup gives the same outcome. */
export function runTrial({ parameters, program, conditions, agents, wallets }: Setup): Outcome {
  const start = openBooks(wallets)
  let world = newWorld(parameters, program, start)
  let now = 0
  const steps: Step[] = []
  const leastCoin = new Map(agents.map(({ name }) => [name, walletOf(world, name).coin]))
  for (;;) {
    const next = firstOf(agents, world, now, conditions)
    if (!next) return { world, start, steps, leastCoin }
    now = next.at
    world = apply(world, next.move, next.by, now, conditions.baseFee(now))
    steps.push(next)
    for (const [name, least] of leastCoin) {
      const { coin } = walletOf(world, name)
      if (coin < least) leastCoin.set(name, coin)
    }
  }
}

function firstOf(agents: readonly Agent[], world: World, now: number, conditions: Conditions): Step | null {
  let first: Step | null = null
  for (const agent of agents) {
    const intended = agent.decide({ world, now, conditions })
    const at = intended && moment(agent, intended, now, conditions)
    if (intended && at !== null && (!first || at < first.at))
      first = { at, by: agent.name, move: intended.move }
  }
  return first
}

/** When the plan gets through, or null when that is too late. */
function moment(agent: Agent, { at, until }: Plan, now: number, conditions: Conditions): number | null {
  const wanted = Math.ceil(Math.max(now, at))
  const through = agent.honest ? conditions.reachable(wanted) : wanted
  return through <= until ? through : null
}

/** What an agent gained or lost, base units. */
export function gain(outcome: Outcome, who: string): Balance {
  const after = walletOf(outcome.world, who)
  const before = outcome.start.get(who) ?? { coin: 0n, token: 0n }
  return { coin: after.coin - before.coin, token: after.token - before.token }
}

export const count = (outcome: Outcome, kind: Move['kind'], by?: string): number =>
  outcome.steps.filter((step) => step.move.kind === kind && (!by || step.by === by)).length
