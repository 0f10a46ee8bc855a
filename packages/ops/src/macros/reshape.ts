import { reshapeTo } from '../lowering.ts'
import type { MacroBase, MacroKind } from '../macro.ts'
import { reshaped } from '../value.ts'
import { copied } from './copy.ts'

/** Another shape of the same elements in the same logical order: no step where addresses allow, else a copy. */
export interface ReshapeMacro extends MacroBase {
  readonly kind: 'reshape'
  readonly shape: readonly number[]
}

export const reshape: MacroKind<ReshapeMacro> = {
  kind: 'reshape',
  expand: (macro, inputs, at) => {
    const input = inputs[0]!
    const view = reshaped(input, macro.shape)
    if (view) return { steps: [], value: view }
    const copy = copied(input, at)
    return { steps: copy.steps, value: reshaped(copy.value, macro.shape)! }
  },
  lower: (macro, inputs, g) => reshapeTo(g, inputs[0]!.name, macro.shape),
}
