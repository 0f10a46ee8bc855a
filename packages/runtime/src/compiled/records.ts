import { INDEX_AXIS, multiplierOf, type Step } from '@plumbline/ir'
import { type AxisValues, lineMap, locate, POINT, usesAxis } from './map.ts'

/** Bias and multiplier of every place of a line; multiplier 0 is identity. */
export interface Records {
  readonly bias: Float64Array
  readonly multiplier: Float64Array
  /** Brings the first `count` up to date with the axis values, which are those of the first place. */
  readonly update: (axes: AxisValues, count: number) => void
}

/**
 * P's records along output axis `line` (or for the one place of a line that is no output axis), with the header's in;
 * room for `places` of them.
 */
export function recordsOf(
  step: Step,
  line: number,
  places: number,
  bytes: Uint8Array | undefined,
  index: Float64Array,
): Records {
  const bias = new Float64Array(places).fill(step.bias)
  const multiplier = new Float64Array(places).fill(multiplierOf(step.multiplier) ?? 0)
  const { p } = step
  if (!p || !bytes) return { bias, multiplier, update: () => {} }
  const map = lineMap(p, POINT)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const indexed = usesAxis(p, INDEX_AXIS)
  const indexVaries = indexed && step.g !== undefined && usesAxis(step.g, line)
  const alongLine = usesAxis(p, line) || indexVaries
  const used = [...new Set(map.guards.flatMap(({ axes }) => axes))]
  const last = new Float64Array(used.length)
  let known = false
  const unchanged = (axes: AxisValues): boolean => {
    let same = known && !indexVaries
    for (let i = 0; i < used.length; i++) {
      // NaN, an index out of range, differs from itself: read again, that is never wrong.
      if (last[i] !== axes[used[i]!]) same = false
      last[i] = axes[used[i]!]!
    }
    return same
  }
  return {
    bias,
    multiplier,
    update: (axes, count) => {
      if (unchanged(axes)) return
      known = true
      const first = axes[line]!
      for (let j = 0; j < count; j++) {
        if (j > 0 && !alongLine) {
          bias[j] = bias[0]!
          multiplier[j] = multiplier[0]!
          continue
        }
        if (alongLine) axes[line] = first + j
        if (indexVaries) axes[INDEX_AXIS] = index[j]!
        const at = locate(map, axes)
        bias[j] = step.bias + (at < 0 ? 0 : view.getInt32(at, true))
        multiplier[j] = multiplierOf(at < 0 ? step.multiplier : view.getUint32(at + 4, true)) ?? 0
      }
      axes[line] = first
    },
  }
}
