import { vector } from '../lowering.ts'
import type { MacroBase, MacroKind } from '../macro.ts'
import { shapeOf, single, type Value } from '../value.ts'
import { copied } from './copy.ts'

/** `count` elements along an axis from `start`, every `stride`-th: no step where the axis is one progression. */
export interface SliceMacro extends MacroBase {
  readonly kind: 'slice'
  readonly axis: number
  readonly start: number
  readonly stride: number
  readonly count: number
}

export const slice: MacroKind<SliceMacro> = {
  kind: 'slice',
  expand: (macro, inputs, at) => {
    const input = inputs[0]!
    if (single(input.axes[macro.axis]!)) return { steps: [], value: sliced(macro, input) }
    const copy = copied(input, at)
    return { steps: copy.steps, value: sliced(macro, copy.value) }
  },
  lower: (macro, inputs, g) => {
    const end = macro.start + (macro.count - 1) * macro.stride + 1
    const lists = [macro.start, end, macro.axis, macro.stride].map((x) => vector(g, 'i64', [x]))
    return g.node('Slice', [inputs[0]!.name, ...lists])
  },
}

function sliced(macro: SliceMacro, value: Value): Value {
  const digit = single(value.axes[macro.axis]!)!
  const size = shapeOf(value)[macro.axis]!
  if (macro.start + (macro.count - 1) * macro.stride >= size || macro.count < 1)
    throw new RangeError(`a slice beyond axis ${macro.axis} of ${size}`)
  const cut = macro.count === 1 ? [] : [{ size: macro.count, stride: digit.stride * macro.stride }]
  return {
    ...value,
    base: value.base + macro.start * digit.stride,
    axes: value.axes.map((axis, i) => (i === macro.axis ? cut : axis)),
  }
}
