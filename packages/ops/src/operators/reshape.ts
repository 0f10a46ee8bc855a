import { numel } from '@plumbline/ir'
import { type Constant, type Node, nodeError, numberAttribute, type TensorFact } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { inputFact } from './elementwise.ts'
import { reshapedTo } from './layout.ts'
import { isUniform } from './uniform.ts'

/** An operator that only gives its input another shape. */
export function reshaping(
  type: string,
  shapeOf: (node: Node, x: TensorFact, constants: readonly (Constant | null)[]) => readonly number[],
): Operator {
  return {
    type,
    keepsValues: true,
    infer: (node, inputs, constants) => {
      const x = inputFact(node, inputs, 0)
      return [{ type: x.type, shape: checked(node, x, shapeOf(node, x, constants)) }]
    },
    fold: (node, inputs) => {
      const x = inputs[0]!
      return [{ ...x, shape: checked(node, x, shapeOf(node, x, inputs)) }]
    },
    translate: (node, t) => {
      const raw = t.rawTensor(node.inputs[0]!)
      const x = isUniform(raw) ? raw : t.tensor(node.inputs[0]!)
      return reshapedTo(node, t, x, t.fact(node.outputs[0]!).shape)
    },
  }
}

function checked(node: Node, x: TensorFact, shape: readonly number[]): readonly number[] {
  if (numel(x.shape) !== numel(shape))
    throw nodeError(
      node,
      'SHAPE_MISMATCH',
      `[${x.shape.join(', ')}] has ${numel(x.shape)} elements, [${shape.join(', ')}] ${numel(shape)}`,
    )
  return shape
}

export const reshape = reshaping('Reshape', (node, x, constants) => {
  const wanted = constants[1]
  if (!wanted)
    throw nodeError(
      node,
      'SHAPE_DYNAMIC',
      'its shape is computed at run time; export the model with static shapes',
    )
  const keepZero = numberAttribute(node, 'allowzero', 0) === 1
  const sizes = [...wanted.data].map((size, axis) => (size === 0 && !keepZero ? (x.shape[axis] ?? 0) : size))
  const free = sizes.indexOf(-1)
  if (free >= 0) {
    const others = sizes.reduce((product, size, axis) => (axis === free ? product : product * size), 1)
    sizes[free] = numel(x.shape) / others
  }
  if (sizes.some((size) => !Number.isInteger(size) || size < 1))
    throw nodeError(
      node,
      'SHAPE_MISMATCH',
      `[${x.shape.join(', ')}] cannot become [${[...wanted.data].join(', ')}]`,
    )
  return sizes
})

export const flatten = reshaping('Flatten', (node, x) => {
  const axis = numberAttribute(node, 'axis', 1)
  const at = axis < 0 ? axis + x.shape.length : axis
  if (!Number.isInteger(at) || at < 0 || at > x.shape.length)
    throw nodeError(node, 'ATTRIBUTE_INVALID', `axis ${axis} of ${x.shape.length} axes`)
  return [numel(x.shape.slice(0, at)), numel(x.shape.slice(at))]
})
