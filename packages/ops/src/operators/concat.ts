import type { ConcatMacro } from '../macros/concat.ts'
import { numel } from '@plumbline/ir'
import { constantOf } from '../onnx/constant.ts'
import { type Constant, type Node, nodeError, numberAttribute, type TensorFact } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { requantised } from './rescale.ts'
import { storedTensor } from './stored.ts'

export const concat: Operator = {
  type: 'Concat',
  keepsValues: true,
  infer: (node, inputs) => {
    const facts = inputs.filter((fact) => fact !== null)
    const axis = concatAxis(node, facts)
    const shape = facts[0]!.shape.map((size, i) =>
      i === axis ? facts.reduce((sum, fact) => sum + fact.shape[axis]!, 0) : size,
    )
    return [{ type: facts[0]!.type, shape }]
  },
  fold: (node, inputs) => [joined(node, inputs as readonly Constant[])],
  translate: (node, t) => {
    const target = t.target(node)
    const tensors = node.inputs.map((name) => {
      const known = t.constant(name)
      if (known) return storedTensor(node, t, known, target.quantisation)
      return requantised(node, t, t.tensor(name), target)
    })
    const axis = concatAxis(
      node,
      node.inputs.map((name) => t.fact(name)),
    )
    if (tensors.length === 1) return tensors[0]!
    return t.emit<ConcatMacro>(node, { kind: 'concat', axis }, tensors, target.quantisation)
  },
}

function concatAxis(node: Node, facts: readonly TensorFact[]): number {
  const rank = facts[0]?.shape.length ?? 0
  const axis = numberAttribute(node, 'axis', 1)
  const at = axis < 0 ? axis + rank : axis
  const fits = facts.every(
    ({ shape }) => shape.length === rank && shape.every((size, i) => i === at || size === facts[0]!.shape[i]),
  )
  if (!Number.isInteger(at) || at < 0 || at >= rank || !fits)
    throw nodeError(
      node,
      'SHAPE_MISMATCH',
      `${facts.map(({ shape }) => `[${shape.join(', ')}]`).join(', ')} cannot be joined along axis ${axis}`,
    )
  return at
}

function joined(node: Node, parts: readonly Constant[]): Constant {
  const axis = concatAxis(node, parts)
  const outer = numel(parts[0]!.shape.slice(0, axis))
  const shape = parts[0]!.shape.map((size, i) =>
    i === axis ? parts.reduce((sum, part) => sum + part.shape[axis]!, 0) : size,
  )
  const data = new Float64Array(numel(shape))
  let at = 0
  for (let block = 0; block < outer; block++)
    for (const part of parts) {
      const size = part.data.length / outer
      data.set(part.data.subarray(block * size, (block + 1) * size), at)
      at += size
    }
  return constantOf(parts[0]!.type, shape, data)
}
