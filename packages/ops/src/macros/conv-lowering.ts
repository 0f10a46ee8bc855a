import { shapeOf } from '../value.ts'
import { clipTo, finishFloat, castTo, type Lowering, scalar, vector } from '../lowering.ts'
import type { LoweredValue, Output } from '../macro.ts'
import { signedWeights, type StoredRows, WEIGHT_ZERO } from '../rows.ts'
import { windowAttributes } from '../window.ts'
import type { ConvMacro } from './conv.ts'

/**
 * QLinearConv with x_scale = 1, w_scale = M, y_scale = 1 computes exactly the rule of docs/specification.md, section 2.
 * Other output types take the accumulator of ConvInteger and finish in float32, one exact node at a time.
 */
export function lowerConv(macro: ConvMacro, input: LoweredValue, rows: StoredRows, g: Lowering): string {
  const attributes = { ...windowAttributes(macro.window, shapeOf(input.value)), group: macro.groups }
  const [w, zero] = weightTensor(macro, input, rows, g)
  const inputZero = scalar(g, 'u8', macro.inputZero)
  if (macro.output.dtype === 'u8') {
    const quantised = g.node(
      'QLinearConv',
      [
        input.name,
        scalar(g, 'f32', 1),
        inputZero,
        w,
        vector(g, 'f32', rows.multipliers),
        zero,
        scalar(g, 'f32', 1),
        scalar(g, 'u8', macro.output.zero),
        vector(g, 'i32', rows.bias),
      ],
      attributes,
    )
    return clipTo(g, quantised, macro.output)
  }
  const sums = g.node('ConvInteger', [input.name, w, inputZero, zero], attributes)
  return finishAccumulators(g, sums, rows, macro.output, [1, macro.channels, 1, 1])
}

/** i32 accumulators without bias, to the output type; `shape` broadcasts the records over them. */
export function finishAccumulators(
  g: Lowering,
  sums: string,
  rows: Pick<StoredRows, 'bias' | 'multipliers'>,
  output: Output,
  shape: readonly number[],
): string {
  const biased = g.node('Add', [sums, g.tensor('i32', shape, rows.bias)])
  return finishFloat(g, castTo(g, biased, 'f32'), g.tensor('f32', shape, rows.multipliers), output)
}

function weightTensor(
  macro: ConvMacro,
  input: LoweredValue,
  rows: StoredRows,
  g: Lowering,
): readonly [string, string] {
  const shape = [macro.channels, shapeOf(input.value)[1]! / macro.groups, ...macro.window.kernel]
  return g.weights === 'u8'
    ? [g.tensor('u8', shape, rows.weights), scalar(g, 'u8', WEIGHT_ZERO)]
    : [g.tensor('i8', shape, signedWeights(rows.weights)), scalar(g, 'i8', 0)]
}
