import { ModelError } from '@plumbline/ops'
import type { TypedGraph } from '../graph/graph.ts'
import { classKey, precisionGroups } from '../quantise/precision.ts'
import { tensorClasses } from '../quantise/classes.ts'

/** How much speed is given for accuracy: none, what the budget of loss asks for, or all there is. */
export type Precision = 'fast' | 'balanced' | 'high'

/** A measured model: its error against the float one, decibels of signal to error. */
export interface Measured {
  readonly decibels: number
}

export interface PrecisionTrial {
  readonly what: string
  readonly decibels: number
  readonly kept: boolean
}

/** Narrowing may cost so many decibels and still be worth its speed, where nothing reaches the budget. */
const CHEAP = 0.5

/**
 * Which classes to store in 16 bits. Balanced: none where 8 bits meet the budget; else all of them, and then group by
 * group back to 8 bits, the largest first, as long as the budget holds, or hardly anything is lost where it cannot.
 */
export async function choosePrecision<M extends Measured>(
  graph: TypedGraph,
  fixed: ReadonlySet<string>,
  precision: Precision,
  enough: number,
  narrowest: M,
  measure: (wide: ReadonlySet<string>) => Promise<M>,
): Promise<{ readonly best: M; readonly trials: readonly PrecisionTrial[] }> {
  if (precision === 'fast' || (precision === 'balanced' && narrowest.decibels >= enough))
    return { best: narrowest, trials: [] }
  const groups = precisionGroups(graph, fixed)
  const all = new Set(groups.flatMap(({ classes }) => classes))
  const widest = await withoutOverflow(graph, fixed, all, measure)
  const worth = widest.result.decibels > narrowest.decibels + CHEAP
  const trials: PrecisionTrial[] = [
    { what: '16 bits wherever possible', decibels: widest.result.decibels, kept: worth },
  ]
  if (!worth) return { best: narrowest, trials }
  let best = widest.result
  if (precision === 'high') return { best, trials }
  let wide: ReadonlySet<string> = widest.wide
  const target = Math.min(enough, best.decibels)
  for (const { readers, classes } of groups) {
    const narrowed = new Set([...wide].filter((key) => !classes.includes(key)))
    if (narrowed.size === wide.size) continue
    const result = await measure(narrowed)
    const kept = result.decibels >= (target === enough ? target : best.decibels - CHEAP)
    trials.push({ what: `8 bits for what is read by ${readers}`, decibels: result.decibels, kept })
    if (kept) [best, wide] = [result, narrowed]
  }
  return { best, trials }
}

/** Narrows the inputs of layers whose sums would leave 32 bits, until none does. */
async function withoutOverflow<M>(
  graph: TypedGraph,
  fixed: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
  measure: (wide: ReadonlySet<string>) => Promise<M>,
): Promise<{ result: M; wide: ReadonlySet<string> }> {
  const classes = tensorClasses(graph, fixed)
  let wide = wanted
  for (;;)
    try {
      return { result: await measure(wide), wide }
    } catch (error) {
      const culprit =
        error instanceof ModelError && error.code === 'ACCUMULATOR_OVERFLOW'
          ? graph.nodes.find(({ name }) => name === error.data['node'])
          : undefined
      const keys = classes
        .filter(({ members }) => members.some((name) => culprit?.inputs.includes(name)))
        .map(classKey)
      const narrowed = new Set([...wide].filter((key) => !keys.includes(key)))
      if (narrowed.size === wide.size) throw error
      wide = narrowed
    }
}
