import {
  type Constant,
  integersAttribute,
  type Node,
  nodeError,
  numberAttribute,
  stringAttribute,
  type TensorFact,
} from '../onnx/node.ts'
import type { Operator, Translation } from '../onnx/operator.ts'
import type { RealRows } from '../quantisation.ts'
import type { Window } from '../window.ts'
import { emitConv, knownWeights } from './conv.ts'
import { inputFact } from './elementwise.ts'
import { cropped, reshapedTo } from './layout.ts'
import { spatialShape } from './spatial.ts'
import { transposedTensor } from './transpose.ts'

/** Where every phase of the output is an ordinary convolution; pairs are (height, width). */
interface Phases {
  readonly groups: number
  readonly channels: number
  readonly strides: readonly number[]
  /** Inputs that one output element sees, along each axis. */
  readonly taps: readonly number[]
  readonly kernel: readonly number[]
  readonly before: readonly number[]
  readonly out: readonly number[]
}

/**
 * Output element s * q + p takes input q - j with weight p + s * j: a convolution with one output channel a phase p,
 * whose phases then lie side by side, cropped by the padding.
 */
export const convTranspose: Operator = {
  type: 'ConvTranspose',
  clamps: true,
  infer: (node, inputs) => {
    const x = inputFact(node, inputs, 0)
    const { channels, out } = phasesOf(node, x, inputFact(node, inputs, 1))
    return [{ type: 'float', shape: [x.shape[0]!, channels, ...out.slice(4 - x.shape.length)] }]
  },
  translate: (node, t) => {
    const fact = t.fact(node.inputs[0]!)
    const w = knownWeights(node, t, 1)
    const phases = phasesOf(node, fact, w)
    const [batch, , height, width] = spatialShape(node, fact)
    const { channels, strides, taps, before, out } = phases
    const size = [height + taps[0]! - 1, width + taps[1]! - 1] as const
    const window: Window = {
      kernel: [taps[0]!, taps[1]!],
      strides: [1, 1],
      dilations: [1, 1],
      pads: [taps[0]! - 1, taps[1]! - 1],
      out: size,
    }
    const flat = emitConv(node, t, window, phases.groups, phaseRows(node, t, w, phases))
    const [sh, sw] = strides as [number, number]
    const apart = reshapedTo(node, t, flat, [batch, channels, sh, sw, ...size])
    const woven = transposedTensor(node, t, apart, [0, 1, 4, 2, 5, 3])
    let x = reshapedTo(node, t, woven, [batch, channels, size[0] * sh, size[1] * sw])
    for (const i of [0, 1]) x = cropped(node, t, x, 2 + i, before[i]!, out[i]!)
    return reshapedTo(node, t, x, t.fact(node.outputs[0]!).shape)
  },
}

function phasesOf(node: Node, x: TensorFact, w: TensorFact): Phases {
  const rank = x.shape.length - 2
  const [, inputs, ...size] = spatialShape(node, x)
  const groups = numberAttribute(node, 'group', 1)
  if (w.shape.length !== x.shape.length || w.shape[0] !== inputs || inputs % groups !== 0)
    throw nodeError(
      node,
      'SHAPE_MISMATCH',
      `weights [${w.shape.join(', ')}] do not fit ${inputs} input channels`,
    )
  const range = { min: 1, max: 2 ** 16 }
  const two = (list: readonly number[], one: number): readonly number[] =>
    rank === 2 ? list : [one, list[0]!]
  if (integersAttribute(node, 'dilations', rank, 1, range).some((d) => d !== 1))
    throw nodeError(node, 'ATTRIBUTE_INVALID', 'dilations are not supported')
  if (
    node.attributes.has('output_shape') ||
    !['NOTSET', 'VALID'].includes(stringAttribute(node, 'auto_pad', 'NOTSET'))
  )
    throw nodeError(
      node,
      'ATTRIBUTE_INVALID',
      'output_shape and auto_pad are not supported; export explicit pads',
    )
  const strides = two(integersAttribute(node, 'strides', rank, 1, range), 1)
  const pads = integersAttribute(node, 'pads', 2 * rank, 0, { min: 0, max: range.max })
  const extra = two(integersAttribute(node, 'output_padding', rank, 0, { min: 0, max: range.max }), 0)
  const [before, behind] = [two(pads.slice(0, rank), 0), two(pads.slice(rank), 0)]
  const kernel = two(w.shape.slice(2), 1)
  const out = size.map((n, i) => (n - 1) * strides[i]! + kernel[i]! + extra[i]! - before[i]! - behind[i]!)
  if (out.some((n) => n < 1)) throw nodeError(node, 'SHAPE_MISMATCH', 'its padding leaves no output')
  const taps = kernel.map((k, i) => Math.ceil((k + extra[i]!) / strides[i]!))
  return { groups, channels: w.shape[1]! * groups, strides, taps, kernel, before, out }
}

function phaseRows(node: Node, t: Translation, w: Constant, phases: Phases): RealRows {
  const { groups, channels, strides, taps, kernel } = phases
  const bias = node.inputs[2] ? knownWeights(node, t, 2).data : new Float64Array(channels)
  const [perGroup, outputs] = [w.shape[0]! / groups, channels / groups]
  const [[sh, sw], [jh, jw], [kh, kw]] = [strides, taps, kernel] as unknown as readonly [
    number,
    number,
  ][] as [[number, number], [number, number], [number, number]]
  const count = channels * sh * sw
  const length = perGroup * jh * jw
  const weights = new Float64Array(count * length)
  let at = 0
  for (let channel = 0; channel < channels; channel++)
    for (let phase = 0; phase < sh * sw; phase++)
      for (let c = 0; c < perGroup; c++)
        for (let tap = 0; tap < jh * jw; tap++, at++) {
          const y = Math.floor(phase / sw) + sh * (jh - 1 - Math.floor(tap / jw))
          const x = (phase % sw) + sw * (jw - 1 - (tap % jw))
          if (y >= kh || x >= kw) continue
          const input = Math.floor(channel / outputs) * perGroup + c
          weights[at] = w.data[((input * outputs + (channel % outputs)) * kh + y) * kw + x]!
        }
  return { weights, bias: Float64Array.from({ length: count }, (_, i) => bias[Math.floor(i / (sh * sw))]!) }
}
