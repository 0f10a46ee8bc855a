import { numel } from '@plumbline/ir'
import type { Constant } from './node.ts'

export const constantOf = (
  type: Constant['type'],
  shape: readonly number[],
  data: ArrayLike<number>,
): Constant => ({ type, shape, data: data instanceof Float64Array ? data : Float64Array.from(data) })

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  const strides = Array.from({ length: shape.length }, () => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!
  return strides
}

export function transposeConstant(constant: Constant, permutation: readonly number[]): Constant {
  const shape = permutation.map((axis) => constant.shape[axis]!)
  const from = stridesOf(constant.shape)
  const strides = permutation.map((axis) => from[axis]!)
  return { type: constant.type, shape, data: gather(constant.data, shape, strides) }
}

/** The elements that a row-major walk over `shape` meets at the given strides. */
export function gather(
  data: Float64Array,
  shape: readonly number[],
  strides: readonly number[],
): Float64Array {
  const result = new Float64Array(numel(shape))
  const index = Array.from({ length: shape.length }, () => 0)
  let at = 0
  for (let i = 0; i < result.length; i++) {
    result[i] = data[at]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      at -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return result
}

/** `constant` as if it had `shape`, by the rules of broadcasting; null where they do not allow it. */
export function broadcastConstant(constant: Constant, shape: readonly number[]): Constant | null {
  const lead = shape.length - constant.shape.length
  if (lead < 0) return null
  const from = stridesOf(constant.shape)
  const strides: number[] = []
  for (const [axis, size] of shape.entries()) {
    const own = axis < lead ? 1 : constant.shape[axis - lead]!
    if (own !== size && own !== 1) return null
    strides.push(own === 1 ? 0 : from[axis - lead]!)
  }
  return { type: constant.type, shape, data: gather(constant.data, shape, strides) }
}

/** The common shape of two operands; null where they do not broadcast. */
export function broadcastShape(a: readonly number[], b: readonly number[]): readonly number[] | null {
  const rank = Math.max(a.length, b.length)
  const result: number[] = []
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1
    const y = b[b.length - rank + i] ?? 1
    if (x !== y && x !== 1 && y !== 1) return null
    result.push(x === 1 ? y : x)
  }
  return result
}
