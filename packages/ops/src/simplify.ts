import {
  type Coordinate,
  INDEX_AXIS,
  ITERATION_AXIS,
  type Operand,
  type Parameters,
  type Step,
  type Term,
} from '@plumbline/ir'
import { ModelError } from './errors.ts'

/** Loop numbers of the iteration and the index while a nest is built: a raw nest may have more than eight loops. */
export const ITERATION_LOOP = 64
export const INDEX_LOOP = 65

export const MAX_TERMS = 5
const MAX_COEF = 2 ** 23
const MAX_OUTPUTS = 7
const MAX_AXES = 8

/**
 * The same step in fewer axes and coordinates: loops of one iteration go, coordinates that cannot leave their range
 * share one, neighbouring loops that every coordinate walks as one become one.
 * @throws ModelError AXES when more axes are left than a descriptor holds
 */
export function simplified(step: Step): Step {
  let current = joinLoops(mapOperands(dropUnits(step), (o, s) => joinCoordinates(o, extentsOf(s))))
  current = mapOperands(current, (o) => ({ ...o, coordinates: o.coordinates.map(finalAxes) }))
  const outputs = current.outputExtents.length
  if (outputs > MAX_OUTPUTS || outputs + current.reductionExtents.length > MAX_AXES)
    throw new ModelError(
      'AXES',
      `a step would need ${outputs} output axes and ${current.reductionExtents.length} reduction axes`,
    )
  return current
}

/** A simplified step as a nest again. */
export const raised = (step: Step): Step =>
  mapOperands(step, (operand) =>
    withTerms(operand, (terms) =>
      terms.map(({ axis, coef }) => ({
        axis: axis === ITERATION_AXIS ? ITERATION_LOOP : axis === INDEX_AXIS ? INDEX_LOOP : axis,
        coef,
      })),
    ),
  )

type Any = Operand | Parameters
type OperandMap = <T extends Any>(operand: T, step: Step) => T

const extentsOf = (step: Step): readonly number[] => [...step.outputExtents, ...step.reductionExtents]

function mapOperands(step: Step, map: OperandMap): Step {
  return {
    ...step,
    a: map(step.a, step),
    ...(step.b && { b: map(step.b, step) }),
    ...(step.g && { g: map(step.g, step) }),
    ...(step.p && { p: map(step.p, step) }),
  }
}

const withTerms = <T extends Any>(operand: T, map: (terms: readonly Term[]) => readonly Term[]): T => ({
  ...operand,
  coordinates: operand.coordinates.map((c) => ({ ...c, terms: map(c.terms) })),
})

function dropUnits(step: Step): Step {
  const extents = extentsOf(step)
  let kept = extents.map((size) => size > 1)
  const outputs = step.outputExtents.length
  // A step needs one output axis, even when it writes one element.
  if (!kept.slice(0, outputs).some(Boolean)) kept = kept.map((keep, axis) => keep || axis === 0)
  let next = 0
  const numbers = kept.map((keep) => (keep ? next++ : -1))
  const renumber = (terms: readonly Term[]): readonly Term[] =>
    terms
      .filter(({ axis }) => axis >= ITERATION_LOOP || kept[axis])
      .map(({ axis, coef }) => ({ axis: axis >= ITERATION_LOOP ? axis : numbers[axis]!, coef }))
  return mapOperands(
    {
      ...step,
      outputExtents: step.outputExtents.filter((_, i) => kept[i]),
      reductionExtents: step.reductionExtents.filter((_, i) => kept[outputs + i]),
    },
    (operand) => withTerms(operand, renumber),
  )
}

interface Reach {
  readonly min: number
  readonly max: number
}

function reach(c: Coordinate, extents: readonly number[]): Reach | null {
  let min = c.offset
  let max = c.offset
  for (const { axis, coef } of c.terms) {
    const size = extents[axis]
    if (size === undefined) return null
    if (coef > 0) max += coef * (size - 1)
    else min += coef * (size - 1)
  }
  return { min, max }
}

const certain = (c: Coordinate, extents: readonly number[]): boolean => {
  const r = reach(c, extents)
  return r !== null && r.min >= 0 && r.max < c.limit
}

/** Coordinates that are always in range only contribute to the address, so their sum does as well. */
function joinCoordinates<T extends Any>(operand: T, extents: readonly number[]): T {
  const guards = operand.coordinates.filter((c) => !certain(c, extents))
  let base = operand.base
  const pieces: Term[][] = []
  for (const c of operand.coordinates.filter((x) => certain(x, extents) && x.stride > 0)) {
    base += c.offset * c.stride
    for (const { axis, coef } of c.terms) pieces.push([{ axis, coef: coef * c.stride }])
  }
  const sums = new Map<number, number>()
  for (const { axis, coef } of pieces.flat()) sums.set(axis, (sums.get(axis) ?? 0) + coef)
  const terms = [...sums]
    .map(([axis, coef]) => ({ axis, coef }))
    .filter(({ coef }) => coef !== 0)
    .sort((x, y) => x.axis - y.axis)
  const joined: Coordinate[] = []
  for (const group of groups(terms)) {
    const unit = group.map(({ coef }) => Math.abs(coef)).reduce(gcd)
    const scaled = group.map(({ axis, coef }) => ({ axis, coef: coef / unit }))
    // Falling terms start from their largest value; the base gives that back.
    const rise = scaled.reduce((sum, { axis, coef }) => sum + Math.max(0, -coef) * (extents[axis]! - 1), 0)
    const span = scaled.reduce((sum, { axis, coef }) => sum + Math.abs(coef) * (extents[axis]! - 1), 0)
    base -= rise * unit
    joined.push({ limit: span + 1, stride: unit, offset: rise, terms: scaled })
  }
  return { ...operand, base, coordinates: [...guards, ...joined] }
}

/** As few groups as keep the coefficients (over their common unit) and the number of terms within a descriptor. */
function groups(terms: readonly Term[]): readonly (readonly Term[])[] {
  const result: Term[][] = []
  const fits = (group: readonly Term[]): boolean => {
    const unit = group.map(({ coef }) => Math.abs(coef)).reduce(gcd)
    return group.length <= MAX_TERMS && group.every(({ coef }) => Math.abs(coef) / unit < MAX_COEF)
  }
  for (const one of terms) {
    const home = result.find((group) => fits([...group, one]))
    if (home) home.push(one)
    else result.push([one])
  }
  return result
}

function joinLoops(step: Step): Step {
  const outputs = step.outputExtents.length
  const extents = extentsOf(step)
  const operands = [step.a, step.b, step.g, step.p].filter((o) => o !== undefined)
  const coefOf = (c: Coordinate, axis: number): number => c.terms.find((t) => t.axis === axis)?.coef ?? 0
  for (let axis = 0; axis + 1 < extents.length; axis++) {
    if (axis + 1 === outputs) continue
    const inner = extents[axis + 1]!
    const walked = operands.every((o) =>
      o.coordinates.every((c) => coefOf(c, axis) === coefOf(c, axis + 1) * inner),
    )
    if (!walked) continue
    // The inner loop keeps its coefficients and runs over both; the outer one disappears.
    const drop = (terms: readonly Term[]): readonly Term[] =>
      terms
        .filter((t) => t.axis !== axis)
        .map((t) => ({ axis: t.axis > axis && t.axis < ITERATION_LOOP ? t.axis - 1 : t.axis, coef: t.coef }))
    const sizes = extents.flatMap((size, i) =>
      i === axis ? [] : [i === axis + 1 ? size * extents[axis]! : size],
    )
    const left = axis < outputs ? outputs - 1 : outputs
    return joinLoops(
      mapOperands(
        { ...step, outputExtents: sizes.slice(0, left), reductionExtents: sizes.slice(left) },
        (operand) => withTerms(operand, drop),
      ),
    )
  }
  return step
}

const finalAxes = (c: Coordinate): Coordinate => ({
  ...c,
  terms: c.terms
    .map(({ axis, coef }) => ({
      axis: axis === ITERATION_LOOP ? ITERATION_AXIS : axis === INDEX_LOOP ? INDEX_AXIS : axis,
      coef,
    }))
    .sort((x, y) => x.axis - y.axis),
})

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
