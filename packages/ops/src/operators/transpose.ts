import type { TransposeMacro } from '../macros/transpose.ts'
import { transposeConstant } from '../onnx/constant.ts'
import { listAttribute, type Node, nodeError } from '../onnx/node.ts'
import type { Operator, Tensor, Translation } from '../onnx/operator.ts'
import { inputFact } from './elementwise.ts'
import { isUniform } from './uniform.ts'

export const transpose: Operator = {
  type: 'Transpose',
  keepsValues: true,
  infer: (node, inputs) => {
    const { type, shape } = inputFact(node, inputs, 0)
    return [{ type, shape: permutationOf(node, shape.length).map((axis) => shape[axis]!) }]
  },
  fold: (node, [x]) => [transposeConstant(x!, permutationOf(node, x!.shape.length))],
  translate: (node, t) => {
    const raw = t.rawTensor(node.inputs[0]!)
    const x = isUniform(raw) ? raw : t.tensor(node.inputs[0]!)
    return transposedTensor(node, t, x, permutationOf(node, x.value.axes.length))
  },
}

/** @throws ModelError ATTRIBUTE_INVALID */
function permutationOf(node: Node, rank: number): readonly number[] {
  const permutation =
    listAttribute(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis)
  const sorted = [...permutation].sort((x, y) => x - y)
  if (sorted.length !== rank || sorted.some((axis, i) => axis !== i))
    throw nodeError(node, 'ATTRIBUTE_INVALID', `perm [${permutation.join(', ')}] is no order of ${rank} axes`)
  return permutation
}

export function transposedTensor(
  node: Node,
  t: Translation,
  x: Tensor,
  permutation: readonly number[],
): Tensor {
  const result = t.emit<TransposeMacro>(node, { kind: 'transpose', permutation }, [x], x.quantisation)
  return x.affine ? { ...result, affine: x.affine } : result
}
