import { INDEX_AXIS, type Operand, type TensorData } from '@plumbline/ir'
import { loadLine, loadScattered } from './load.ts'
import {
  type AxisValues,
  clip,
  type LineMap,
  lineMap,
  locateScattered,
  type Run,
  splitByIndex,
  usesAxis,
} from './map.ts'

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
  /** The index values differ along the line, so that its addresses follow no progression. */
  readonly scattered: boolean
}

export const linePlan = (operand: Operand, line: number, index: Operand | undefined): LinePlan => ({
  operand,
  map: lineMap(operand, line),
  scattered: index !== undefined && usesAxis(operand, INDEX_AXIS) && usesAxis(index, line),
})

export function lineReader(
  { operand: { zero }, map, scattered }: LinePlan,
  source: TensorData,
  missing: number,
  weight: number,
  index: Float64Array,
): LineReader {
  const run: Run = { from: 0, to: 0, address: 0 }
  if (!scattered)
    return {
      read: (axes, row) => {
        if (!clip(map, axes, row.length, run)) return false
        loadLine(row, 0, row.length, source, run, map.delta, zero, weight, missing)
        return true
      },
    }
  const split = splitByIndex(map)
  const addresses = new Float64Array(index.length)
  return {
    read: (axes, row) => {
      if (!locateScattered(split, axes, row.length, index, addresses)) return false
      loadScattered(row, source, addresses, zero, weight, missing)
      return true
    },
  }
}
