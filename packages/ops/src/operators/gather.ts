import { numel } from '@plumbline/ir'
import type { GatherMacro } from '../macros/gather.ts'
import type { SliceMacro } from '../macros/slice.ts'
import { constantOf } from '../onnx/constant.ts'
import { type Constant, type Node, nodeError, type TensorFact } from '../onnx/node.ts'
import type { Operator, Tensor, Translation } from '../onnx/operator.ts'
import { quantise } from '../quantisation.ts'
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
    const table = t.constant(node.inputs[0]!)
    if (table) return embedded(node, t, table)
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

/** Rows of a constant matrix by computed indices. */
function embedded(node: Node, t: Translation, table: Constant): Tensor {
  const indices = t.tensor(node.inputs[1]!)
  const axis = axisAttribute(node, table.shape.length, 0)
  const { dtype, scale, zero } = indices.quantisation
  if (axis !== 0 || table.shape.length !== 2)
    throw nodeError(
      node,
      'GATHER_UNSUPPORTED',
      'computed indices are supported along axis 0 of a constant matrix',
    )
  if (scale !== 1 || zero !== 0)
    throw nodeError(
      node,
      'GATHER_UNSUPPORTED',
      `its indices are rounded (${dtype}, scale ${scale}); they must be whole`,
    )
  const [rows, width] = table.shape as [number, number]
  const { quantisation } = t.target(node)
  const stored = Array.from(table.data, (real) => quantise(quantisation, real))
  const forms = { u8: Uint8Array, i16: Int16Array, i32: Int32Array }
  const data = t.store(new Uint8Array(forms[quantisation.dtype].from(stored).buffer))
  const macro = { kind: 'gather', dtype: quantisation.dtype, rows, width, table: data } as const
  return t.emit<GatherMacro>(node, macro, [indices], quantisation)
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
