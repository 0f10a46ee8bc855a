import type { Range } from '@plumbline/ops'
import type { FloatModel } from './float-model.ts'
import { count, emptyHistogram, type Histogram, pickRange, type RangeRule } from './range.ts'

export interface Estimate {
  /** What the rule makes of the values for few levels. */
  readonly picked: Range
  /** All values seen. */
  readonly whole: Range
}

/** Estimates the range of every named tensor from float runs: once for the extremes, once for the histograms. */
export async function calibrate(
  model: FloatModel,
  names: readonly string[],
  samples: readonly (readonly Float32Array[])[],
  rule: RangeRule,
  onSample: (done: number, total: number) => void,
): Promise<ReadonlyMap<string, Estimate>> {
  const total = samples.length * 2
  const extremes = new Map<string, { low: number; high: number }>()
  for (const [i, inputs] of samples.entries()) {
    for (const [name, values] of await model.run(inputs)) widen(extremes, name, values)
    onSample(i + 1, total)
  }
  const histograms = new Map<string, Histogram>()
  for (const [name, { low, high }] of extremes) histograms.set(name, emptyHistogram(low, high))
  for (const [i, inputs] of samples.entries()) {
    for (const [name, values] of await model.run(inputs)) count(histograms.get(name)!, values)
    onSample(samples.length + i + 1, total)
  }
  return new Map(
    names.map((name) => {
      const histogram = histograms.get(name)!
      return [name, { picked: pickRange(rule, histogram), whole: pickRange('minmax', histogram) }]
    }),
  )
}

function widen(
  extremes: Map<string, { low: number; high: number }>,
  name: string,
  values: Float32Array,
): void {
  let { low, high } = extremes.get(name) ?? { low: Infinity, high: -Infinity }
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  extremes.set(name, { low, high })
}
