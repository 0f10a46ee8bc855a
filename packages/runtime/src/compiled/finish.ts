import type { Step } from '@plumbline/ir'
import type { Records } from './records.ts'

/**
 * 1.5 * 2^52: added to a double below 2^51, it leaves the nearest integer, ties to even, in the low bits. What is larger
 * only stays large, which is all that the clamp needs: zero, low and high are i32.
 */
const ROUND = 1.5 * 2 ** 52

/**
 * out[j] = clamp(scale(acc[j] + bias, M) + zero): docs/specification.md, section 2. The record of place j is number
 * first + j.
 */
export function finishLine(
  step: Step,
  acc: Float64Array,
  records: Records,
  first: number,
  count: number,
  out: Int32Array,
): void {
  const { zero, low, high } = step
  const { bias, multiplier } = records
  for (let j = 0; j < count; j++) {
    let value = acc[j]! + bias[first + j]!
    const m = multiplier[first + j]!
    if (m !== 0) {
      // The product of two float32 values is exact in a double, so fround rounds once.
      value = Math.fround(Math.fround(value) * m) + ROUND - ROUND
    }
    value += zero
    out[j] = value < low ? low : value > high ? high : value
  }
}
