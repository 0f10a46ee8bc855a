import type { Operator } from '../onnx/operator.ts'
import { inputFact } from './elementwise.ts'

/**
 * As the last operator only: the program ends at its input, and the reader of a result applies it (the manifest says
 * so). The compiler takes it off before translation.
 */
export const softmax: Operator = {
  type: 'Softmax',
  infer: (node, inputs) => [inputFact(node, inputs, 0)],
}
