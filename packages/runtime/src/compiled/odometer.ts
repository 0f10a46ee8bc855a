import type { AxisValues } from './map.ts'

/** Runs `body` for every combination of the axes' values, the last axis fastest, the values set in `values`. */
export function forEachPlace(
  axes: readonly number[],
  extents: readonly number[],
  values: AxisValues,
  body: () => void,
): void {
  for (const axis of axes) values[axis] = 0
  for (;;) {
    body()
    let i = axes.length - 1
    for (; i >= 0; i--) {
      const axis = axes[i]!
      const next = values[axis]! + 1
      if (next < extents[axis]!) {
        values[axis] = next
        break
      }
      values[axis] = 0
    }
    if (i < 0) return
  }
}

export function rowMajorStrides(extents: readonly number[]): readonly number[] {
  const strides = extents.map(() => 1)
  for (let axis = extents.length - 2; axis >= 0; axis--)
    strides[axis] = strides[axis + 1]! * extents[axis + 1]!
  return strides
}
