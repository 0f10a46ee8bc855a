import type { MatMulMacro } from '../macros/matmul.ts'
import { broadcastShape, transposeConstant } from '../onnx/constant.ts'
import { type Node, nodeError, type TensorFact } from '../onnx/node.ts'
import type { Operator, Translation } from '../onnx/operator.ts'
import { multiplierFor } from '../quantisation.ts'
import { inputFact } from './elementwise.ts'
import { reshapedTo } from './layout.ts'
import { emitLinear, linearInput } from './linear.ts'

export const matmul: Operator = {
  type: 'MatMul',
  clamps: true,
  infer: (node, inputs) => [
    { type: 'float', shape: productShape(node, inputFact(node, inputs, 0), inputFact(node, inputs, 1)) },
  ],
  translate: (node, t) => {
    const [left, right] = node.inputs as [string, string]
    const weights = t.constant(right)
    if (weights && weights.shape.length === 2 && t.fact(left).shape.length >= 2) {
      const features = weights.shape[1]!
      const real = { weights: transposeConstant(weights, [1, 0]).data, bias: foldedBias(t, node, features) }
      return emitLinear(node, t, linearInput(t, left), features, real)
    }
    if (weights || t.constant(left))
      throw nodeError(
        node,
        'WEIGHTS_SHAPE',
        'a constant operand must be the second one, of two axes; transpose the product',
      )
    const target = t.target(node)
    const a = t.tensor(left)
    const b = t.tensor(right)
    const ratio = (a.quantisation.scale * b.quantisation.scale) / target.quantisation.scale
    const vectorA = t.fact(left).shape.length === 1
    const vectorB = t.fact(right).shape.length === 1
    const result = t.emit<MatMulMacro>(
      node,
      {
        kind: 'matmul',
        zeros: [a.quantisation.zero, b.quantisation.zero],
        multiplier: multiplierFor(ratio, node.name),
        output: target.output,
      },
      [
        vectorA ? reshapedTo(node, t, a, [1, ...t.fact(left).shape]) : a,
        vectorB ? reshapedTo(node, t, b, [...t.fact(right).shape, 1]) : b,
      ],
      target.quantisation,
    )
    return reshapedTo(node, t, result, productShape(node, t.fact(left), t.fact(right)))
  },
}

/** A third input is the bias that the compiler folded in from an Add. */
const foldedBias = (t: Translation, node: Node, features: number): Float64Array =>
  (node.inputs[2] ? t.constant(node.inputs[2])?.data : undefined) ?? new Float64Array(features)

function productShape(node: Node, a: TensorFact, b: TensorFact): readonly number[] {
  const mismatch = () =>
    nodeError(node, 'SHAPE_MISMATCH', `[${a.shape.join(', ')}] times [${b.shape.join(', ')}] does not exist`)
  if (a.shape.length === 0 || b.shape.length === 0) throw mismatch()
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape
  const batch = broadcastShape(left.slice(0, -2), right.slice(0, -2))
  if (batch === null || left.at(-1) !== right.at(-2)) throw mismatch()
  return [
    ...batch,
    ...(a.shape.length === 1 ? [] : [left.at(-2)!]),
    ...(b.shape.length === 1 ? [] : [right.at(-1)!]),
  ]
}
