import { type Constant, type Node, nodeError, type TensorFact } from '../onnx/node.ts'
import { axisAt, listOf } from './axes.ts'
import { reshaping } from './reshape.ts'

export const squeeze = reshaping(
  'Squeeze',
  (node: Node, x: TensorFact, constants: readonly (Constant | null)[]) => {
    const axes = listOf(node, 'axes', 1, constants)?.map((axis) => axisAt(node, axis, x.shape.length))
    if (axes?.some((axis) => x.shape[axis] !== 1))
      throw nodeError(
        node,
        'SHAPE_MISMATCH',
        `axes [${axes.join(', ')}] of [${x.shape.join(', ')}] are not all 1`,
      )
    return x.shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1))
  },
)

export const unsqueeze = reshaping('Unsqueeze', (node, x, constants) => {
  const list = listOf(node, 'axes', 1, constants)
  if (list === undefined) throw nodeError(node, 'ATTRIBUTE_INVALID', 'its axes are missing')
  const rank = x.shape.length + list.length
  const axes = new Set(list.map((axis) => axisAt(node, axis, rank)))
  if (axes.size !== list.length)
    throw nodeError(node, 'ATTRIBUTE_INVALID', `axes [${list.join(', ')}] repeat`)
  let next = 0
  return Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : x.shape[next++]!))
})
