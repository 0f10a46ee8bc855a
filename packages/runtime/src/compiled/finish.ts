import type { Step } from '@plumbline/ir'
import type { Records } from './records.ts'

/** 1.5 * 2^52: added to a double below 2^51, it leaves the nearest integer, ties to even, in the low bits. */
const ROUND = 1.5 * 2 ** 52
/** Beyond this a scaled value is clamped whatever the zero point: zero, low and high are i32. */
const BEYOND = 2 ** 40

/** out[j] = clamp(scale(acc[j] + bias, M) + zero): docs/specification.md, section 2. */
export function finishLine(step: Step, acc: Float64Array, records: Records, out: Int32Array): void {
  const { zero, low, high } = step
  const { bias, multiplier } = records
  for (let j = 0; j < out.length; j++) {
    let value = acc[j]! + bias[j]!
    const m = multiplier[j]!
    if (m !== 0) {
      // The product of two float32 values is exact in a double, so fround rounds once.
      value = Math.fround(Math.fround(value) * m)
      if (value > BEYOND) value = BEYOND
      else if (value < -BEYOND) value = -BEYOND
      value = value + ROUND - ROUND
    }
    value += zero
    out[j] = value < low ? low : value > high ? high : value
  }
}
