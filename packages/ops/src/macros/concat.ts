import type { Step } from '@plumbline/ir'
import type { MacroBase, MacroKind } from '../macro.ts'
import { coordinate, makeStep, operand, term } from '../nest.ts'
import { dense, shapeOf, single, type Value } from '../value.ts'
import { copied } from './copy.ts'

/** Values of one scale, one after another along an axis. */
export interface ConcatMacro extends MacroBase {
  readonly kind: 'concat'
  readonly axis: number
}

export const concat: MacroKind<ConcatMacro> = {
  kind: 'concat',
  expand: (macro, inputs, at) => {
    const steps: Step[] = []
    const values = inputs.map((input) => {
      if (input.axes.every((axis) => single(axis))) return input
      const copy = copied(input, at + steps.length)
      steps.push(...copy.steps)
      return copy.value
    })
    const order = storageOrder(values[0]!)
    let joined = values[0]!
    for (const value of values.slice(1)) {
      const pair = concatPair(joined, value, macro.axis, order, at + steps.length)
      steps.push(pair.step)
      joined = pair.value
    }
    return { steps, value: joined }
  },
  lower: (macro, inputs, g) =>
    g.node(
      'Concat',
      inputs.map(({ name }) => name),
      { axis: macro.axis },
    ),
}

/** Logical axes by falling stride. */
export function storageOrder(value: Value): readonly number[] {
  const strides = value.axes.map((axis) => axis[0]?.stride ?? Infinity)
  return strides
    .map((_, axis) => axis)
    .sort((x, y) => (strides[x] === strides[y] ? x - y : strides[y]! - strides[x]!))
}

function concatPair(left: Value, right: Value, axis: number, order: readonly number[], at: number) {
  const sizes = shapeOf(left)
  const before = sizes[axis]!
  const shape = sizes.map((size, i) => (i === axis ? size + shapeOf(right)[axis]! : size))
  // Exactly one of the two is in range at every element.
  const read = (value: Value, offset: number) =>
    operand(
      value,
      order.map((logical, loop) =>
        coordinate(
          shapeOf(value)[logical]!,
          single(value.axes[logical]!)!.stride,
          logical === axis ? -offset : 0,
          [term(loop)],
        ),
      ),
      { weight: 1 },
    )
  const step = makeStep(
    'SUM',
    order.map((logical) => shape[logical]!),
    [],
    { dtype: left.dtype },
    { a: read(left, 0), b: read(right, before) },
  )
  return { step, value: dense({ class: 'step', index: at }, left.dtype, shape, order) }
}
