import {
  integersAttribute,
  type Node,
  nodeError,
  numberAttribute,
  stringAttribute,
  type TensorFact,
} from '../onnx/node.ts'
import type { Window } from '../window.ts'

const SMALL = { min: 1, max: 2 ** 20 }

/** A fact with two spatial axes: [N, C, L] becomes [N, C, 1, L]. @throws ModelError SHAPE_MISMATCH */
export function spatialShape(node: Node, fact: TensorFact): readonly [number, number, number, number] {
  const { shape } = fact
  if (shape.length === 3) return [shape[0]!, shape[1]!, 1, shape[2]!]
  if (shape.length === 4) return [shape[0]!, shape[1]!, shape[2]!, shape[3]!]
  throw nodeError(
    node,
    'RANK_UNSUPPORTED',
    `an input of shape [${shape.join(', ')}]; one or two spatial axes after batch and channels are supported`,
  )
}

/** Reads the window attributes of a convolution or pooling node, and computes the output size. */
export function spatialWindow(
  node: Node,
  fact: TensorFact,
  kernelOf: readonly number[],
  roundUp: boolean,
): Window {
  const rank = fact.shape.length - 2
  const size = spatialShape(node, fact).slice(4 - rank)
  const kernel = integersAttribute(node, 'kernel_shape', rank, 0, { min: 0, max: SMALL.max }).map(
    (k, i) => k || kernelOf[i]!,
  )
  if (kernel.some((k, i) => k < 1 || (kernelOf.length > 0 && k !== kernelOf[i])))
    throw nodeError(node, 'SHAPE_MISMATCH', `kernel_shape [${kernel.join(', ')}] does not fit the weights`)
  const strides = integersAttribute(node, 'strides', rank, 1, SMALL)
  const dilations = integersAttribute(node, 'dilations', rank, 1, SMALL)
  const reach = kernel.map((k, i) => (k - 1) * dilations[i]! + 1)
  const pads = explicitPads(node, size, reach, strides)
  const out = size.map((n, i) => {
    const room = n + pads[i]! + pads[rank + i]! - reach[i]!
    const steps = room / strides[i]!
    let count = (roundUp ? Math.ceil(steps) : Math.floor(steps)) + 1
    // A window that would start in the padding behind the last element does not exist.
    if (roundUp && (count - 1) * strides[i]! >= n + pads[i]!) count--
    return count
  })
  if (out.some((n) => n < 1))
    throw nodeError(
      node,
      'SHAPE_MISMATCH',
      `the window [${reach.join(', ')}] is larger than its padded input`,
    )
  const two = (list: readonly number[], one: number): [number, number] =>
    rank === 2 ? [list[0]!, list[1]!] : [one, list[0]!]
  return {
    kernel: two(kernel, 1),
    strides: two(strides, 1),
    dilations: two(dilations, 1),
    pads: two(pads.slice(0, rank), 0),
    out: two(out, 1),
  }
}

/** Padding before and behind every spatial axis, `auto_pad` resolved. */
function explicitPads(
  node: Node,
  size: readonly number[],
  reach: readonly number[],
  strides: readonly number[],
): readonly number[] {
  const rank = size.length
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET')
  if (auto === 'VALID') return Array.from({ length: 2 * rank }, () => 0)
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    const total = size.map((n, i) =>
      Math.max(0, (Math.ceil(n / strides[i]!) - 1) * strides[i]! + reach[i]! - n),
    )
    const small = total.map((pad) => Math.floor(pad / 2))
    const large = total.map((pad, i) => pad - small[i]!)
    return auto === 'SAME_UPPER' ? [...small, ...large] : [...large, ...small]
  }
  if (auto !== 'NOTSET' && auto !== '')
    throw nodeError(node, 'ATTRIBUTE_INVALID', `auto_pad '${auto}' does not exist`)
  return integersAttribute(node, 'pads', 2 * rank, 0, { min: 0, max: SMALL.max })
}

/** The output fact of a window node with `channels` output channels. */
export function windowFact(node: Node, fact: TensorFact, window: Window, channels: number): TensorFact {
  const spatial = fact.shape.length === 4 ? window.out : [window.out[1]]
  return { type: 'float', shape: [fact.shape[0]!, channels, ...spatial] }
}

export const roundsUp = (node: Node): boolean => numberAttribute(node, 'ceil_mode', 0) === 1

/** Padding behind the last element that ONNX's own rule gives, for averages that count it. */
export function paddingBehind(node: Node, fact: TensorFact, window: Window): readonly [number, number] {
  const rank = fact.shape.length - 2
  const size = spatialShape(node, fact).slice(4 - rank)
  const reach = [0, 1].slice(2 - rank).map((i) => (window.kernel[i]! - 1) * window.dilations[i]! + 1)
  const pads = explicitPads(node, size, reach, window.strides.slice(2 - rank))
  return rank === 2 ? [pads[2]!, pads[3]!] : [0, pads[1]!]
}
