import type { Operator } from '../onnx/operator.ts'
import { inputFact } from './elementwise.ts'

/** An operator that does nothing at inference; the compiler removes it. */
const passing = (type: string): Operator => ({
  type,
  keepsValues: true,
  // A second output, the mask of Dropout, is no tensor here: whoever reads it is told that it is missing.
  infer: (node, inputs) => [inputFact(node, inputs, 0)],
  fold: (_node, [x]) => [x!],
  translate: (node, t) => t.rawTensor(node.inputs[0]!),
})

export const identity = passing('Identity')
export const dropout = passing('Dropout')
