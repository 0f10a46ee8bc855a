import {
  type Coordinate,
  type DataType,
  dtypeMax,
  dtypeMin,
  dtypeSize,
  type Hash,
  type Operand,
  outputElements,
  type Parameters,
  type Program,
  type Step,
  stepByteLength,
  type TensorRef,
  type TensorType,
} from '@plumbline/ir'
import { tensorRoot } from '@plumbline/commitments'
import { type Random, randomBelow } from '../../train/random.ts'

/** A program with bytes for its constants and inputs. */
export interface Workload {
  readonly program: Program
  readonly constants: ReadonlyMap<Hash, Uint8Array>
  readonly inputs: readonly Uint8Array[]
}

/** An activation in channels-last (or, for an input, channels-first) storage. */
export interface Activation {
  readonly ref: TensorRef
  readonly dtype: DataType
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly channelsFirst?: boolean
}

export interface Builder {
  readonly random: Random
  readonly steps: Step[]
  readonly constants: Map<Hash, Uint8Array>
}

const LEAF = 128
const WEIGHT_ZERO = 128

export const at = (
  limit: number,
  stride: number,
  offset: number,
  ...terms: (readonly [number, number])[]
): Coordinate => ({
  limit,
  stride,
  offset,
  terms: terms.map(([axis, coef]) => ({ axis, coef })),
})

export function addConstant(builder: Builder, bytes: Uint8Array): TensorRef {
  const root = tensorRoot(bytes)
  builder.constants.set(root, bytes)
  return { class: 'constant', root }
}

export function addStep(
  builder: Builder,
  step: Partial<Step> & Pick<Step, 'kind' | 'outputExtents' | 'a'>,
): TensorRef {
  const dtype = step.dtype ?? 'u8'
  const defaults = { dtype, reductionExtents: [], multiplier: 0, zero: 0, bias: 0 }
  builder.steps.push({ ...defaults, low: dtypeMin(dtype), high: dtypeMax(dtype), ...step })
  return { class: 'step', index: builder.steps.length - 1 }
}

export const elementCount = ({ height, width, channels }: Activation): number => height * width * channels

export const read = (
  { ref, dtype }: { ref: TensorRef; dtype: DataType },
  elements: number,
  coordinates: readonly Coordinate[],
  more: { zero?: number; weight?: number } = {},
): Operand => ({
  ref,
  dtype,
  byteLength: elements * dtypeSize(dtype),
  base: 0,
  zero: more.zero ?? 0,
  weight: more.weight ?? 0,
  coordinates,
})

export interface Convolution {
  readonly kernel: number
  readonly stride: number
  readonly pad: number
  readonly channels: number
  readonly inputZero: number
  /** Without ReLU the output has this zero point. */
  readonly outputZero: number
  readonly outputChannelsFirst?: boolean
}

/**
 * A DOT step over weight rows as the compiler stores them (docs/specification.md, section 5), the weights and scales
 * drawn so that outputs fill their range.
 */
export function conv(builder: Builder, input: Activation, c: Convolution): Activation {
  const { height, width, channels } = input
  const outHeight = Math.floor((height + 2 * c.pad - c.kernel) / c.stride) + 1
  const outWidth = Math.floor((width + 2 * c.pad - c.kernel) / c.stride) + 1
  const length = c.kernel * c.kernel * channels
  const rows = weightRows(builder, c.channels, length)
  const [oh, ow, oc] = c.outputChannelsFirst ? [1, 2, 0] : [0, 1, 2]
  const sizes: [number, number][] = [
    [oh, outHeight],
    [ow, outWidth],
    [oc, c.channels],
  ]
  const outputExtents = sizes.sort(([x], [y]) => x - y).map(([, size]) => size)
  const window = { oh, ow, stride: c.stride, pad: c.pad, kernel: c.kernel }
  const { reductionExtents, coordinates } = input.channelsFirst
    ? planarWindow(input, window)
    : interleavedWindow(input, window)
  const row = at(c.channels, rows.stride, 0, [oc, 1])
  const descending = reductionExtents.map(
    (_, i) => [3 + i, -reductionExtents.slice(i + 1).reduce((x, y) => x * y, 1)] as const,
  )
  const records: Parameters = {
    ref: rows.ref,
    byteLength: rows.byteLength,
    base: rows.record,
    coordinates: [row],
  }
  const ref = addStep(builder, {
    kind: 'DOT',
    outputExtents,
    reductionExtents,
    zero: c.outputZero,
    a: read(input, elementCount(input), coordinates, { zero: c.inputZero }),
    b: read(
      { ref: rows.ref, dtype: 'u8' },
      rows.byteLength,
      [row, at(length, 1, length - 1, ...descending)],
      {
        zero: WEIGHT_ZERO,
      },
    ),
    p: records,
  })
  return {
    ref,
    dtype: 'u8',
    height: outHeight,
    width: outWidth,
    channels: c.channels,
    ...(c.outputChannelsFirst && { channelsFirst: true }),
  }
}

interface Window {
  readonly oh: number
  readonly ow: number
  readonly stride: number
  readonly pad: number
  readonly kernel: number
}

/** Channels-last: the columns and channels of a kernel row are one line. */
function interleavedWindow({ height, width, channels }: Activation, w: Window) {
  const whole = w.kernel === 1 ? [channels] : [w.kernel, w.kernel * channels]
  const line = 2 + whole.length
  const rowTerms: (readonly [number, number])[] = [[w.oh, w.stride]]
  if (whole.length === 2) rowTerms.push([3, 1])
  return {
    reductionExtents: whole,
    coordinates: [
      at(height, width * channels, -w.pad, ...rowTerms),
      at(width * channels, 1, -w.pad * channels, [w.ow, w.stride * channels], [line, 1]),
    ],
  }
}

/** Channels-first: channel, kernel row, kernel column. */
function planarWindow({ height, width, channels }: Activation, w: Window) {
  return {
    reductionExtents: [channels, w.kernel, w.kernel],
    coordinates: [
      at(channels, height * width, 0, [3, 1]),
      at(height, width, -w.pad, [w.oh, w.stride], [4, 1]),
      at(width, 1, -w.pad, [w.ow, w.stride], [5, 1]),
    ],
  }
}

function weightRows(builder: Builder, count: number, length: number) {
  const record = Math.ceil(length / 4) * 4
  const stride = Math.ceil((record + 8) / LEAF) * LEAF
  const bytes = new Uint8Array(count * stride)
  const view = new DataView(bytes.buffer)
  // Sums of `length` products of uniform weights and inputs spread by about 73 * 85 * sqrt(length).
  const multiplier = 90 / (73 * 85 * Math.sqrt(length))
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < length; k++) bytes[row * stride + k] = 1 + randomBelow(builder.random, 255)
    view.setInt32(row * stride + record, randomBelow(builder.random, 20_001) - 10_000, true)
    view.setFloat32(row * stride + record + 4, multiplier * (0.75 + builder.random() / 2), true)
  }
  return { ref: addConstant(builder, bytes), byteLength: bytes.byteLength, record, stride }
}

export function maxPool(builder: Builder, input: Activation, kernel: number, stride: number): Activation {
  const { height, width, channels } = input
  const out = {
    height: Math.floor((height - kernel) / stride) + 1,
    width: Math.floor((width - kernel) / stride) + 1,
  }
  const ref = addStep(builder, {
    kind: 'MAX',
    outputExtents: [out.height, out.width, channels],
    reductionExtents: [kernel, kernel],
    a: read(
      input,
      elementCount(input),
      [
        at(height, width * channels, 0, [0, stride], [3, 1]),
        at(width, channels, 0, [1, stride], [4, 1]),
        at(channels, 1, 0, [2, 1]),
      ],
      { weight: 1 },
    ),
  })
  return { ref, dtype: 'u8', ...out, channels }
}

/** Channels of `a`, then those of `b`. */
export function concat(builder: Builder, a: Activation, b: Activation): Activation {
  const { height, width } = a
  const channels = a.channels + b.channels
  const part = (x: Activation, first: number): Operand =>
    read(x, elementCount(x), [at(height * width, x.channels, 0, [0, 1]), at(x.channels, 1, -first, [1, 1])], {
      weight: 1,
    })
  const ref = addStep(builder, {
    kind: 'SUM',
    outputExtents: [height * width, channels],
    a: part(a, 0),
    b: part(b, a.channels),
  })
  return { ref, dtype: 'u8', height, width, channels }
}

export const finish = (
  builder: Builder,
  inputs: readonly TensorType[],
  bytes: readonly Uint8Array[],
): Workload => ({
  program: { inputs, outputs: [builder.steps.length - 1], steps: builder.steps },
  constants: builder.constants,
  inputs: bytes,
})

/** Products that a program adds up: output elements times reduction elements of its DOT steps. */
export const multiplyAdds = ({ steps }: Program): number =>
  steps
    .filter(({ kind }) => kind === 'DOT')
    .reduce((sum, step) => sum + outputElements(step) * step.reductionExtents.reduce((x, y) => x * y, 1), 0)

export const activationBytes = ({ steps }: Program): number =>
  steps.reduce((sum, step) => sum + stepByteLength(step), 0)

export const randomBytes = (random: Random, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => randomBelow(random, 256))
