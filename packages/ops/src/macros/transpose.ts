import type { MacroBase, MacroKind } from '../macro.ts'
import { transposed } from '../value.ts'

/** Logical axes in another order: never a step of its own, its readers address the tensor differently. */
export interface TransposeMacro extends MacroBase {
  readonly kind: 'transpose'
  readonly permutation: readonly number[]
}

export const transpose: MacroKind<TransposeMacro> = {
  kind: 'transpose',
  expand: (macro, inputs) => ({ steps: [], value: transposed(inputs[0]!, macro.permutation) }),
  lower: (macro, inputs, g) => g.node('Transpose', [inputs[0]!.name], { perm: macro.permutation }),
}
