import type { ReduceMacro } from '../macros/reduce.ts'
import { type Constant, type Node, nodeError, numberAttribute, type TensorFact } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { multiplierFor } from '../quantisation.ts'
import { axisAt, listOf } from './axes.ts'
import { inputFact } from './elementwise.ts'
import { reshapedTo } from './layout.ts'

const inferReduced: Operator['infer'] = (node, inputs, constants) => {
  const x = inputFact(node, inputs, 0)
  const axes = axesOf(node, x, constants)
  const keep = numberAttribute(node, 'keepdims', 1) === 1
  const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size]))
  return [{ type: 'float', shape }]
}

const reducing = (type: string, divide: boolean): Operator => ({
  type,
  clamps: true,
  infer: inferReduced,
  translate: (node, t) => {
    const fact = t.fact(node.inputs[0]!)
    const x = t.tensor(node.inputs[0]!)
    const known = node.inputs.map((name) => (name === '' ? null : t.constant(name)))
    const axes = axesOf(node, fact, known)
    const count = axes.reduce((n, axis) => n * fact.shape[axis]!, 1)
    const target = t.target(node)
    const ratio = x.quantisation.scale / target.quantisation.scale / (divide ? count : 1)
    const result = t.emit<ReduceMacro>(
      node,
      {
        kind: 'reduce',
        fold: 'sum',
        axes,
        inputZero: x.quantisation.zero,
        multiplier: multiplierFor(ratio, node.name),
        output: target.output,
      },
      [x],
      target.quantisation,
    )
    return reshapedTo(node, t, result, t.fact(node.outputs[0]!).shape)
  },
})

export const reduceMean = reducing('ReduceMean', true)
export const reduceSum = reducing('ReduceSum', false)

/** The result is one of the values: scale and zero point stay. */
export const reduceMax: Operator = {
  type: 'ReduceMax',
  keepsValues: true,
  clamps: true,
  infer: inferReduced,
  translate: (node, t) => {
    const x = t.tensor(node.inputs[0]!)
    const known = node.inputs.map((name) => (name === '' ? null : t.constant(name)))
    const axes = axesOf(node, t.fact(node.inputs[0]!), known)
    const output = t.bounds(node, x.quantisation)
    const macro = { kind: 'reduce', fold: 'max', axes, inputZero: 0, multiplier: 0, output } as const
    const result = t.emit<ReduceMacro>(node, macro, [x], x.quantisation)
    return reshapedTo(node, t, result, t.fact(node.outputs[0]!).shape)
  },
}

function axesOf(node: Node, x: TensorFact, constants: readonly (Constant | null)[]): readonly number[] {
  const rank = x.shape.length
  const list = listOf(node, 'axes', 1, constants) ?? []
  if (list.length === 0 && numberAttribute(node, 'noop_with_empty_axes', 0) === 1)
    throw nodeError(node, 'ATTRIBUTE_INVALID', 'it reduces no axis')
  if (list.length === 0) return Array.from({ length: rank }, (_, axis) => axis)
  return [...new Set(list.map((axis) => axisAt(node, axis, rank)))].sort((a, b) => a - b)
}
