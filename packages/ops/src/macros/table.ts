import { elementsOf } from '@plumbline/ir'
import { ModelError } from '../errors.ts'
import { castTo, reshapeTo } from '../lowering.ts'
import type { ConstantRef, MacroBase, MacroKind, Output } from '../macro.ts'
import { constantTensor, coordinate, makeStep, operand, term } from '../nest.ts'
import { pointwise } from '../pointwise.ts'
import { INDEX_LOOP } from '../simplify.ts'
import { provable } from '../split.ts'
import { dense, shapeOf } from '../value.ts'

/** Any function of a u8 value: 256 stored results. */
export interface TableMacro extends MacroBase {
  readonly kind: 'table'
  readonly dtype: Output['dtype']
  readonly entries: ConstantRef
}

export const TABLE_SIZE = 256

export const table: MacroKind<TableMacro> = {
  kind: 'table',
  expand: (macro, inputs, at) => {
    const input = inputs[0]!
    if (input.dtype !== 'u8')
      throw new ModelError('MACRO_DTYPE', `${macro.node}: a table of a ${input.dtype} value`, {
        node: macro.node,
      })
    const shape = shapeOf(input)
    const nest = pointwise([input], shape)!
    const index = operand(
      input,
      nest.loops.map((loop, axis) => coordinate(loop.size, loop.strides[0]!, 0, [term(axis)])),
      { weight: 1 },
    )
    const entries = dense(constantTensor(macro.entries), macro.dtype, [TABLE_SIZE])
    const sizes = nest.loops.map(({ size }) => size)
    const step = makeStep(
      'SUM',
      sizes.length ? sizes : [1],
      [],
      { dtype: macro.dtype },
      {
        a: operand(entries, [coordinate(TABLE_SIZE, 1, 0, [term(INDEX_LOOP)])], { weight: 1 }),
        g: index,
      },
    )
    const stored = dense({ class: 'step', index: at }, macro.dtype, shape)
    return { steps: provable(step, at), value: { ...stored, axes: nest.axes } }
  },
  // GatherElements over a flat index is several times faster than Gather.
  lower: (macro, inputs, g) => {
    const { name, value } = inputs[0]!
    const entries = g.tensor(macro.dtype, [TABLE_SIZE], elementsOf(macro.dtype, g.bytes(macro.entries)))
    const index = castTo(g, reshapeTo(g, name, [-1]), 'i32')
    return reshapeTo(g, g.node('GatherElements', [entries, index], { axis: 0 }), shapeOf(value))
  },
  constants: (macro) => [macro.entries],
}
