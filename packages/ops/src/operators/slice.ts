import { constantOf, gather, stridesOf } from '../onnx/constant.ts'
import type { SliceMacro } from '../macros/slice.ts'
import { type Constant, type Node, nodeError, type TensorFact } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { axisAt, listOf } from './axes.ts'
import { inputFact } from './elementwise.ts'

interface Cut {
  readonly axis: number
  readonly start: number
  readonly step: number
  readonly count: number
}

export const slice: Operator = {
  type: 'Slice',
  keepsValues: true,
  infer: (node, inputs, constants) => {
    const x = inputFact(node, inputs, 0)
    return [{ type: x.type, shape: cutShape(x.shape, cutsOf(node, x, constants)) }]
  },
  fold: (node, inputs) => {
    const x = inputs[0]!
    const cuts = cutsOf(node, x, inputs)
    const strides = [...stridesOf(x.shape)]
    let base = 0
    for (const { axis, start, step } of cuts) {
      base += start * strides[axis]!
      strides[axis]! *= step
    }
    const shape = cutShape(x.shape, cuts)
    return [constantOf(x.type, shape, gather(x.data.subarray(base), shape, strides))]
  },
  translate: (node, t) => {
    let x = t.tensor(node.inputs[0]!)
    const known = node.inputs.map((name) => (name === '' ? null : t.constant(name)))
    for (const { axis, start, step, count } of cutsOf(node, t.fact(node.inputs[0]!), known)) {
      if (step < 1)
        throw nodeError(node, 'ATTRIBUTE_INVALID', 'a negative step on a computed tensor is not supported')
      const macro = { kind: 'slice', axis, start, stride: step, count } as const
      x = t.emit<SliceMacro>(node, macro, [x], x.quantisation)
    }
    return x
  },
}

const cutShape = (shape: readonly number[], cuts: readonly Cut[]): readonly number[] =>
  shape.map((size, axis) => cuts.find((cut) => cut.axis === axis)?.count ?? size)

function cutsOf(node: Node, x: TensorFact, constants: readonly (Constant | null)[]): readonly Cut[] {
  const starts = listOf(node, 'starts', 1, constants)
  const ends = listOf(node, 'ends', 2, constants)
  if (!starts || !ends || starts.length !== ends.length)
    throw nodeError(node, 'ATTRIBUTE_INVALID', 'its starts and ends do not match')
  const axes = listOf(node, 'axes', 3, constants) ?? starts.map((_, i) => i)
  const steps = (node.inputs[4] ? listOf(node, 'steps', 4, constants) : undefined) ?? starts.map(() => 1)
  return starts.map((from, i) => {
    const axis = axisAt(node, axes[i] ?? NaN, x.shape.length)
    const size = x.shape[axis]!
    const step = steps[i]!
    if (!Number.isInteger(step) || step === 0) throw nodeError(node, 'ATTRIBUTE_INVALID', `a step of ${step}`)
    // ONNX clamps bounds beyond the axis; going backwards, the last element before the first is -1.
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1]
    const place = (value: number): number => Math.min(high, Math.max(low, value < 0 ? value + size : value))
    const start = step > 0 ? place(from) : Math.min(size - 1, place(from))
    const count = Math.max(0, Math.ceil((place(ends[i]!) - start) / step))
    return { axis, start, step, count }
  })
}
