import { multiplierOf } from '@plumbline/ir'

const ROUNDED_ALREADY = 2 ** 23

/** Nearest integer of a float32 value, ties to even. */
export function roundHalfEven(value: number): number {
  if (Math.abs(value) >= ROUNDED_ALREADY) return value
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest < 0.5) return floor
  if (rest > 0.5) return floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

/**
 * scale(acc, M) of docs/specification.md, section 2. `acc` is an integer below 2^53; the result may be
 * infinite, which the caller's clamp saturates.
 */
export function scale(acc: number, multiplierBits: number): number {
  const multiplier = multiplierOf(multiplierBits)
  if (multiplier === null) return acc
  // The product of two float32 values is exact in a double, so fround rounds once.
  return roundHalfEven(Math.fround(Math.fround(acc) * multiplier))
}
