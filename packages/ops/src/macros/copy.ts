import type { Expansion, MacroBase, MacroKind } from '../macro.ts'
import { makeStep, operand, walk } from '../nest.ts'
import { provable } from '../split.ts'
import { dense, shapeOf, type Value } from '../value.ts'

/** The value stored anew, its logical axes in `order` (default: as they are, row-major). */
export function copied(value: Value, at: number, order?: readonly number[]): Expansion {
  const shape = shapeOf(value)
  const storage = order ?? shape.map((_, axis) => axis)
  const digits = storage.flatMap((axis) => value.axes[axis]!)
  const sizes = digits.map((digit) => digit.size)
  const step = makeStep(
    'SUM',
    sizes.length ? sizes : [1],
    [],
    { dtype: value.dtype },
    {
      a: operand(value, walk(digits, 0), { weight: 1 }),
    },
  )
  return {
    steps: provable(step, at),
    value: dense({ class: 'step', index: at }, value.dtype, shape, storage),
  }
}

/** A copy into a layout that its reader needs; ONNX Runtime never sees layouts. */
export interface CopyMacro extends MacroBase {
  readonly kind: 'copy'
  readonly order: readonly number[]
}

export const copy: MacroKind<CopyMacro> = {
  kind: 'copy',
  expand: (macro, inputs, at) => copied(inputs[0]!, at, macro.order),
  lower: (_macro, inputs) => inputs[0]!.name,
}
