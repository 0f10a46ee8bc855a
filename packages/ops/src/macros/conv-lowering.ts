import { shapeOf } from '../value.ts'
import { ModelError } from '../errors.ts'
import { castTo, clipTo, dequantised, finishFloat, type Lowering, scalar, vector } from '../lowering.ts'
import type { LoweredValue, Output } from '../macro.ts'
import { signedWeights, type StoredRows, WEIGHT_ZERO } from '../rows.ts'
import { EXACT_FLOAT } from '../wide.ts'
import { windowAttributes } from '../window.ts'
import { bytesOf16, HIGH_ZERO, joinedSums } from './bytes.ts'
import type { ConvMacro } from './conv.ts'

/**
 * QLinearConv with x_scale = 1, w_scale = M, y_scale = 1 computes exactly the rule of docs/specification.md, section 2.
 * Other output types take the accumulator of ConvInteger and finish in float32, one exact node at a time.
 */
export function lowerConv(macro: ConvMacro, input: LoweredValue, rows: StoredRows, g: Lowering): string {
  const attributes = { ...windowAttributes(macro.window, shapeOf(input.value)), group: macro.groups }
  if (input.value.dtype === 'i16') return lowerWide(macro, input, rows, attributes, g)
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

/**
 * Values of 16 bits, two convolutions of bytes. Padding reads as x = 0, whose bytes are high 128 and low 0; so the input
 * may have no zero point. Where float32 holds the sums of bytes exactly its kernels are faster for few channels a group.
 */
function lowerWide(
  macro: ConvMacro,
  input: LoweredValue,
  rows: StoredRows,
  attributes: ReturnType<typeof windowAttributes> & { group: number },
  g: Lowering,
): string {
  if (macro.inputZero !== 0)
    throw new ModelError(
      'LOWERING',
      `a convolution over i16 with zero point ${macro.inputZero} has no lowering`,
      {
        node: macro.node,
      },
    )
  const shape = [1, macro.channels, 1, 1]
  const bias = g.tensor('i32', shape, rows.bias)
  const multipliers = g.tensor('f32', shape, rows.multipliers)
  const { high, low } = bytesOf16(g, input.name)
  const length = rows.weights.length / macro.channels
  const floats = macro.groups > 1 && length * 255 * 127 < EXACT_FLOAT
  const part = (bytes: string, zero: number): string => {
    if (floats) {
      const w = Float32Array.from(rows.weights, (x) => x - WEIGHT_ZERO)
      const weights = g.tensor('f32', weightShape(macro, input), w)
      const sums = g.node('Conv', [dequantised(g, bytes, 'u8', zero), weights], attributes)
      return castTo(g, sums, 'i32')
    }
    const [w, weightZero] = weightTensor(macro, input, rows, g)
    return g.node('ConvInteger', [bytes, w, scalar(g, 'u8', zero), weightZero], attributes)
  }
  const sums = joinedSums(g, part(high, HIGH_ZERO), part(low, 0), bias)
  return finishFloat(g, castTo(g, sums, 'f32'), multipliers, macro.output)
}

const weightShape = (macro: ConvMacro, input: LoweredValue): readonly number[] => [
  macro.channels,
  shapeOf(input.value)[1]! / macro.groups,
  ...macro.window.kernel,
]

function weightTensor(
  macro: ConvMacro,
  input: LoweredValue,
  rows: StoredRows,
  g: Lowering,
): readonly [string, string] {
  const shape = weightShape(macro, input)
  return g.weights === 'u8'
    ? [g.tensor('u8', shape, rows.weights), scalar(g, 'u8', WEIGHT_ZERO)]
    : [g.tensor('i8', shape, signedWeights(rows.weights)), scalar(g, 'i8', 0)]
}
