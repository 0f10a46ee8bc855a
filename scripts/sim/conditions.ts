import type { Random } from '../train/random.ts'
import { sampleExponential, sampleLognormal, sampleNormal } from './lognormal.ts'
import { type Assumptions, HOUR, MINUTE, wei, YEAR } from './network.ts'

export interface Outage {
  readonly start: number
  readonly length: number
}

interface Spike {
  readonly start: number
  readonly factor: number
}

/** The chain around a job. An outage stops the honest side only: the worst case, which covers the common one. */
export interface Conditions {
  /** Base fee at a time, wei. */
  readonly baseFee: (time: number) => bigint
  /** The first moment from `time` on at which an honest party can transact. */
  readonly reachable: (time: number) => number
}

export function steady(gwei: number, outages: readonly Outage[] = []): Conditions {
  const fee = wei(gwei)
  return { baseFee: () => fee, reachable: (time) => afterOutages(outages, time) }
}

/** A base fee that is `factor` times its usual level from `start` on for `length` seconds. */
export function plateau(gwei: number, factor: number, start: number, length: number): Conditions {
  const [usual, high] = [wei(gwei), wei(gwei * factor)]
  return {
    baseFee: (time) => (time >= start && time < start + length ? high : usual),
    reachable: (time) => time,
  }
}

/** Days like those assumed, beginning at a random moment. */
export function sampleConditions(random: Random, a: Assumptions, horizon: number): Conditions {
  const step = 10 * MINUTE
  const before = 12 * HOUR
  const spikes: Spike[] = arrivals(random, a.spikesPerYear, -before, horizon).map((start) => ({
    start,
    factor: sampleLognormal(random, a.spike),
  }))
  const outages: Outage[] = arrivals(random, a.outagesPerYear, -before, horizon).map((start) => ({
    start,
    length: sampleLognormal(random, a.outage),
  }))
  // A mean-reverting walk of the fee's logarithm; it forgets half of a deviation in six hours.
  const keep = 2 ** (-step / (6 * HOUR))
  const jitter = a.feeSpread * Math.sqrt(1 - keep ** 2)
  let level = a.feeSpread * sampleNormal(random)
  const levels = Float64Array.from({ length: Math.ceil(horizon / step) + 1 }, () => {
    const current = level
    level = keep * level + jitter * sampleNormal(random)
    return current
  })
  return {
    baseFee: (time) => {
      const usual = levels[Math.min(levels.length - 1, Math.max(0, Math.floor(time / step)))]!
      const rises = spikes.reduce((factor, spike) => factor + rise(spike, time, a.spikeHalfLife), 1)
      return wei(a.baseFee * Math.exp(usual) * rises)
    },
    reachable: (time) => afterOutages(outages, time),
  }
}

/** An outage that begins right after `start`, on an otherwise steady chain. */
export function struck(gwei: number, start: number, length: number): Conditions {
  return steady(gwei, [{ start, length }])
}

function rise({ start, factor }: Spike, time: number, halfLife: number): number {
  return time < start ? 0 : (factor - 1) * 2 ** (-(time - start) / halfLife)
}

function arrivals(random: Random, perYear: number, from: number, to: number): number[] {
  const times: number[] = []
  if (perYear <= 0) return times
  for (let t = from + sampleExponential(random, YEAR / perYear); t < to;) {
    times.push(t)
    t += sampleExponential(random, YEAR / perYear)
  }
  return times
}

function afterOutages(outages: readonly Outage[], time: number): number {
  // Starts ascend, so one pass sees every outage that a pushed-back time falls into.
  return outages.reduce(
    (t, { start, length }) => (t >= start && t < start + length ? Math.ceil(start + length) : t),
    time,
  )
}
