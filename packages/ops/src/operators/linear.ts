import type { LinearMacro } from '../macros/linear.ts'
import { linearOrder } from '../macros/linear.ts'
import type { Node } from '../onnx/node.ts'
import type { Tensor, Translation } from '../onnx/operator.ts'
import type { RealRows } from '../quantisation.ts'
import { foldedRows } from './preprocess.ts'
import { isUniform } from './uniform.ts'

/** The last axis of the node's first input times constant rows. */
export function emitLinear(
  node: Node,
  t: Translation,
  raw: Tensor,
  features: number,
  real: RealRows,
): Tensor {
  const target = t.target(node)
  // A uniform offset and scale fold whatever the order of elements; only then does preprocessing reach here.
  const length = real.weights.length / features
  const rows = raw.affine ? foldedRows(real, spread(raw.affine, length), 1, true) : real
  const [scale, zero] = raw.affine ? [1, 0] : [raw.quantisation.scale, raw.quantisation.zero]
  return t.emit<LinearMacro>(
    node,
    {
      kind: 'linear',
      features,
      inputZero: zero,
      output: target.output,
      rows: t.rows(node, rows, scale, target, linearOrder(raw.value)),
    },
    [raw],
    target.quantisation,
  )
}

const spread = ({ scale, offset }: NonNullable<Tensor['affine']>, length: number) => ({
  scale: Array.from({ length: length }, () => scale[0]!),
  offset: Array.from({ length: length }, () => offset[0]!),
  order: Array.from({ length }, (_, i) => i),
})

/** The tensor with its preprocessing left in where a linear layer can fold it. */
export const linearInput = (t: Translation, name: string): Tensor => {
  const raw = t.rawTensor(name)
  return isUniform(raw) ? raw : t.tensor(name)
}
