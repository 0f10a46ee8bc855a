import { vector } from '../lowering.ts'
import type { MacroBase, MacroKind } from '../macro.ts'
import { axisSize, type Value } from '../value.ts'

/** Axes of 1 repeated, never a step: its readers address the same elements again. */
export interface ExpandMacro extends MacroBase {
  readonly kind: 'expand'
  readonly shape: readonly number[]
}

export const expandTo: MacroKind<ExpandMacro> = {
  kind: 'expand',
  expand: (macro, inputs) => ({ steps: [], value: broadcast(inputs[0]!, macro.shape) }),
  lower: (macro, inputs, g) => g.node('Expand', [inputs[0]!.name, vector(g, 'i64', macro.shape)]),
}

function broadcast(value: Value, shape: readonly number[]): Value {
  const lead = shape.length - value.axes.length
  const axes = shape.map((size, i) => {
    const own = i < lead ? [] : value.axes[i - lead]!
    return axisSize(own) === size ? own : [{ size, stride: 0 }]
  })
  return { ...value, axes }
}
