import { ModelError } from '../errors.ts'
import type { MacroBase, MacroKind } from '../macro.ts'
import { concat } from './concat.ts'
import { constant } from './constant.ts'
import { conv } from './conv.ts'
import { copy } from './copy.ts'
import { curve } from './curve.ts'
import { expandTo } from './expand-to.ts'
import { gatherRows } from './gather.ts'
import { linear } from './linear.ts'
import { matmul } from './matmul.ts'
import { maxPool } from './max-pool.ts'
import { norm } from './norm.ts'
import { pad } from './pad.ts'
import { product } from './product.ts'
import { reduce } from './reduce.ts'
import { repeat } from './repeat.ts'
import { reshape } from './reshape.ts'
import { slice } from './slice.ts'
import { softmax } from './softmax.ts'
import { sum } from './sum.ts'
import { sumPool } from './sum-pool.ts'
import { table } from './table.ts'
import { transpose } from './transpose.ts'

const KINDS: readonly MacroKind[] = [
  concat,
  constant,
  conv,
  copy,
  curve,
  expandTo,
  gatherRows,
  linear,
  matmul,
  maxPool,
  norm,
  pad,
  product,
  reduce,
  repeat,
  reshape,
  slice,
  softmax,
  sum,
  sumPool,
  table,
  transpose,
]
const BY_NAME = new Map(KINDS.map((kind) => [kind.kind, kind]))

/** @throws ModelError MACRO_UNKNOWN */
export function macroKind(macro: MacroBase): MacroKind {
  const kind = BY_NAME.get(macro.kind)
  if (kind === undefined)
    throw new ModelError(
      'MACRO_UNKNOWN',
      `macro '${macro.kind}' is unknown: this manifest needs a newer version`,
      {
        kind: macro.kind,
      },
    )
  return kind
}
