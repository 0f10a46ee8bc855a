import { INDEX_AXIS, multiplierOf, type Step } from '@plumbline/ir'
import { type AxisValues, lineMap, locate, POINT, usesAxis } from './map.ts'

/** Bias and multiplier of every place of a line; multiplier 0 is identity. */
export interface Records {
  readonly bias: Float64Array
  readonly multiplier: Float64Array
  /** Brings both up to date with the axis values. */
  readonly update: (axes: AxisValues) => void
}

/** P's records along output axis `line` (or for the one place of a line that is no output axis), with the header's in. */
export function recordsOf(
  step: Step,
  line: number,
  count: number,
  bytes: Uint8Array | undefined,
  index: Float64Array,
): Records {
  const bias = new Float64Array(count).fill(step.bias)
  const multiplier = new Float64Array(count).fill(multiplierOf(step.multiplier) ?? 0)
  const { p } = step
  if (!p || !bytes) return { bias, multiplier, update: () => {} }
  const map = lineMap(p, POINT)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const indexed = usesAxis(p, INDEX_AXIS)
  const indexVaries = indexed && step.g !== undefined && usesAxis(step.g, line)
  const alongLine = usesAxis(p, line) || indexVaries
  const fixed = [...new Set(map.guards.flatMap(({ axes }) => axes))].filter((axis) => axis !== line)
  const last = new Float64Array(fixed.length)
  let known = false
  const unchanged = (axes: AxisValues): boolean => {
    let same = known && !indexVaries
    for (let i = 0; i < fixed.length; i++) {
      // NaN, an index out of range, differs from itself: read again, that is never wrong.
      if (last[i] !== axes[fixed[i]!]) same = false
      last[i] = axes[fixed[i]!]!
    }
    return same
  }
  return {
    bias,
    multiplier,
    update: (axes) => {
      if (unchanged(axes)) return
      known = true
      for (let j = 0; j < count; j++) {
        if (j > 0 && !alongLine) {
          bias[j] = bias[0]!
          multiplier[j] = multiplier[0]!
          continue
        }
        if (alongLine) axes[line] = j
        if (indexVaries) axes[INDEX_AXIS] = index[j]!
        const at = locate(map, axes)
        bias[j] = step.bias + (at < 0 ? 0 : view.getInt32(at, true))
        multiplier[j] = multiplierOf(at < 0 ? step.multiplier : view.getUint32(at + 4, true)) ?? 0
      }
    },
  }
}
