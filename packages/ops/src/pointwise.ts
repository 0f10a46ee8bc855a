import { numel } from '@plumbline/ir'
import { axisSize, type Digit, type Value } from './value.ts'

/** A loop that all operands of an element-wise step walk together: one stride for each of them. */
export interface SharedLoop {
  readonly size: number
  readonly strides: readonly number[]
  /** Logical axis of the result that this is a digit of. */
  readonly axis: number
}

export interface Pointwise {
  /** In the order of storage of the result, outermost first. */
  readonly loops: readonly SharedLoop[]
  /** Digits of the result, stored densely in that order, by logical axis. */
  readonly axes: readonly (readonly Digit[])[]
}

/**
 * Loops for an element-wise step over operands broadcast to `shape`, in the storage order of the operand with most
 * elements, so that layouts persist; null when two operands cut an axis into digits that have no common refinement.
 */
export function pointwise(values: readonly Value[], shape: readonly number[]): Pointwise | null {
  const logical: SharedLoop[] = []
  for (const [axis, size] of shape.entries()) {
    const digits = values.map((value) => broadcastAxis(value, axis - shape.length, size))
    const refined = refine(digits)
    if (refined === null) return null
    logical.push(...refined.map((loop) => ({ ...loop, axis })))
  }
  const sizes = values.map((value) => numel(value.axes.map(axisSize)))
  const leader = sizes.indexOf(Math.max(...sizes))
  const loops = [...logical].sort((x, y) => y.strides[leader]! - x.strides[leader]!)
  const strides = new Map<SharedLoop, number>()
  let stride = 1
  for (const loop of [...loops].reverse()) {
    strides.set(loop, stride)
    stride *= loop.size
  }
  const axes = shape.map((_, axis) =>
    logical
      .filter((loop) => loop.axis === axis)
      .map((loop) => ({ size: loop.size, stride: strides.get(loop)! })),
  )
  return { loops, axes }
}

/** Digits of logical axis `fromEnd` (negative) of a value, of stride 0 where it is broadcast to `size`. */
function broadcastAxis(value: Value, fromEnd: number, size: number): readonly Digit[] {
  const axis = value.axes.at(fromEnd)
  const present = fromEnd >= -value.axes.length && axis !== undefined ? axis : []
  if (axisSize(present) === size) return present
  return [{ size, stride: 0 }]
}

/** The coarsest digits that refine all operands' digits of one axis; null where there are none. */
export function refine(operands: readonly (readonly Digit[])[]): readonly Omit<SharedLoop, 'axis'>[] | null {
  const left = operands.map((digits) => digits.filter((digit) => digit.size > 1))
  const result: Omit<SharedLoop, 'axis'>[] = []
  for (;;) {
    const lowest = left.map((digits) => digits.at(-1))
    if (lowest.every((digit) => digit === undefined)) return result
    if (lowest.some((digit) => digit === undefined)) return null
    const size = Math.min(...lowest.map((digit) => digit!.size))
    if (lowest.some((digit) => digit!.size % size !== 0)) return null
    result.unshift({ size, strides: lowest.map((digit) => digit!.stride) })
    for (const [i, digit] of lowest.entries()) {
      left[i] = left[i]!.slice(0, -1)
      if (digit!.size > size) left[i].push({ size: digit!.size / size, stride: digit!.stride * size })
    }
  }
}
