/** Seeded randomness: the same seed gives the same tests on every machine. */
export interface Random {
  /** Uniform integer in [low, high]. */
  readonly int: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(list: readonly T[]) => T
  readonly bytes: (count: number) => Uint8Array
}

/** The generator called splitmix32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  const unit = (): number => (next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53
  const int = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1))
  return {
    int,
    chance: (probability) => unit() < probability,
    pick: (list) => list[int(0, list.length - 1)]!,
    bytes: (count) => Uint8Array.from({ length: count }, () => next() & 255),
  }
}

/** PLUMBLINE_SEED, or the default that keeps runs alike. */
export const seedFromEnvironment = (): number => Number(process.env.PLUMBLINE_SEED ?? 20_260_101)
