import {
  type Coordinate,
  type DataType,
  dtypeMax,
  dtypeMin,
  dtypeSize,
  float32Bits,
  type Operand,
  type Parameters,
  type Step,
  type TensorRef,
} from '@plumbline/ir'

type Coef = readonly [axis: number, coef: number]

const at = (limit: number, stride: number, offset: number, ...terms: readonly Coef[]): Coordinate => ({
  limit,
  stride,
  offset,
  terms: terms.map(([axis, coef]) => ({ axis, coef })),
})

/** Not a root of anything yet: measurements put the root of random bytes in its place. */
export const UNSET = `0x${'0'.repeat(64)}` as const
const CONSTANT: TensorRef = { class: 'constant', root: UNSET }
const step = (index: number): TensorRef => ({ class: 'step', index })

function operand(
  ref: TensorRef,
  dtype: DataType,
  elements: number,
  coordinates: readonly Coordinate[],
  more: { zero?: number; weight?: number; base?: number } = {},
): Operand {
  return {
    ref,
    dtype,
    byteLength: elements * dtypeSize(dtype),
    base: more.base ?? 0,
    zero: more.zero ?? 0,
    weight: more.weight ?? 0,
    coordinates,
  }
}

const head = (
  kind: Step['kind'],
  dtype: DataType,
  outputExtents: readonly number[],
  reductionExtents: readonly number[] = [],
) => ({
  kind,
  dtype,
  outputExtents,
  reductionExtents,
  multiplier: kind === 'DOT' ? float32Bits(0.0017) : 0,
  zero: 3,
  low: dtypeMin(dtype),
  high: dtypeMax(dtype),
  bias: 0,
})

export interface ConvShape {
  readonly size: number
  readonly channels: number
  readonly outputs: number
  readonly kernel: number
  readonly stride?: number
  readonly pad?: number
}

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit

/** Convolution over a channels-last square image, weights reversed, one row of whole leaves per output channel. */
export function conv(c: ConvShape): Step {
  const { size, channels, outputs, kernel, stride = 1, pad = 0 } = c
  const out = Math.floor((size + 2 * pad - kernel) / stride) + 1
  const rowLine = kernel * channels
  const taps = kernel * rowLine
  const row = roundUp(roundUp(taps, 4) + 8, 128)
  const a = operand(
    step(0),
    'u8',
    size * size * channels,
    [
      at(size, size * channels, -pad, [0, stride], [3, 1]),
      at(size * channels, 1, -pad * channels, [1, stride * channels], [4, 1]),
    ],
    { zero: 121 },
  )
  const b = operand(
    CONSTANT,
    'u8',
    outputs * row,
    [at(outputs, row, 0, [2, 1]), at(taps, 1, taps - 1, [3, -rowLine], [4, -1])],
    { zero: 128 },
  )
  const p: Parameters = {
    ref: CONSTANT,
    byteLength: outputs * row,
    base: roundUp(taps, 4),
    coordinates: [at(outputs, row, 0, [2, 1])],
  }
  return { ...head('DOT', 'u8', [out, out, outputs], [kernel, rowLine]), a, b, p }
}

/** One row of a matrix times a matrix stored by rows of whole leaves. */
export function fullyConnected(inputs: number, outputs: number): Step {
  const row = roundUp(roundUp(inputs, 4) + 8, 128)
  return {
    ...head('DOT', 'u8', [outputs], [inputs]),
    a: operand(step(0), 'u8', inputs, [at(inputs, 1, 0, [1, 1])], { zero: 121 }),
    b: operand(
      CONSTANT,
      'u8',
      outputs * row,
      [at(outputs, row, 0, [0, 1]), at(inputs, 1, inputs - 1, [1, -1])],
      { zero: 128 },
    ),
    p: {
      ref: CONSTANT,
      byteLength: outputs * row,
      base: roundUp(inputs, 4),
      coordinates: [at(outputs, row, 0, [0, 1])],
    },
  }
}

/** Depthwise convolution: a kernel line jumps from pixel to pixel. */
export function depthwise(size: number, channels: number, kernel: number): Step {
  const taps = kernel * kernel
  const row = roundUp(roundUp(taps, 4) + 8, 128)
  return {
    ...head('DOT', 'u8', [size, size, channels], [kernel, kernel]),
    a: operand(step(0), 'u8', size * size * channels, [
      at(size, size * channels, -1, [0, 1], [3, 1]),
      at(size, channels, -1, [1, 1], [4, 1]),
      at(channels, 1, 0, [2, 1]),
    ]),
    b: operand(
      CONSTANT,
      'u8',
      channels * row,
      [at(channels, row, 0, [2, 1]), at(taps, 1, taps - 1, [3, -kernel], [4, -1])],
      { zero: 128 },
    ),
    p: {
      ref: CONSTANT,
      byteLength: channels * row,
      base: roundUp(taps, 4),
      coordinates: [at(channels, row, 0, [2, 1])],
    },
  }
}

export function maxPool(size: number, channels: number, kernel: number, stride: number): Step {
  const out = Math.floor((size - kernel) / stride) + 1
  return {
    ...head('MAX', 'u8', [out, out, channels], [kernel, kernel]),
    a: operand(
      step(0),
      'u8',
      size * size * channels,
      [
        at(size, size * channels, 0, [0, stride], [3, 1]),
        at(size, channels, 0, [1, stride], [4, 1]),
        at(channels, 1, 0, [2, 1]),
      ],
      { weight: 1 },
    ),
  }
}

const flat = (elements: number): readonly Coordinate[] => [at(elements, 1, 0, [0, 1])]

export const add = (elements: number): Step => ({
  ...head('SUM', 'u8', [elements]),
  multiplier: float32Bits(0.001),
  a: operand(step(0), 'u8', elements, flat(elements), { zero: 12, weight: 511 }),
  b: operand(step(1), 'u8', elements, flat(elements), { zero: 99, weight: 317 }),
})

export const copy = (elements: number): Step => ({
  ...head('SUM', 'u8', [elements]),
  a: operand(step(0), 'u8', elements, flat(elements), { weight: 1 }),
})

/** A table of 256 bytes, indexed by a tensor. */
export const lookup = (elements: number): Step => ({
  ...head('SUM', 'u8', [elements]),
  a: operand(CONSTANT, 'u8', 256, [at(256, 1, 0, [9, 1])], { weight: 1 }),
  g: operand(step(0), 'u8', elements, flat(elements), { weight: 1 }),
})

/** Scores of attention: both operands ascend. */
export const scores = (heads: number, length: number, width: number): Step => {
  const map = (axis: number): readonly Coordinate[] => [
    at(length, heads * width, 0, [axis, 1]),
    at(heads * width, 1, 0, [0, width], [3, 1]),
  ]
  return {
    ...head('DOT', 'u8', [heads, length, length], [width]),
    a: operand(step(0), 'u8', length * heads * width, map(1), { zero: 128 }),
    b: operand(step(1), 'u8', length * heads * width, map(2), { zero: 128 }),
  }
}

export const divide = (rows: number, columns: number): Step => ({
  ...head('DIV', 'i32', [rows, columns]),
  a: operand(step(0), 'i32', rows * columns, [at(rows, columns, 0, [0, 1]), at(columns, 1, 0, [1, 1])], {
    weight: 255,
  }),
  b: operand(step(1), 'i32', rows, [at(rows, 1, 0, [0, 1])], { weight: 1 }),
})

export const squareRoot = (elements: number): Step => ({
  ...head('SQRT', 'i32', [elements]),
  a: operand(step(0), 'i32', elements, flat(elements), { weight: 1 }),
})

/** Sum of a line of any type. */
export const lineSum = (dtype: DataType, rows: number, columns: number): Step => ({
  ...head('SUM', 'i32', [rows], [columns]),
  a: operand(step(0), dtype, rows * columns, [at(rows, columns, 0, [0, 1]), at(columns, 1, 0, [1, 1])], {
    weight: 1,
  }),
})

/** Dot product of two ascending lines of any types. */
export const lineDot = (left: DataType, right: DataType, rows: number, columns: number): Step => ({
  ...head('DOT', 'i32', [rows], [columns]),
  a: operand(step(0), left, columns, [at(columns, 1, 0, [1, 1])]),
  b: operand(CONSTANT, right, rows * columns, [at(rows, columns, 0, [0, 1]), at(columns, 1, 0, [1, 1])]),
})
