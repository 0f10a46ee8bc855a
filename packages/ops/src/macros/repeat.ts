import { reshapeTo, vector } from '../lowering.ts'
import type { MacroBase, MacroKind } from '../macro.ts'
import { shapeOf } from '../value.ts'

/** Every element of an axis `factors[axis]` times in a row: never a step, its readers address it again. */
export interface RepeatMacro extends MacroBase {
  readonly kind: 'repeat'
  readonly factors: readonly number[]
}

export const repeat: MacroKind<RepeatMacro> = {
  kind: 'repeat',
  expand: (macro, inputs) => ({
    steps: [],
    value: {
      ...inputs[0]!,
      axes: inputs[0]!.axes.map((axis, i) =>
        macro.factors[i]! > 1 ? [...axis, { size: macro.factors[i]!, stride: 0 }] : axis,
      ),
    },
  }),
  lower: (macro, inputs, g) => {
    const shape = shapeOf(inputs[0]!.value)
    const apart = reshapeTo(
      g,
      inputs[0]!.name,
      shape.flatMap((size) => [size, 1]),
    )
    const wide = shape.flatMap((size, i) => [size, macro.factors[i]!])
    const repeated = g.node('Expand', [apart, vector(g, 'i64', wide)])
    return reshapeTo(
      g,
      repeated,
      shape.map((size, i) => size * macro.factors[i]!),
    )
  },
}
