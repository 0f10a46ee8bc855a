import { type DataType, dtypeMax, dtypeMin } from '@plumbline/ir'
import { castTo, finishFloat, type Lowering, scalar } from './lowering.ts'
import type { Output } from './macro.ts'

/** float64 holds every intermediate of a step exactly: the registry keeps them below this. */
export const EXACT_DOUBLE = 2 ** 53
/** float32 holds every integer below this. */
export const EXACT_FLOAT = 2 ** 24

/** float64 of weight * (value - zero). */
export function widened(g: Lowering, name: string, zero: number, weight = 1): string {
  const real = castTo(g, name, 'f64')
  const centred = zero === 0 ? real : g.node('Sub', [real, scalar(g, 'f64', zero)])
  return weight === 1 ? centred : g.node('Mul', [centred, scalar(g, 'f64', weight)])
}

/**
 * `sums` holds accumulators as float64; returns clamp(rne(fl32(acc) * M) + zero). `multiplier` is a float32 tensor that
 * broadcasts, or a number; 0 is identity, which rounds nothing.
 */
export function finishDouble(g: Lowering, sums: string, multiplier: string | number, output: Output): string {
  if (multiplier !== 0) return finishFloat(g, castTo(g, sums, 'f32'), multiplier, output)
  const moved = output.zero === 0 ? sums : g.node('Add', [sums, scalar(g, 'f64', output.zero)])
  return castTo(g, clippedDouble(g, moved, output), output.dtype)
}

const clippedDouble = (g: Lowering, name: string, { low, high }: Output): string =>
  g.node('Clip', [name, scalar(g, 'f64', low), scalar(g, 'f64', high)])

/** Every value of a type, without a zero point. */
export const wholeType = (dtype: DataType): Output => ({
  dtype,
  zero: 0,
  low: dtypeMin(dtype),
  high: dtypeMax(dtype),
})
