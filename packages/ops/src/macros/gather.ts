import { type DataType, elementsOf } from '@plumbline/ir'
import { castTo, type Lowering, reshapeTo, scalar } from '../lowering.ts'
import type { ConstantRef, Expansion, LoweredValue, MacroBase, MacroKind } from '../macro.ts'
import { constantTensor, coordinate, makeStep, operand, term } from '../nest.ts'
import { INDEX_LOOP } from '../simplify.ts'
import { provable } from '../split.ts'
import { dense, isRowMajor, shapeOf, type Value } from '../value.ts'
import { copied } from './copy.ts'

/** Rows of a stored matrix picked by computed indices: embeddings. An index that names no row gives zeros. */
export interface GatherMacro extends MacroBase {
  readonly kind: 'gather'
  readonly dtype: DataType
  readonly rows: number
  readonly width: number
  readonly table: ConstantRef
}

export const gatherRows: MacroKind<GatherMacro> = {
  kind: 'gather',
  expand: expandGather,
  lower: lowerGather,
  constants: (macro) => [macro.table],
}

function expandGather(macro: GatherMacro, inputs: readonly Value[], at: number): Expansion {
  const shape = shapeOf(inputs[0]!)
  const copy = isRowMajor(inputs[0]!) ? { steps: [], value: inputs[0]! } : copied(inputs[0]!, at)
  const count = shape.reduce((a, b) => a * b, 1)
  const table = dense(constantTensor(macro.table), macro.dtype, [macro.rows, macro.width])
  const step = makeStep(
    'SUM',
    [count, macro.width],
    [],
    { dtype: macro.dtype },
    {
      a: operand(
        table,
        [
          coordinate(macro.rows, macro.width, 0, [term(INDEX_LOOP)]),
          coordinate(macro.width, 1, 0, [term(1)]),
        ],
        { weight: 1 },
      ),
      g: operand(copy.value, [coordinate(count, 1, 0, [term(0)])], { weight: 1 }),
    },
  )
  const index = at + copy.steps.length
  return {
    steps: [...copy.steps, ...provable(step, index)],
    value: dense({ class: 'step', index }, macro.dtype, [...shape, macro.width]),
  }
}

function lowerGather(macro: GatherMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const { name, value } = inputs[0]!
  const flat = castTo(g, reshapeTo(g, name, [-1]), 'i32')
  const below = g.node('Less', [flat, scalar(g, 'i32', 0)])
  const above = g.node('Greater', [flat, scalar(g, 'i32', macro.rows - 1)])
  const outside = g.node('Or', [below, above])
  const index = g.node('Where', [outside, scalar(g, 'i32', macro.rows), flat])
  const stored = elementsOf(macro.dtype, g.bytes(macro.table))
  const padded = Float64Array.from({ length: stored.length + macro.width }, (_, i) => stored[i] ?? 0)
  const rows = g.tensor(macro.dtype, [macro.rows + 1, macro.width], padded)
  return reshapeTo(g, g.node('Gather', [rows, index], { axis: 0 }), [...shapeOf(value), macro.width])
}
