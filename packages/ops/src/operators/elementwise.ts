import { broadcastConstant, broadcastShape, constantOf } from '../onnx/constant.ts'
import { type Constant, type Node, nodeError, type TensorFact } from '../onnx/node.ts'

/** The fact of input `index`. @throws ModelError INPUT_MISSING */
export function inputFact(node: Node, inputs: readonly (TensorFact | null)[], index: number): TensorFact {
  const fact = inputs[index]
  if (!fact) throw nodeError(node, 'INPUT_MISSING', `input ${index} is missing`)
  return fact
}

export function broadcastFact(node: Node, a: TensorFact, b: TensorFact): TensorFact {
  const shape = broadcastShape(a.shape, b.shape)
  if (shape === null)
    throw nodeError(
      node,
      'SHAPE_MISMATCH',
      `shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not broadcast`,
    )
  return { type: a.type, shape }
}

export function zipConstants(a: Constant, b: Constant, f: (x: number, y: number) => number): Constant {
  const shape = broadcastShape(a.shape, b.shape)!
  const left = broadcastConstant(a, shape)!.data
  const right = broadcastConstant(b, shape)!.data
  return constantOf(
    a.type,
    shape,
    left.map((x, i) => f(x, right[i]!)),
  )
}

export const mapConstant = (constant: Constant, f: (x: number) => number): Constant => ({
  ...constant,
  data: constant.data.map(f),
})
