import { maxMagnitude } from '@plumbline/ir'
import { dequantised, finishFloat } from '../lowering.ts'
import { type Expansion, type MacroBase, type MacroKind, type Output } from '../macro.ts'
import { coordinate, makeStep, operand, term } from '../nest.ts'
import { pointwise } from '../pointwise.ts'
import { provable } from '../split.ts'
import { dense, isRowMajor, type Value } from '../value.ts'
import { EXACT_DOUBLE, EXACT_FLOAT, finishDouble, widened } from '../wide.ts'
import { copied } from './copy.ts'

/** The element-wise product of two values, broadcast. */
export interface ProductMacro extends MacroBase {
  readonly kind: 'product'
  readonly shape: readonly number[]
  readonly zeros: readonly [number, number]
  /** A float32, as a number. */
  readonly multiplier: number
  readonly output: Output
}

const magnitudeOf = (macro: ProductMacro, inputs: readonly Value[]): number =>
  inputs.reduce((all, { dtype }, i) => all * maxMagnitude(dtype, macro.zeros[i]!), 1)

export const product: MacroKind<ProductMacro> = {
  kind: 'product',
  expand: expandProduct,
  lower: (macro, inputs, g) => {
    const values = inputs.map(({ value }) => value)
    if (magnitudeOf(macro, values) >= EXACT_FLOAT) {
      const [left, right] = inputs.map(({ name }, i) => widened(g, name, macro.zeros[i]!))
      return finishDouble(g, g.node('Mul', [left!, right!]), macro.multiplier, macro.output)
    }
    const [a, b] = inputs.map(({ name, value }, i) => dequantised(g, name, value.dtype, macro.zeros[i]!))
    return finishFloat(g, g.node('Mul', [a!, b!]), macro.multiplier, macro.output)
  },
  bound: (macro, inputs) => ({
    magnitude: magnitudeOf(macro, inputs),
    limit: EXACT_DOUBLE,
    where: 'the product',
  }),
}

function expandProduct(macro: ProductMacro, inputs: readonly Value[], at: number): Expansion {
  const nest = pointwise(inputs, macro.shape)
  if (nest === null) {
    const index = inputs.findIndex((input) => !isRowMajor(input))
    const copy = copied(inputs[index]!, at)
    const rest = inputs.map((input, i) => (i === index ? copy.value : input))
    const expansion = expandProduct(macro, rest, at + copy.steps.length)
    return { steps: [...copy.steps, ...expansion.steps], value: expansion.value }
  }
  const [a, b] = inputs.map((value, i) =>
    operand(
      value,
      nest.loops.map((loop, axis) => coordinate(loop.size, loop.strides[i]!, 0, [term(axis)])),
      { zero: macro.zeros[i]! },
    ),
  )
  const sizes = nest.loops.map((loop) => loop.size)
  const finish = { ...macro.output, multiplier: macro.multiplier }
  const step = makeStep('DOT', sizes.length ? sizes : [1], [], finish, { a: a!, b: b! })
  const stored = dense({ class: 'step', index: at }, macro.output.dtype, macro.shape)
  return { steps: provable(step, at), value: { ...stored, axes: nest.axes } }
}
