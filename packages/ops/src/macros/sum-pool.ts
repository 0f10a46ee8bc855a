import { maxMagnitude } from '@plumbline/ir'
import { dequantised, finishFloat, type Lowering, scalar, vector } from '../lowering.ts'
import {
  ACCUMULATOR_LIMIT,
  type ConstantRef,
  type LoweredValue,
  type MacroBase,
  type MacroKind,
  type Output,
} from '../macro.ts'
import { coordinate, makeStep, operand, records, term } from '../nest.ts'
import { EXACT_FLOAT, finishDouble, widened } from '../wide.ts'
import { provable } from '../split.ts'
import { dense, shapeOf, type Value } from '../value.ts'
import { poolCoordinates, type Window, windowAttributes } from '../window.ts'

/** The sum under a window, times M: averages. Where windows count differently many elements, M goes by position. */
export interface SumPoolMacro extends MacroBase {
  readonly kind: 'sum-pool'
  readonly window: Window
  readonly inputZero: number
  readonly output: Output
  /** A float32 for all positions, or records (rows.ts) for each position, row-major. */
  readonly multiplier: number | ConstantRef
}

export const sumPool: MacroKind<SumPoolMacro> = {
  kind: 'sum-pool',
  expand: (macro, inputs, at) => {
    const input = inputs[0]!
    const [batch, channels] = shapeOf(input) as [number, number]
    const { window, output, multiplier } = macro
    const loops = { n: 0, oh: 1, ow: 2, channel: 3, kh: 4, kw: 5 }
    const byPosition = typeof multiplier === 'object'
    const step = makeStep(
      'SUM',
      [batch, ...window.out, channels],
      window.kernel,
      { ...output, multiplier: byPosition ? 0 : multiplier },
      {
        a: operand(input, poolCoordinates(input, window, loops), { weight: 1, zero: macro.inputZero }),
        ...(byPosition && {
          p: records(multiplier, 0, [
            coordinate(window.out[0], window.out[1] * 8, 0, [term(loops.oh)]),
            coordinate(window.out[1], 8, 0, [term(loops.ow)]),
          ]),
        }),
      },
    )
    const steps = provable(step, at)
    const shape = [batch, channels, ...window.out]
    return {
      steps,
      value: dense({ class: 'step', index: at + steps.length - 1 }, output.dtype, shape, [0, 2, 3, 1]),
    }
  },
  lower: lowerSumPool,
  bound: (macro, inputs) => ({
    magnitude: magnitudeOf(macro, inputs[0]!),
    limit: isWhole(macro, inputs[0]!) ? ACCUMULATOR_LIMIT : EXACT_FLOAT,
    where: 'the window',
  }),
  constants: (macro) => (typeof macro.multiplier === 'object' ? [macro.multiplier] : []),
}

const magnitudeOf = ({ window, inputZero }: SumPoolMacro, { dtype }: Value): number =>
  window.kernel[0] * window.kernel[1] * maxMagnitude(dtype, inputZero)

/** Whether one window takes in everything. */
function isWhole({ window }: SumPoolMacro, value: Value): boolean {
  const shape = shapeOf(value)
  return (
    window.kernel[0] === shape[2] &&
    window.kernel[1] === shape[3] &&
    window.pads.every((pad) => pad === 0) &&
    window.out.every((size) => size === 1)
  )
}

function lowerSumPool(macro: SumPoolMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const { name, value } = inputs[0]!
  const shape = shapeOf(value)
  const whole = isWhole(macro, value)
  if (whole && magnitudeOf(macro, value) >= EXACT_FLOAT) {
    const wide = widened(g, name, macro.inputZero)
    const total = g.node('ReduceSum', [wide, vector(g, 'i64', [2, 3])], { keepdims: 1 })
    return finishDouble(g, total, positionMultiplier(macro, g), macro.output)
  }
  const centred = dequantised(g, name, value.dtype, macro.inputZero)
  const sums = whole
    ? g.node('ReduceSum', [centred, vector(g, 'i64', [2, 3])], { keepdims: 1 })
    : windowSums(macro, centred, shape, g)
  return finishFloat(g, sums, positionMultiplier(macro, g), macro.output)
}

/** A depthwise convolution with ones; the clip keeps the optimiser from folding M into the ones. */
function windowSums(macro: SumPoolMacro, centred: string, shape: readonly number[], g: Lowering): string {
  const channels = shape[1]!
  const [kh, kw] = macro.window.kernel
  const ones = g.tensor('f32', [channels, 1, kh, kw], new Float32Array(channels * kh * kw).fill(1))
  const sums = g.node('Conv', [centred, ones], { ...windowAttributes(macro.window, shape), group: channels })
  return g.node('Clip', [sums, scalar(g, 'f32', -EXACT_FLOAT), scalar(g, 'f32', EXACT_FLOAT)])
}

function positionMultiplier(macro: SumPoolMacro, g: Lowering): number | string {
  if (typeof macro.multiplier === 'number') return macro.multiplier
  const bytes = g.bytes(macro.multiplier)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const factors = Float32Array.from({ length: bytes.byteLength / 8 }, (_, i) =>
    view.getFloat32(8 * i + 4, true),
  )
  return g.tensor('f32', [1, 1, ...macro.window.out], factors)
}
