import type { FloatModel } from './float-model.ts'
import { count, emptyHistogram, type Histogram } from './range.ts'

/** Histograms of the named tensors over float runs: once for the extremes, once to count. */
export async function calibrate(
  model: FloatModel,
  samples: readonly (readonly Float32Array[])[],
  onSample: (done: number, total: number) => void,
): Promise<ReadonlyMap<string, Histogram>> {
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
  return histograms
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
