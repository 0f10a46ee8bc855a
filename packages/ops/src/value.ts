import { dtypeSize, numel, type DataType, type TensorRef } from '@plumbline/ir'

/** One digit of a mixed-radix axis: `size` steps of `stride` elements. */
export interface Digit {
  readonly size: number
  readonly stride: number
}

/**
 * A tensor of the program seen under a logical shape. Every logical axis is a mixed-radix number of digits, most
 * significant first, so that transposing, flattening and most reshaping cost no step: only the addresses change.
 */
export interface Value {
  readonly ref: TensorRef
  readonly dtype: DataType
  /** Bytes of the whole stored tensor. */
  readonly byteLength: number
  readonly base: number
  readonly axes: readonly (readonly Digit[])[]
}

export const axisSize = (axis: readonly Digit[]): number => axis.reduce((n, digit) => n * digit.size, 1)
export const shapeOf = (value: Value): readonly number[] => value.axes.map(axisSize)

/** A dense tensor whose storage lists the logical axes in `order`, outermost first. */
export function dense(
  ref: TensorRef,
  dtype: DataType,
  shape: readonly number[],
  order: readonly number[] = shape.map((_, axis) => axis),
): Value {
  const strides = Array.from({ length: shape.length }, () => 0)
  let stride = 1
  for (const axis of [...order].reverse()) {
    strides[axis] = stride
    stride *= shape[axis]!
  }
  const axes = shape.map((size, axis) => (size === 1 ? [] : [{ size, stride: strides[axis]! }]))
  return { ref, dtype, byteLength: numel(shape) * dtypeSize(dtype), base: 0, axes }
}

export const transposed = (value: Value, permutation: readonly number[]): Value => ({
  ...value,
  axes: permutation.map((axis) => value.axes[axis]!),
})

/** Drops digits of one, joins digits that are one run. */
export function joined(digits: readonly Digit[]): readonly Digit[] {
  const result: Digit[] = []
  for (const digit of digits) {
    if (digit.size === 1) continue
    const last = result.at(-1)
    if (last && last.stride === digit.stride * digit.size)
      result[result.length - 1] = { size: last.size * digit.size, stride: digit.stride }
    else result.push(digit)
  }
  return result
}

/** The same elements, in the same logical order, under another shape; null where that needs a copy. */
export function reshaped(value: Value, shape: readonly number[]): Value | null {
  const rest = [...joined(value.axes.flat())]
  const axes: Digit[][] = []
  for (const size of shape) {
    const axis: Digit[] = []
    let need = size
    while (need > 1) {
      const digit = rest.shift()
      if (digit === undefined) return null
      if (need % digit.size === 0) {
        axis.push(digit)
        need /= digit.size
      } else if (digit.size % need === 0) {
        const low = digit.size / need
        axis.push({ size: need, stride: digit.stride * low })
        rest.unshift({ size: low, stride: digit.stride })
        need = 1
      } else return null
    }
    axes.push([...joined(axis)])
  }
  return rest.length === 0 ? { ...value, axes } : null
}

/** Whether the logical order is the order of storage, with nothing left out. */
export function isRowMajor(value: Value): boolean {
  const digits = joined(value.axes.flat())
  const count = numel(shapeOf(value))
  if (value.base !== 0 || value.byteLength !== count * dtypeSize(value.dtype)) return false
  return digits.length === 0 || (digits.length === 1 && digits[0]!.stride === 1)
}

/** The digit of an axis that must be a plain progression; null where it is composite. */
export function single(axis: readonly Digit[]): Digit | null {
  if (axis.length === 0) return { size: 1, stride: 0 }
  return axis.length === 1 ? axis[0]! : null
}
