import { nodeError } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { inputFact } from './elementwise.ts'

/** An operator that does nothing at inference; the compiler removes it. */
const passing = (type: string): Operator => ({
  type,
  keepsValues: true,
  infer: (node, inputs) => {
    if (node.outputs.length > 1 && node.outputs[1] !== '')
      throw nodeError(node, 'OUTPUT_UNSUPPORTED', 'its second output is not supported')
    return [inputFact(node, inputs, 0)]
  },
  fold: (_node, [x]) => [x!],
  translate: (node, t) => t.rawTensor(node.inputs[0]!),
})

export const identity = passing('Identity')
export const dropout = passing('Dropout')
