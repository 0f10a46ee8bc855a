import { type Coordinate, INDEX_AXIS, type Operand, type Parameters } from '@plumbline/ir'

/** Axes 0 … 7, the iteration at 8, the index value at 9: NaN while G is out of range. */
export type AxisValues = Float64Array
export const AXES = 10

/** A coordinate seen along one axis, the line: at place j, v = offset + sum coef * axis + slope * j. */
interface Guard {
  readonly limit: number
  readonly stride: number
  readonly offset: number
  readonly slope: number
  readonly axes: readonly number[]
  readonly coefs: readonly number[]
}

/** How an operand reads along a line: where it is in range, addresses grow by `delta`. */
export interface LineMap {
  readonly base: number
  readonly delta: number
  readonly guards: readonly Guard[]
}

/** The places from <= j < to of a line that are in range; `address` belongs to j = from. */
export interface Run {
  from: number
  to: number
  address: number
}

/** Along no axis at all. */
export const POINT = -1

export function lineMap({ base, coordinates }: Operand | Parameters, line: number): LineMap {
  const guards = coordinates.map((c) => guardOf(c, line))
  return { base, guards, delta: guards.reduce((sum, { slope, stride }) => sum + slope * stride, 0) }
}

const guardOf = ({ limit, stride, offset, terms }: Coordinate, line: number): Guard => ({
  limit,
  stride,
  offset,
  slope: terms.find(({ axis }) => axis === line)?.coef ?? 0,
  axes: terms.map(({ axis }) => axis),
  coefs: terms.map(({ coef }) => coef),
})

const values = new Float64Array(8)

/**
 * Clips a line of `count` places, the first of which the axis values give, to where all coordinates are in range; false
 * when that is nowhere.
 *
 * The divisions are exact enough: for integers |n| < 2^53 and c >= 1 with n = qc + r, 0 < r < c, the quotient is at
 * least 1/c away from an integer, and half a unit in its last place is below (2^53 / c) * 2^-53 = 1/c. So rounding
 * never reaches an integer that is not the quotient, and floor and ceil are those of the rational number.
 * |v| < 2^53 is registered; `limit - 1 - v` can be larger only when -v > 2^53 - 2^32, and then the registered bound
 * of the whole coordinate leaves slope * j < 2^32: the line is out of range by the other division.
 */
export function clip(map: LineMap, axes: AxisValues, count: number, run: Run): boolean {
  const { guards } = map
  let from = 0
  let to = count
  for (let i = 0; i < guards.length; i++) {
    const { limit, offset, slope, axes: names, coefs } = guards[i]!
    let v = offset
    for (let t = 0; t < names.length; t++) v += coefs[t]! * axes[names[t]!]!
    values[i] = v
    if (slope === 0) {
      // Also false for NaN, an index that is out of range.
      if (!(v >= 0 && v < limit)) return false
      continue
    }
    if (Number.isNaN(v)) return false
    const first = slope > 0 ? Math.ceil(-v / slope) : Math.ceil((limit - 1 - v) / slope)
    const last = slope > 0 ? Math.floor((limit - 1 - v) / slope) : Math.floor(-v / slope)
    if (first > from) from = first
    if (last + 1 < to) to = last + 1
  }
  if (from >= to) return false
  // Only in-range values are multiplied: these products and their sum are addresses, far below 2^53.
  let address = map.base
  for (let i = 0; i < guards.length; i++) {
    const { slope, stride } = guards[i]!
    address += (values[i]! + slope * from) * stride
  }
  run.from = from
  run.to = to
  run.address = address
  return true
}

/** A line map whose index values differ from place to place: the coordinates without the index, and those with it. */
interface SplitMap {
  readonly plain: LineMap
  readonly indexed: readonly IndexedGuard[]
}

interface IndexedGuard extends Guard {
  readonly indexCoef: number
}

export function splitByIndex({ base, guards }: LineMap): SplitMap {
  const withoutIndex = guards.filter(({ axes }) => !axes.includes(INDEX_AXIS))
  const delta = withoutIndex.reduce((sum, { slope, stride }) => sum + slope * stride, 0)
  const indexed = guards
    .filter(({ axes }) => axes.includes(INDEX_AXIS))
    .map((guard) => {
      const at = guard.axes.indexOf(INDEX_AXIS)
      return {
        ...guard,
        axes: guard.axes.toSpliced(at, 1),
        coefs: guard.coefs.toSpliced(at, 1),
        indexCoef: guard.coefs[at]!,
      }
    })
  return { plain: { base, delta, guards: withoutIndex }, indexed }
}

const clipped: Run = { from: 0, to: 0, address: 0 }

/** The address of every place of a line of `count`, -1 where out of range; false when that is everywhere. */
export function locateScattered(
  { plain, indexed }: SplitMap,
  axes: AxisValues,
  count: number,
  index: Float64Array,
  addresses: Float64Array,
): boolean {
  if (!clip(plain, axes, count, clipped)) return false
  const { from, to, address } = clipped
  for (let j = 0; j < from; j++) addresses[j] = -1
  for (let j = to; j < count; j++) addresses[j] = -1
  for (let j = from; j < to; j++) addresses[j] = address + (j - from) * plain.delta
  for (const { limit, stride, offset, slope, axes: names, coefs, indexCoef } of indexed) {
    let start = offset
    for (let t = 0; t < names.length; t++) start += coefs[t]! * axes[names[t]!]!
    for (let j = from; j < to; j++) {
      const v = start + slope * j + indexCoef * index[j]!
      // NaN, an index that is out of range, fails both comparisons.
      const inRange = addresses[j]! >= 0 && v >= 0 && v < limit
      addresses[j] = inRange ? addresses[j]! + v * stride : -1
    }
  }
  return true
}

const point: Run = { from: 0, to: 0, address: 0 }

/** The address that the axis values give, or -1 when a coordinate is out of range; the map is one along POINT. */
export const locate = (map: LineMap, axes: AxisValues): number =>
  clip(map, axes, 1, point) ? point.address : -1

/** Whether any coordinate uses `axis`. */
export const usesAxis = ({ coordinates }: Operand | Parameters, axis: number): boolean =>
  coordinates.some(({ terms }) => terms.some((term) => term.axis === axis))
