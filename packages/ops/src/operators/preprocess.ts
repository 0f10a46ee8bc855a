import type { ConvMacro } from '../macros/conv.ts'
import { type PadMacro, padRecords } from '../macros/pad.ts'
import type { SumMacro } from '../macros/sum.ts'
import { type Node, nodeError } from '../onnx/node.ts'
import type { Target, Tensor, Translation } from '../onnx/operator.ts'
import { type Affine, multiplierFor, type RealRows } from '../quantisation.ts'
import { shapeOf } from '../value.ts'
import { convOrder, type Window } from '../window.ts'
import { isUniform } from './uniform.ts'

/** A convolution's view of raw pixels: weights with the preprocessing inside, and what padding has to read as. */
export interface FoldedConv {
  readonly x: Tensor
  readonly window: Window
  readonly rows: RealRows
  readonly inputZero: number
}

/**
 * Folds preprocessing into a convolution over raw pixels; null where a pixel that means 0 is needed for padding and
 * lies outside 0 ... 255. Rows hold `channels` kernels each.
 */
export function foldIntoConv(
  node: Node,
  t: Translation,
  x: Tensor,
  affine: Affine,
  window: Window,
  rows: RealRows,
): FoldedConv | null {
  const kernel = window.kernel[0] * window.kernel[1]
  if (!readsPadding(window, shapeOf(x.value)))
    return { x, window, rows: foldedRows(rows, affine, kernel, true), inputZero: 0 }
  const pixels = zeroPixels(affine)
  if (pixels.some((pixel) => pixel < -0.5 || pixel > 255.5)) return null
  const first = pixels[0]!
  if (Number.isInteger(first) && pixels.every((pixel) => pixel === first))
    return { x, window, rows: foldedRows(rows, affine, kernel, false), inputZero: first }
  const rounded = pixels.map((pixel) => Math.min(255, Math.max(0, Math.round(pixel))))
  return {
    x: paddedWith(node, t, x, window, rounded),
    window: { ...window, pads: [0, 0] },
    rows: foldedRows(rows, affine, kernel, true),
    inputZero: 0,
  }
}

/** By raw channel, the pixel (not always an integer) that means 0. */
function zeroPixels(affine: Affine): readonly number[] {
  const pixels = Array.from({ length: affine.order.length }, () => 0)
  affine.order.forEach((raw, c) => (pixels[raw] = -affine.offset[c]! / affine.scale[c]!))
  return pixels
}

/** Weights for raw channels; with `offsets`, the bias takes what the offsets contribute. */
export function foldedRows(rows: RealRows, affine: Affine, kernel: number, offsets: boolean): RealRows {
  const count = rows.bias.length
  const channels = affine.order.length
  const weights = new Float64Array(rows.weights.length)
  const bias = Float64Array.from(rows.bias)
  for (let row = 0; row < count; row++)
    for (let c = 0; c < channels; c++)
      for (let k = 0; k < kernel; k++) {
        const weight = rows.weights[(row * channels + c) * kernel + k]!
        weights[(row * channels + affine.order[c]!) * kernel + k] = weight * affine.scale[c]!
        if (offsets) bias[row]! += weight * affine.offset[c]!
      }
  return { weights, bias }
}

const behindOf = (window: Window, shape: readonly number[]): readonly number[] =>
  [0, 1].map((i) => {
    const reach =
      (window.out[i]! - 1) * window.strides[i]! + (window.kernel[i]! - 1) * window.dilations[i]! + 1
    return Math.max(0, reach - window.pads[i]! - shape[2 + i]!)
  })

const readsPadding = (window: Window, shape: readonly number[]): boolean =>
  [...window.pads, ...behindOf(window, shape)].some((pad) => pad > 0)

function paddedWith(
  node: Node,
  t: Translation,
  x: Tensor,
  window: Window,
  values: readonly number[],
): Tensor {
  const [bottom, right] = behindOf(window, shapeOf(x.value)) as [number, number]
  return t.emit<PadMacro>(
    node,
    {
      kind: 'pad',
      pads: [window.pads[0], window.pads[1], bottom, right],
      values,
      records: t.store(padRecords(values)),
    },
    [x],
    x.quantisation,
  )
}

/** Products of weight and pixel, and the bias, stay exact in float32 (2^24). */
const REACH = 2 ** 23

/**
 * Raw pixels as the numbers that the model takes, for operators that cannot fold the preprocessing in.
 * @throws ModelError PREPROCESS_INVALID where channels differ and the input is no batch of images
 */
export function normalised(node: Node, t: Translation, raw: Tensor, target: Target): Tensor {
  const affine = raw.affine!
  const shape = shapeOf(raw.value)
  if (isUniform(raw)) {
    const shift = affine.offset[0]! / affine.scale[0]!
    const sign = Math.sign(affine.scale[0]!)
    const weight = Math.max(1, Math.floor(REACH / (255 + Math.abs(shift))))
    return t.emit<SumMacro>(
      node,
      {
        kind: 'sum',
        shape,
        summands: [{ weight: sign * weight, zero: 0 }],
        bias: Math.round(sign * weight * shift),
        multiplier: multiplierFor(Math.abs(affine.scale[0]!) / weight / target.quantisation.scale, node.name),
        output: target.output,
      },
      [raw],
      target.quantisation,
    )
  }
  if (shape.length !== 4)
    throw nodeError(node, 'PREPROCESS_INVALID', `channels of shape [${shape.join(', ')}] cannot differ`)
  const channels = shape[1]!
  const diagonal = Float64Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0))
  const rows = foldedRows({ weights: diagonal, bias: new Float64Array(channels) }, affine, 1, true)
  const window: Window = {
    kernel: [1, 1],
    strides: [1, 1],
    dilations: [1, 1],
    pads: [0, 0],
    out: [shape[2]!, shape[3]!],
  }
  return t.emit<ConvMacro>(
    node,
    {
      kind: 'conv',
      channels,
      groups: 1,
      window,
      inputZero: 0,
      output: target.output,
      rows: t.rows(node, rows, 1, target, convOrder(raw.value, window, 1)),
    },
    [raw],
    target.quantisation,
  )
}
