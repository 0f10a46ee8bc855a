import { elementsOf, type DataType } from '@plumbline/ir'
import type { ConstantRef, MacroBase, MacroKind } from '../macro.ts'
import { constantTensor } from '../nest.ts'
import { dense } from '../value.ts'

/** A stored tensor that other macros read like a computed one. */
export interface ConstantMacro extends MacroBase {
  readonly kind: 'constant'
  readonly dtype: DataType
  readonly shape: readonly number[]
  readonly data: ConstantRef
}

export const constant: MacroKind<ConstantMacro> = {
  kind: 'constant',
  expand: (macro) => ({ steps: [], value: dense(constantTensor(macro.data), macro.dtype, macro.shape) }),
  lower: (macro, _inputs, g) =>
    g.tensor(macro.dtype, macro.shape, elementsOf(macro.dtype, g.bytes(macro.data))),
  constants: (macro) => [macro.data],
}
