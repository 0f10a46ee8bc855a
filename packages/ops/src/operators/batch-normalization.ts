import type { ConvMacro } from '../macros/conv.ts'
import { type Node, nodeError, numberAttribute } from '../onnx/node.ts'
import type { Operator, Translation } from '../onnx/operator.ts'
import type { Constant } from '../onnx/node.ts'
import { numel } from '@plumbline/ir'
import { convOrder, type Window } from '../window.ts'
import { inputFact } from './elementwise.ts'
import { reshapedTo, slidable } from './layout.ts'

/** y = factor[c] * x + offset[c] */
export interface ChannelAffine {
  readonly factor: Float64Array
  readonly offset: Float64Array
}

/** @throws ModelError WEIGHTS_COMPUTED, WEIGHTS_NOT_FINITE */
export function batchAffine(node: Node, constant: (name: string) => Constant | null): ChannelAffine {
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((index) => {
    const known = constant(node.inputs[index] ?? '')
    if (known === null) throw nodeError(node, 'WEIGHTS_COMPUTED', `input ${index} is not a constant`)
    return known.data
  }) as [Float64Array, Float64Array, Float64Array, Float64Array]
  const epsilon = numberAttribute(node, 'epsilon', 1e-5)
  const factor = scale.map((s, c) => s / Math.sqrt(variance[c]! + epsilon))
  const offset = shift.map((b, c) => b - mean[c]! * factor[c]!)
  if (factor.some((x) => !Number.isFinite(x)) || offset.some((x) => !Number.isFinite(x)))
    throw nodeError(
      node,
      'WEIGHTS_NOT_FINITE',
      'a variance is negative, or a scale, mean or bias is not finite',
    )
  return { factor, offset }
}

/** One that no convolution before it could take in: a depthwise 1x1 convolution. */
export const batchNormalization: Operator = {
  type: 'BatchNormalization',
  clamps: true,
  infer: (node, inputs) => {
    const x = inputFact(node, inputs, 0)
    const channels = inputFact(node, inputs, 1)
    if (x.shape.length < 2 || numel(channels.shape) !== x.shape[1])
      throw nodeError(
        node,
        'SHAPE_MISMATCH',
        `${numel(channels.shape)} scales for an input of shape [${x.shape.join(', ')}]`,
      )
    return [x]
  },
  translate: (node, t) => {
    const affine = batchAffine(node, (name) => t.constant(name))
    return emitChannelAffine(node, t, affine)
  },
}

/** factor[c] * x + offset[c] over the second axis of the node's first input. */
export function emitChannelAffine(node: Node, t: Translation, { factor, offset }: ChannelAffine) {
  const shape = t.fact(node.inputs[0]!).shape
  const flat = [shape[0]!, shape[1]!, shape[2] ?? 1, numel(shape.slice(3))]
  const x = slidable(node, t, reshapedTo(node, t, t.tensor(node.inputs[0]!), flat))
  const window: Window = {
    kernel: [1, 1],
    strides: [1, 1],
    dilations: [1, 1],
    pads: [0, 0],
    out: [flat[2]!, flat[3]!],
  }
  const target = t.target(node)
  const groups = factor.length
  const rows = { weights: factor, bias: offset }
  const result = t.emit<ConvMacro>(
    node,
    {
      kind: 'conv',
      channels: groups,
      groups,
      window,
      inputZero: x.quantisation.zero,
      output: target.output,
      rows: t.rows(node, rows, x.quantisation.scale, target, convOrder(x.value, window, groups)),
    },
    [x],
    target.quantisation,
  )
  return reshapedTo(node, t, result, shape)
}
