/** Seeded numbers: the same on every machine. */
export interface Random {
  /** From `low` to `high`, both possible. */
  readonly integer: (low: number, high: number) => number
  readonly pick: <T>(items: readonly T[]) => T
  readonly bytes: (length: number) => Uint8Array
}

export function seededRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
  const integer = (low: number, high: number): number =>
    low + Math.floor((word() / 2 ** 32) * (high - low + 1))
  return {
    integer,
    pick: (items) => items[integer(0, items.length - 1)]!,
    bytes: (length) => {
      // Some tensors hold only extremes: those reach the largest accumulators.
      const style = integer(0, 3)
      if (style === 0) return Uint8Array.from({ length }, () => (word() & 1 ? 255 : 0))
      if (style === 1) return new Uint8Array(length).fill(word() & 1 ? 255 : 0)
      return Uint8Array.from({ length }, () => word() & 255)
    },
  }
}
