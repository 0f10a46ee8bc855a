import type { ConstantMacro } from '../macros/constant.ts'
import type { Constant, Node } from '../onnx/node.ts'
import type { Tensor, Translation } from '../onnx/operator.ts'
import { type Quantisation, quantisationOf, quantise } from '../quantisation.ts'

/** A constant as a tensor that macros read: 16 bits, or as `quantisation` says. */
export function storedTensor(
  node: Node,
  t: Translation,
  known: Constant,
  quantisation?: Quantisation,
): Tensor {
  const reach = known.data.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const q = quantisation ?? quantisationOf('i16', { low: -reach, high: reach })
  const stored = Array.from(known.data, (x) => quantise(q, x))
  const forms = { u8: Uint8Array, i16: Int16Array, i32: Int32Array }
  const data = t.store(new Uint8Array(forms[q.dtype].from(stored).buffer))
  return t.emit<ConstantMacro>(node, { kind: 'constant', dtype: q.dtype, shape: known.shape, data }, [], q)
}
