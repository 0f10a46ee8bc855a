import { numel } from '@plumbline/ir'
import type { SliceMacro } from '../macros/slice.ts'
import { constantOf } from '../onnx/constant.ts'
import { type Constant, type Node, nodeError, type TensorFact } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { axisAttribute } from './axes.ts'
import { inputFact } from './elementwise.ts'
import { reshapedTo } from './layout.ts'

/** With known indices: folded, or one slice of a computed tensor. */
export const gather: Operator = {
  type: 'Gather',
  keepsValues: true,
  infer: (node, inputs) => {
    const x = inputFact(node, inputs, 0)
    const indices = inputFact(node, inputs, 1)
    return [{ type: x.type, shape: resultShape(node, x, indices) }]
  },
  fold: (node, [x, indices]) => [gathered(node, x!, indices!)],
  translate: (node, t) => {
    const x = t.tensor(node.inputs[0]!)
    const fact = t.fact(node.inputs[0]!)
    const indices = t.constant(node.inputs[1]!)
    if (indices === null || indices.data.length !== 1)
      throw nodeError(node, 'GATHER_UNSUPPORTED', 'only one known index of a computed tensor is supported')
    const axis = axisAttribute(node, fact.shape.length, 0)
    const start = indexAt(node, indices.data[0]!, fact.shape[axis]!)
    const macro = { kind: 'slice', axis, start, stride: 1, count: 1 } as const
    const cut = t.emit<SliceMacro>(node, macro, [x], x.quantisation)
    return reshapedTo(node, t, cut, t.fact(node.outputs[0]!).shape)
  },
}

function resultShape(node: Node, x: TensorFact, indices: TensorFact): readonly number[] {
  const axis = axisAttribute(node, x.shape.length, 0)
  return [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]
}

function indexAt(node: Node, index: number, size: number): number {
  const at = index < 0 ? index + size : index
  if (!Number.isInteger(at) || at < 0 || at >= size)
    throw nodeError(node, 'SHAPE_MISMATCH', `index ${index} of an axis of ${size}`)
  return at
}

function gathered(node: Node, x: Constant, indices: Constant): Constant {
  const axis = axisAttribute(node, x.shape.length, 0)
  const inner = numel(x.shape.slice(axis + 1))
  const outer = numel(x.shape.slice(0, axis))
  const size = x.shape[axis]!
  const shape = resultShape(node, x, indices)
  const data = new Float64Array(numel(shape))
  let at = 0
  for (let block = 0; block < outer; block++)
    for (const index of indices.data) {
      const from = (block * size + indexAt(node, index, size)) * inner
      data.set(x.data.subarray(from, from + inner), at)
      at += inner
    }
  return constantOf(x.type, shape, data)
}
