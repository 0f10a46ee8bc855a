import type { Operand, TensorData } from '@plumbline/ir'
import { loadLine, loadLine16 } from './load.ts'
import { type AxisValues, clip, type LineMap, lineMap, type Run } from './map.ts'
import { forEachPlace } from './odometer.ts'
import { PANEL_BYTES } from './matrix-kernel.ts'

export type Factors = Int16Array | Float64Array

/** How factors are held: docs of `Arithmetic` in matrix-kernel.ts. */
export interface Format {
  readonly name: 'i16' | 'f64'
  readonly termBytes: number
  readonly termsACell: number
  readonly columnsAPanel: number
}

export const FORMATS: Readonly<Record<Format['name'], Format>> = {
  i16: { name: 'i16', termBytes: 2, termsACell: 2, columnsAPanel: 8 },
  f64: { name: 'f64', termBytes: 8, termsACell: 1, columnsAPanel: 4 },
}

export const viewOf = (format: Format, buffer: ArrayBuffer, byteOffset: number, count: number): Factors =>
  format.name === 'i16'
    ? new Int16Array(buffer, byteOffset, count)
    : new Float64Array(buffer, byteOffset, count)

/** The reduction box of a step: its axes by number, the last one the line. */
export interface Reduction {
  readonly outer: readonly number[]
  readonly line: number
  readonly extents: readonly number[]
}

export interface FactorPlan {
  readonly operand: Operand
  readonly map: LineMap
  readonly reduction: Reduction
}

export const factorPlan = (operand: Operand, reduction: Reduction): FactorPlan => ({
  operand,
  map: lineMap(operand, reduction.line),
  reduction,
})

/** target[at …] = x - zero over the whole reduction box, 0 where out of range; the output axes are in `axes`. */
export function readFactors(
  { operand, map, reduction }: FactorPlan,
  source: TensorData,
  axes: AxisValues,
  target: Factors,
  at: number,
): void {
  const count = reduction.extents[reduction.line]!
  let place = at
  forEachPlace(reduction.outer, reduction.extents, axes, () => {
    if (!clip(map, axes, count, run)) target.fill(0, place, place + count)
    else if (target instanceof Int16Array)
      loadLine16(target, place, count, source, run, map.delta, operand.zero)
    else loadLine(target, place, count, source, run, map.delta, operand.zero, 1, 0)
    place += count
  })
}

const run: Run = { from: 0, to: 0, address: 0 }

export const panelsFor = (format: Format, columns: number): number =>
  Math.ceil(columns / format.columnsAPanel)
export const cellsFor = (format: Format, depth: number): number => Math.ceil(depth / format.termsACell)
export const panelBytes = (format: Format, depth: number): number => cellsFor(format, depth) * PANEL_BYTES

/** Panels (matrix-kernel.ts) of the columns from `first` on that `target` has room for; `axes` has the rest. */
export function packPanels(
  plan: FactorPlan,
  format: Format,
  source: TensorData,
  axes: AxisValues,
  column: number,
  first: number,
  target: Factors,
): void {
  const { extents, outer, line } = plan.reduction
  const depth = [...outer, line].reduce((n, axis) => n * extents[axis]!, 1)
  const { termsACell, columnsAPanel, termBytes } = format
  const panelTerms = panelBytes(format, depth) / termBytes
  const cellTerms = termsACell * columnsAPanel
  const terms = viewOf(format, new ArrayBuffer(depth * termBytes), 0, depth)
  target.fill(0)
  const end = Math.min(extents[column]!, first + (target.length / panelTerms) * columnsAPanel)
  for (let n = first; n < end; n++) {
    axes[column] = n
    readFactors(plan, source, axes, terms, 0)
    const lane = (n - first) % columnsAPanel
    const at = Math.floor((n - first) / columnsAPanel) * panelTerms + lane * termsACell
    if (termsACell === 2)
      for (let k = 0; k < depth; k++) target[at + (k >> 1) * cellTerms + (k & 1)] = terms[k]!
    else for (let k = 0; k < depth; k++) target[at + k * cellTerms] = terms[k]!
  }
}
