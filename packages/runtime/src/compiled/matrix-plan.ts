import {
  dtypeMax,
  dtypeMin,
  INDEX_AXIS,
  maxMagnitude,
  type Operand,
  reductionElements,
  type Step,
} from '@plumbline/ir'
import { usesAxis } from './map.ts'

/**
 * A DOT step seen as products of matrices: an output axis that only `right` uses numbers the columns, those that
 * `right` does not use number the rows, and for every value of the others there is one product.
 */
export interface MatrixPlan {
  readonly left: 'a' | 'b'
  readonly right: 'a' | 'b'
  readonly column: number
  readonly rows: readonly number[]
  readonly batch: readonly number[]
  readonly arithmetic: 'i16' | 'f64'
  /** Reduction elements that can be added up before the sums might leave the exact range. */
  readonly exactDepth: number
}

const MIN_COLUMNS = 4
const MIN_ROWS = 4
const MIN_DEPTH = 4
/** A smaller matrix costs more to set up than it saves. */
const MIN_PRODUCTS = 4_096
const MIN_EXACT_DEPTH = 128

/** Null where a step is no such product, or too small a one. */
export function matrixPlan(step: Step): MatrixPlan | null {
  const { kind, a, b, g, outputExtents, reductionExtents } = step
  if (kind !== 'DOT' || !b || g || usesAxis(a, INDEX_AXIS) || usesAxis(b, INDEX_AXIS)) return null
  const depth = reductionElements(step)
  if (reductionExtents.length === 0 || depth < MIN_DEPTH) return null
  const axes = outputExtents.map((_, axis) => axis)
  const sides = [
    { left: 'a', right: 'b', constant: b.ref.class === 'constant' },
    { left: 'b', right: 'a', constant: a.ref.class === 'constant' },
  ] as const
  const size = (list: readonly number[]): number => list.reduce((n, axis) => n * outputExtents[axis]!, 1)
  for (const { left, right, constant } of sides.toSorted((x, y) => +y.constant - +x.constant)) {
    const uses = (side: 'a' | 'b', axis: number): boolean => usesAxis(side === 'a' ? a : b, axis)
    const rows = axes.filter((axis) => !uses(right, axis))
    const columns = axes.filter((axis) => uses(right, axis) && !uses(left, axis))
    const column = columns.toSorted((x, y) => outputExtents[y]! - outputExtents[x]!)[0]
    if (column === undefined || outputExtents[column]! < MIN_COLUMNS) continue
    if (size([column, ...rows]) * depth < MIN_PRODUCTS) continue
    if (!constant && size(rows) < MIN_ROWS) continue
    const batch = axes.filter((axis) => axis !== column && !rows.includes(axis))
    return { left, right, column, rows, batch, ...arithmeticFor(a, b) }
  }
  return null
}

/**
 * Sums of i32 hold products of i16 as long as depth * max |a| * max |b| < 2^31; a double holds every sum that a step
 * can have, by its registration.
 */
function arithmeticFor(a: Operand, b: Operand): Pick<MatrixPlan, 'arithmetic' | 'exactDepth'> {
  const product = maxMagnitude(a.dtype, a.zero) * maxMagnitude(b.dtype, b.zero)
  const exactDepth = Math.floor((2 ** 31 - 1) / product)
  if (fitsI16(a) && fitsI16(b) && exactDepth >= MIN_EXACT_DEPTH) return { arithmetic: 'i16', exactDepth }
  return { arithmetic: 'f64', exactDepth: Infinity }
}

const fitsI16 = ({ dtype, zero }: Operand): boolean =>
  dtypeMin(dtype) - zero >= dtypeMin('i16') && dtypeMax(dtype) - zero <= dtypeMax('i16')
