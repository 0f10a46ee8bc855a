import type { Range } from '@plumbline/ops'

/** Counts of a tensor's values over equal bins of `low` ... `high`, over all calibration samples. */
export interface Histogram {
  readonly low: number
  readonly high: number
  readonly counts: Float64Array
}

export const RANGE_RULES = ['mse', 'minmax', 'p99.99'] as const
export type RangeRule = (typeof RANGE_RULES)[number]

const BINS = 2048
const LEVELS = 255

export const emptyHistogram = (low: number, high: number): Histogram => ({
  low,
  high,
  counts: new Float64Array(BINS),
})

export function count(histogram: Histogram, values: Float32Array): void {
  const { low, high, counts } = histogram
  const scale = high > low ? BINS / (high - low) : 0
  for (const value of values) counts[Math.min(BINS - 1, Math.max(0, Math.floor((value - low) * scale)))]!++
}

/** The range that a rule picks; it always holds 0, so that 0 is a value of the quantised tensor. */
export function pickRange(rule: RangeRule, histogram: Histogram): Range {
  const whole = { low: Math.min(0, histogram.low), high: Math.max(0, histogram.high) }
  if (rule === 'minmax' || whole.low === whole.high) return whole
  return rule === 'mse' ? leastError(histogram, whole) : percentile(histogram, whole, 1e-4)
}

function percentile(histogram: Histogram, whole: Range, tail: number): Range {
  const total = histogram.counts.reduce((a, b) => a + b, 0)
  const width = (histogram.high - histogram.low) / BINS
  let [first, last, below, above] = [0, BINS - 1, 0, 0]
  while (first < last && (below += histogram.counts[first]!) < (total * tail) / 2) first++
  while (last > first && (above += histogram.counts[last]!) < (total * tail) / 2) last--
  return {
    low: Math.max(whole.low, Math.min(0, histogram.low + first * width)),
    high: Math.min(whole.high, Math.max(0, histogram.low + (last + 1) * width)),
  }
}

/** Shrinks both ends, then each alone, while the squared error of quantising to u8 falls. */
function leastError(histogram: Histogram, whole: Range): Range {
  let best = whole
  let least = squaredError(histogram, whole)
  const attempt = (range: Range): void => {
    const error = squaredError(histogram, range)
    if (error < least) [best, least] = [range, error]
  }
  const shares = Array.from({ length: 80 }, (_, i) => 1 - i / 100)
  for (const share of shares) attempt({ low: whole.low * share, high: whole.high * share })
  const both = best
  for (const share of shares) attempt({ low: whole.low * share, high: both.high })
  const left = best.low
  for (const share of shares) attempt({ low: left, high: whole.high * share })
  return best
}

/** Rounding error is uniform within a level; values outside are moved to the nearest end. Zero is exact. */
function squaredError({ low, high, counts }: Histogram, range: Range): number {
  const step = (range.high - range.low) / LEVELS
  const rounding = (step * step) / 12
  const width = (high - low) / BINS
  let error = 0
  for (let bin = 0; bin < BINS; bin++) {
    const n = counts[bin]!
    if (n === 0) continue
    const from = low + bin * width
    const value = from + width / 2
    if (value < range.low) error += n * (range.low - value) ** 2
    else if (value > range.high) error += n * (value - range.high) ** 2
    else if (!(from <= 0 && from + width > 0)) error += n * rounding
  }
  return error
}
