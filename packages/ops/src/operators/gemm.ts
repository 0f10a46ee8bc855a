import { broadcastConstant, transposeConstant } from '../onnx/constant.ts'
import { type Node, nodeError, numberAttribute, type TensorFact } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { knownWeights } from './conv.ts'
import { inputFact } from './elementwise.ts'
import { emitLinear, linearInput } from './linear.ts'
import { transposedTensor } from './transpose.ts'

export const gemm: Operator = {
  type: 'Gemm',
  clamps: true,
  infer: (node, inputs) => {
    const { rows, features } = sizes(node, inputFact(node, inputs, 0), inputFact(node, inputs, 1))
    return [{ type: 'float', shape: [rows, features] }]
  },
  translate: (node, t) => {
    const fact = t.fact(node.inputs[0]!)
    const b = knownWeights(node, t, 1)
    const { features, rows } = sizes(node, fact, b)
    const alpha = numberAttribute(node, 'alpha', 1)
    const weights = numberAttribute(node, 'transB', 0) ? b : transposeConstant(b, [1, 0])
    const bias = gemmBias(node, node.inputs[2] ? knownWeights(node, t, 2) : null, rows, features)
    const input = linearInput(t, node.inputs[0]!)
    const x = numberAttribute(node, 'transA', 0) ? transposedTensor(node, t, input, [1, 0]) : input
    return emitLinear(node, t, x, features, { weights: weights.data.map((w) => w * alpha), bias })
  },
}

function sizes(node: Node, a: TensorFact, b: TensorFact): { rows: number; features: number } {
  if (a.shape.length !== 2 || b.shape.length !== 2)
    throw nodeError(
      node,
      'SHAPE_MISMATCH',
      `operands of rank ${a.shape.length} and ${b.shape.length}; both must have 2`,
    )
  const [rows, k] = numberAttribute(node, 'transA', 0)
    ? [a.shape[1]!, a.shape[0]!]
    : [a.shape[0]!, a.shape[1]!]
  const [k2, features] = numberAttribute(node, 'transB', 0)
    ? [b.shape[1]!, b.shape[0]!]
    : [b.shape[0]!, b.shape[1]!]
  if (k !== k2) throw nodeError(node, 'SHAPE_MISMATCH', `a reduction over ${k} and ${k2} elements`)
  return { rows, features }
}

function gemmBias(
  node: Node,
  c: ReturnType<typeof knownWeights> | null,
  rows: number,
  features: number,
): Float64Array {
  if (c === null) return new Float64Array(features)
  const beta = numberAttribute(node, 'beta', 1)
  const full = broadcastConstant(c, [rows, features])
  if (full === null)
    throw nodeError(node, 'SHAPE_MISMATCH', `C of shape [${c.shape.join(', ')}] for [${rows}, ${features}]`)
  const bias = full.data.slice(0, features)
  for (let i = 0; i < full.data.length; i++)
    if (full.data[i] !== bias[i % features])
      throw nodeError(node, 'GEMM_ROW_BIAS', 'C differs from row to row; use a separate Add for it')
  return bias.map((x) => x * beta)
}
