import { maxMagnitude } from '@plumbline/ir'
import { castTo, clipFloat, dequantised, finishFloat, type Lowering, vector } from '../lowering.ts'
import {
  ACCUMULATOR_LIMIT,
  type Expansion,
  type LoweredValue,
  type MacroBase,
  type MacroKind,
  type Output,
} from '../macro.ts'
import { makeStep, operand, walk } from '../nest.ts'
import { provable } from '../split.ts'
import { axisSize, dense, shapeOf, type Value } from '../value.ts'
import { EXACT_FLOAT, finishDouble, widened } from '../wide.ts'

/** Sums or largest values over whole axes, which become 1. A largest value keeps scale and zero point. */
export interface ReduceMacro extends MacroBase {
  readonly kind: 'reduce'
  readonly fold: 'sum' | 'max'
  readonly axes: readonly number[]
  readonly inputZero: number
  /** A float32, as a number; for sums. */
  readonly multiplier: number
  readonly output: Output
}

export const reduce: MacroKind<ReduceMacro> = {
  kind: 'reduce',
  expand: expandReduce,
  lower: lowerReduce,
  bound: (macro, inputs) => ({
    magnitude: magnitudeOf(macro, inputs[0]!),
    limit: macro.fold === 'max' ? EXACT_FLOAT : ACCUMULATOR_LIMIT,
    where: 'the reduction',
  }),
}

const magnitudeOf = (macro: ReduceMacro, input: Value): number =>
  macro.fold === 'max'
    ? maxMagnitude(input.dtype, 0)
    : maxMagnitude(input.dtype, macro.inputZero) * reducedSize(macro, input)

const reducedSize = (macro: ReduceMacro, input: Value): number =>
  macro.axes.reduce((size, axis) => size * axisSize(input.axes[axis]!), 1)

function expandReduce(macro: ReduceMacro, inputs: readonly Value[], at: number): Expansion {
  const input = inputs[0]!
  const reduced = new Set(macro.axes)
  const kept = input.axes.flatMap((axis, i) => (reduced.has(i) ? [] : axis))
  const folded = input.axes
    .flatMap((axis, i) => (reduced.has(i) ? axis : []))
    .toSorted((a, b) => b.stride - a.stride)
  const coordinates = [...walk(kept, 0), ...walk(folded, Math.max(1, kept.length))]
  const { output } = macro
  const step = makeStep(
    macro.fold === 'sum' ? 'SUM' : 'MAX',
    kept.length ? kept.map(({ size }) => size) : [1],
    folded.map(({ size }) => size),
    macro.fold === 'sum'
      ? { ...output, multiplier: macro.multiplier }
      : { dtype: output.dtype, low: output.low, high: output.high },
    { a: operand(input, coordinates, { weight: 1, zero: macro.fold === 'sum' ? macro.inputZero : 0 }) },
  )
  const steps = provable(step, at)
  const shape = shapeOf(input).map((size, axis) => (reduced.has(axis) ? 1 : size))
  return { steps, value: dense({ class: 'step', index: at + steps.length - 1 }, output.dtype, shape) }
}

function lowerReduce(macro: ReduceMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const { name, value } = inputs[0]!
  const axes = vector(g, 'i64', macro.axes)
  if (macro.fold === 'max') {
    const largest = g.node('ReduceMax', [castTo(g, name, 'f32'), axes], { keepdims: 1 })
    return castTo(g, clipFloat(g, largest, macro.output), macro.output.dtype)
  }
  if (magnitudeOf(macro, value) >= EXACT_FLOAT) {
    const total = g.node('ReduceSum', [widened(g, name, macro.inputZero), axes], { keepdims: 1 })
    return finishDouble(g, total, macro.multiplier, macro.output)
  }
  const sums = g.node('ReduceSum', [dequantised(g, name, value.dtype, macro.inputZero), axes], {
    keepdims: 1,
  })
  return finishFloat(g, sums, macro.multiplier, macro.output)
}
