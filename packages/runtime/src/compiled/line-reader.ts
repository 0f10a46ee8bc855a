import { INDEX_AXIS, type Operand, type TensorData } from '@plumbline/ir'
import { loadLine } from './load.ts'
import { type AxisValues, clip, type LineMap, lineMap, locate, POINT, type Run, usesAxis } from './map.ts'

/** Reads an operand along the line that it was made for. */
export interface LineReader {
  /**
   * Fills the row with weight * (x - zero), `missing` where out of range. False when all of it is, the row untouched.
   */
  readonly read: (axes: AxisValues, row: Float64Array) => boolean
}

export interface LinePlan {
  readonly operand: Operand
  readonly map: LineMap
  readonly point: LineMap
  /** The index values differ along the line, so that its addresses follow no progression. */
  readonly scattered: boolean
}

export const linePlan = (operand: Operand, line: number, index: Operand | undefined): LinePlan => ({
  operand,
  map: lineMap(operand, line),
  point: lineMap(operand, POINT),
  scattered: index !== undefined && usesAxis(operand, INDEX_AXIS) && usesAxis(index, line),
})

export function lineReader(
  { operand, map, point, scattered }: LinePlan,
  line: number,
  source: TensorData,
  missing: number,
  weight: number,
  index: Float64Array,
): LineReader {
  const { zero } = operand
  const run: Run = { from: 0, to: 0, address: 0 }
  if (!scattered)
    return {
      read: (axes, row) => {
        if (!clip(map, axes, row.length, run)) return false
        loadLine(row, source, run, map.delta, zero, weight, missing)
        return true
      },
    }
  return {
    read: (axes, row) => {
      for (let j = 0; j < row.length; j++) {
        axes[line] = j
        axes[INDEX_AXIS] = index[j]!
        const at = locate(point, axes)
        row[j] = at < 0 ? missing : weight * (source[at]! - zero)
      }
      return true
    },
  }
}
