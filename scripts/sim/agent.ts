import type { Conditions } from './conditions.ts'
import type { Move } from './protocol.ts'
import type { World } from './world.ts'

export interface View {
  readonly world: World
  readonly now: number
  readonly conditions: Conditions
}

/** What an agent will send unless something changes first: not before `at`, not after `until`. */
export interface Plan {
  readonly at: number
  readonly until: number
  readonly move: Move
}

/** Decides, never sends. */
export interface Agent {
  readonly name: string
  /** Outages stop the honest side; a dishonest one is assumed to find a way around them. */
  readonly honest: boolean
  readonly decide: (view: View) => Plan | null
}

export const plan = (move: Move, at: number, until = Number.POSITIVE_INFINITY): Plan => ({ at, until, move })

export function earliest(plans: readonly (Plan | null)[]): Plan | null {
  return plans.reduce((best, next) => (next && (!best || next.at < best.at) ? next : best), null)
}
