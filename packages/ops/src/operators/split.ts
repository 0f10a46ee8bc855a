import { type AttributeValue, type Constant, type Node, nodeError, type TensorFact } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { axisAttribute, listOf } from './axes.ts'
import { inputFact } from './elementwise.ts'

/** It has several results, so the compiler turns it into slices. */
export const split: Operator = {
  type: 'Split',
  infer: (node, inputs, constants) => {
    const x = inputFact(node, inputs, 0)
    const { axis, sizes } = partsOf(node, x, constants)
    return sizes.map((part) => ({
      type: x.type,
      shape: x.shape.map((size, i) => (i === axis ? part : size)),
    }))
  },
}

/** One slice for each result of a Split. */
export function splitSlices(
  node: Node,
  x: TensorFact,
  constants: readonly (Constant | null)[],
): readonly Node[] {
  const { axis, sizes } = partsOf(node, x, constants)
  let start = 0
  return sizes.map((size, i) => {
    const attributes = new Map<string, AttributeValue>([
      ['starts', [start]],
      ['ends', [(start += size)]],
      ['axes', [axis]],
    ])
    const name = `${node.name}/${i}`
    return {
      ...node,
      name,
      type: 'Slice',
      inputs: [node.inputs[0]!],
      outputs: [node.outputs[i]!],
      attributes,
    }
  })
}

function partsOf(node: Node, { shape }: TensorFact, constants: readonly (Constant | null)[]) {
  const axis = axisAttribute(node, shape.length, 0)
  const count = node.outputs.length
  const chunk = Math.ceil(shape[axis]! / count)
  const equal = Array.from({ length: count }, (_, i) => Math.min(chunk, shape[axis]! - i * chunk))
  const sizes = listOf(node, 'split', 1, constants) ?? equal
  const total = sizes.reduce((a, b) => a + b, 0)
  if (sizes.length !== count || total !== shape[axis] || sizes.some((size) => size < 1))
    throw nodeError(node, 'SHAPE_MISMATCH', `parts [${sizes.join(', ')}] of an axis of ${shape[axis]}`)
  return { axis, sizes }
}
