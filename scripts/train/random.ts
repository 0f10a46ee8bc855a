/** Seeded generator of uniform numbers in [0, 1). */
export type Random = () => number

/**
 * xoshiro128** (Blackman and Vigna), its state filled by splitmix32.
 * Integer arithmetic only: the same seed gives the same numbers on every machine.
 */
export function seededRandom(seed: number): Random {
  let mixed = seed >>> 0
  const split = (): number => {
    mixed = (mixed + 0x9e3779b9) >>> 0
    let z = mixed
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  let [a, b, c, d] = [split(), split(), split(), split()]
  const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits))
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return result / 0x1_0000_0000
  }
}

/** Whole number in [0, below). */
export function randomBelow(random: Random, below: number): number {
  return Math.floor(random() * below)
}

/** 0 .. count-1 in random order (Fisher and Yates). */
export function shuffledIndices(random: Random, count: number): Uint32Array {
  const indices = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = randomBelow(random, i + 1)
    const swapped = indices[i]!
    indices[i] = indices[j]!
    indices[j] = swapped
  }
  return indices
}
