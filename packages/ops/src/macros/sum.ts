import { float32Bits, maxMagnitude, multiplierOf } from '@plumbline/ir'
import { dequantised, finishFloat, type Lowering, scalar } from '../lowering.ts'
import type { Expansion, LoweredValue, MacroBase, MacroKind, Output } from '../macro.ts'
import { coordinate, makeStep, operand, term } from '../nest.ts'
import { EXACT_DOUBLE, EXACT_FLOAT, finishDouble, widened } from '../wide.ts'
import { pointwise } from '../pointwise.ts'
import { provable } from '../split.ts'
import { dense, isRowMajor, type Value } from '../value.ts'
import { copied } from './copy.ts'

/** One operand of a sum: weight * (value - zero). */
export interface Summand {
  readonly weight: number
  readonly zero: number
}

/**
 * An element-wise sum with integer weights and one rounding: residual additions, and with one operand the change of
 * scale that a lone activation or a preprocessing step is.
 */
export interface SumMacro extends MacroBase {
  readonly kind: 'sum'
  readonly shape: readonly number[]
  readonly summands: readonly Summand[]
  readonly bias: number
  /** A float32, as a number. 0 is identity. */
  readonly multiplier: number
  readonly output: Output
}

export const sum: MacroKind<SumMacro> = {
  kind: 'sum',
  expand: expandSum,
  lower: lowerSum,
  bound: (macro, inputs) => ({
    magnitude: magnitudeOf(macro, inputs),
    limit: EXACT_DOUBLE,
    where: 'the sum',
  }),
}

const magnitudeOf = (macro: SumMacro, inputs: readonly Value[]): number =>
  macro.summands.reduce(
    (total, { weight, zero }, i) => total + Math.abs(weight) * maxMagnitude(inputs[i]!.dtype, zero),
    Math.abs(macro.bias),
  )

function expandSum(macro: SumMacro, inputs: readonly Value[], at: number): Expansion {
  const nest = pointwise(inputs, macro.shape)
  if (nest === null) {
    // Digits that do not refine each other: store the operands plainly first.
    const index = inputs.findIndex((input) => !isRowMajor(input))
    const copy = copied(inputs[index]!, at)
    const rest = inputs.map((input, i) => (i === index ? copy.value : input))
    const expansion = expandSum(macro, rest, at + copy.steps.length)
    return { steps: [...copy.steps, ...expansion.steps], value: expansion.value }
  }
  const read = inputs.map((value, i) =>
    operand(
      value,
      nest.loops.map((loop, axis) => coordinate(loop.size, loop.strides[i]!, 0, [term(axis)])),
      macro.summands[i],
    ),
  )
  const step = makeStep(
    'SUM',
    nest.loops.length ? nest.loops.map((loop) => loop.size) : [1],
    [],
    { ...macro.output, bias: macro.bias, multiplier: macro.multiplier },
    { a: read[0]!, ...(read[1] && { b: read[1] }) },
  )
  const stored = dense({ class: 'step', index: at }, macro.output.dtype, macro.shape)
  return { steps: provable(step, at), value: { ...stored, axes: nest.axes } }
}

function lowerSum(macro: SumMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const values = inputs.map(({ value }) => value)
  if (magnitudeOf(macro, values) >= EXACT_FLOAT) return lowerWide(macro, inputs, g)
  const names = inputs.map(({ name, value }, i) => {
    const { zero, weight } = macro.summands[i]!
    return dequantised(g, name, value.dtype, zero, weight)
  })
  let total = names[0]!
  if (names[1] !== undefined) total = g.node('Add', [total, names[1]])
  if (macro.bias !== 0) total = g.node('Add', [total, scalar(g, 'f32', macro.bias)])
  return finishFloat(g, total, multiplierOf(float32Bits(macro.multiplier)) ?? 0, macro.output)
}

function lowerWide(macro: SumMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const names = inputs.map(({ name }, i) =>
    widened(g, name, macro.summands[i]!.zero, macro.summands[i]!.weight),
  )
  let total = names[0]!
  if (names[1] !== undefined) total = g.node('Add', [total, names[1]])
  if (macro.bias !== 0) total = g.node('Add', [total, scalar(g, 'f64', macro.bias)])
  return finishDouble(g, total, multiplierOf(float32Bits(macro.multiplier)) ?? 0, macro.output)
}
