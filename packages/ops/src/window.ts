import type { Coordinate } from '@plumbline/ir'
import { ModelError } from './errors.ts'
import { coordinate, term } from './nest.ts'
import { shapeOf, single, type Value } from './value.ts'

/** A window sliding over the two spatial axes of an N, C, H, W value; pairs are (height, width). */
export interface Window {
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** Before the first row and column. What lies behind the last ones follows from `out`. */
  readonly pads: readonly [number, number]
  readonly out: readonly [number, number]
}

/** Loops of the output position, and the loop of the group (null: one group), by number. */
export interface WindowLoops {
  readonly n: number
  readonly oh: number
  readonly ow: number
}

interface Reduction {
  readonly size: number
  readonly stride: number
  readonly name: 'channel' | 'row' | 'column' | 'line'
}

/** Whether every axis of the value is one plain progression, as windows need. */
export const canSlide = (value: Value): boolean => value.axes.every((axis) => single(axis) !== null)

const strideOf = (value: Value, axis: number): number => {
  const digit = single(value.axes[axis]!)
  if (digit === null)
    throw new ModelError(
      'LAYOUT',
      `a window cannot slide over a composite axis ${axis}; copy the tensor first`,
    )
  return digit.stride
}

/** Coordinates of a window over single channels: loops `kh`, `kw` and `channel` are given by number. */
export function poolCoordinates(
  value: Value,
  w: Window,
  at: WindowLoops & { channel: number; kh: number; kw: number },
): readonly Coordinate[] {
  const [batch, channels, height, width] = shapeOf(value) as [number, number, number, number]
  return [
    coordinate(batch, strideOf(value, 0), 0, [term(at.n)]),
    coordinate(channels, strideOf(value, 1), 0, [term(at.channel)]),
    coordinate(height, strideOf(value, 2), -w.pads[0], [
      term(at.oh, w.strides[0]),
      term(at.kh, w.dilations[0]),
    ]),
    coordinate(width, strideOf(value, 3), -w.pads[1], [
      term(at.ow, w.strides[1]),
      term(at.kw, w.dilations[1]),
    ]),
  ]
}

/**
 * The order in which a convolution meets its weights: storage order, so that the innermost loop is a run. In
 * channels-last storage the columns and channels of a kernel row are one line, guarded as a whole.
 */
export function convReductions(value: Value, w: Window, groups: number): readonly Reduction[] {
  const [, channels, , width] = shapeOf(value) as [number, number, number, number]
  const all: Reduction[] = [
    { name: 'row', size: w.kernel[0], stride: w.dilations[0] * strideOf(value, 2) },
    { name: 'column', size: w.kernel[1], stride: w.dilations[1] * strideOf(value, 3) },
    { name: 'channel', size: channels / groups, stride: strideOf(value, 1) },
  ]
  const sorted = all.filter(({ size }) => size > 1).sort((x, y) => y.stride - x.stride)
  const [outer, inner] = sorted.slice(-2)
  const oneLine =
    outer?.name === 'column' &&
    inner?.name === 'channel' &&
    groups === 1 &&
    w.dilations[1] === 1 &&
    width > 1 &&
    outer.stride === channels * inner.stride
  if (!oneLine) return sorted
  return [...sorted.slice(0, -2), { name: 'line', size: outer.size * inner.size, stride: inner.stride }]
}

/** Logical index (channel, kh, kw) of the weight at every position of the reduction. */
export function convOrder(value: Value, w: Window, groups: number): Int32Array {
  const channels = shapeOf(value)[1]! / groups
  const [kh, kw] = w.kernel
  const logical = { channel: kh * kw, row: kw, column: 1 } as const
  const digits = convReductions(value, w, groups).flatMap(({ name, size }) =>
    name === 'line'
      ? [
          { size: kw, weight: logical.column },
          { size: channels, weight: logical.channel },
        ]
      : [{ size, weight: logical[name] }],
  )
  return mixedOrder(digits)
}

/** Values of a mixed-radix counter whose digits, outermost first, count with the given weights. */
export function mixedOrder(digits: readonly { size: number; weight: number }[]): Int32Array {
  let values = [0]
  for (const { size, weight } of digits)
    values = values.flatMap((value) => Array.from({ length: size }, (_, i) => value + i * weight))
  return Int32Array.from(values)
}

/** Coordinates of the input of a convolution; `firstReduction` numbers the first loop of `convReductions`. */
export function convCoordinates(
  value: Value,
  w: Window,
  groups: number,
  at: WindowLoops & { group: number },
  firstReduction: number,
): readonly Coordinate[] {
  const [batch, channels, height, width] = shapeOf(value) as [number, number, number, number]
  const reductions = convReductions(value, w, groups)
  const loop = (name: Reduction['name'], coef: number) => {
    const place = reductions.findIndex((r) => r.name === name)
    return place < 0 ? [] : [term(firstReduction + place, coef)]
  }
  const common = [
    coordinate(batch, strideOf(value, 0), 0, [term(at.n)]),
    coordinate(height, strideOf(value, 2), -w.pads[0], [
      term(at.oh, w.strides[0]),
      ...loop('row', w.dilations[0]),
    ]),
  ]
  const columns = [term(at.ow, w.strides[1])]
  if (reductions.at(-1)?.name === 'line')
    return [
      ...common,
      coordinate(width * channels, strideOf(value, 1), -w.pads[1] * channels, [
        term(at.ow, w.strides[1] * channels),
        ...loop('line', 1),
      ]),
    ]
  return [
    ...common,
    coordinate(width, strideOf(value, 3), -w.pads[1], [...columns, ...loop('column', w.dilations[1])]),
    coordinate(channels, strideOf(value, 1), 0, [term(at.group, channels / groups), ...loop('channel', 1)]),
  ]
}

/** The window in ONNX's words; `shape` is that of the value it slides over. */
export function windowAttributes(window: Window, shape: readonly number[]) {
  // A window that stops short of the last rows leaves them unread: ONNX spells that as no padding behind.
  const behind = [0, 1].map((i) => {
    const reach =
      (window.out[i]! - 1) * window.strides[i]! + (window.kernel[i]! - 1) * window.dilations[i]! + 1
    return Math.max(0, reach - window.pads[i]! - shape[2 + i]!)
  })
  return {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: [...window.pads, ...behind],
  }
}
