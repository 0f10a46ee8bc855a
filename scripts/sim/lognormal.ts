import type { Random } from '../train/random.ts'

/** A positive quantity whose logarithm is normal: half of all values lie below `median`. */
export interface Lognormal {
  readonly median: number
  /** Standard deviation of the natural logarithm. */
  readonly sigma: number
}

/** Probability of a value above `x`. */
export function probabilityAbove({ median, sigma }: Lognormal, x: number): number {
  return x <= 0 ? 1 : 1 - normalBelow(Math.log(x / median) / sigma)
}

/** The value that a share `p` of all values exceeds. */
export function quantileAbove(law: Lognormal, p: number): number {
  let [low, high] = [-10, 10]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (1 - normalBelow(middle) > p) low = middle
    else high = middle
  }
  return law.median * Math.exp(law.sigma * low)
}

export function sampleLognormal(random: Random, { median, sigma }: Lognormal): number {
  return median * Math.exp(sigma * sampleNormal(random))
}

/** Box and Muller, one of the two. */
export function sampleNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

export function sampleExponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random())
}

/** Standard normal distribution function; the complementary error function by its continued fraction and series. */
export function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const tail = x < 2 ? 1 - erfSeries(x) : erfcFraction(x)
  return z < 0 ? tail / 2 : 1 - tail / 2
}

function erfSeries(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

function erfcFraction(x: number): number {
  let fraction = 0
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction)
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction)
}
