import {
  type Coordinate,
  dtypeMax,
  dtypeMin,
  dtypeSize,
  type Operand,
  operandsOf,
  outputElements,
  PROOF_GAS_CAP,
  type ProofContext,
  type Step,
  worstProofGas,
} from '@plumbline/ir'
import { ModelError } from './errors.ts'
import { coordinate, term } from './nest.ts'
import { ITERATION_LOOP, MAX_TERMS, raised, simplified } from './simplify.ts'

/** The deepest program and the widest boundary that may be registered, so that a split never depends on the rest. */
const WORST_CONTEXT: ProofContext = { stepCount: 65_535, inputCount: 8 }
const MAX_OUTPUT_AXES = 7

export const fitsProof = (step: Step): boolean => worstProofGas(step, WORST_CONTEXT) <= PROOF_GAS_CAP

/**
 * Steps with the same result as `step`, each provable under the cap: a reduction that is too long becomes partial
 * folds in i32 and a fold of those. `at` is the program index of the first of them.
 * @throws ModelError PROOF_TOO_LARGE when no split helps
 */
export function provable(step: Step, at: number): readonly Step[] {
  if (fitsProof(step)) return [step]
  const outer = step.reductionExtents.findIndex((size) => size > 1)
  if (
    outer < 0 ||
    step.outputExtents.length === MAX_OUTPUT_AXES ||
    step.kind === 'DIV' ||
    step.kind === 'SQRT'
  )
    throw new ModelError(
      'PROOF_TOO_LARGE',
      `one element of a ${step.kind} step costs ${worstProofGas(step, WORST_CONTEXT)} gas to prove, the cap is ${PROOF_GAS_CAP}, and it cannot be split`,
    )
  const size = step.reductionExtents[outer]!
  for (const chunk of chunkSizes(size)) {
    const partial = partialStep(step, outer, chunk)
    if (describable(partial) && fitsProof(partial))
      return [partial, ...provable(finalStep(step, partial, Math.ceil(size / chunk), at), at + 1)]
  }
  // Even single values of the outermost axis are too much: take the whole axis out and split the next one.
  const whole = partialStep(step, outer, 1)
  const inner = provable(whole, at)
  const last = at + inner.length - 1
  return [...inner, ...provable(finalStep(step, whole, size, last), last + 1)]
}

/** A chunk that does not divide its axis keeps a coordinate whole that would otherwise fall into smaller ones. */
const describable = (step: Step): boolean =>
  operandsOf(step).every(({ coordinates }) => coordinates.every(({ terms }) => terms.length <= MAX_TERMS))

/** Divisors first would be prettier, but the guard makes any size right: the largest chunk is the fewest partials. */
function chunkSizes(size: number): readonly number[] {
  const chunks = new Set<number>()
  for (let parts = 2; parts <= size; parts++) chunks.add(Math.ceil(size / parts))
  return [...chunks]
}

/** The folds of `chunk` values of reduction axis `outer` each, the number of the chunk as the last output axis. */
function partialStep(from: Step, outer: number, chunk: number): Step {
  const step = raised(from)
  const size = step.reductionExtents[outer]!
  const part = step.outputExtents.length
  const cut = part + outer
  // Axis numbers behind the new output axis move up by one; the cut axis becomes part * chunk + rest.
  const rewrite = (c: Coordinate): Coordinate =>
    coordinate(
      c.limit,
      c.stride,
      c.offset,
      c.terms.flatMap(({ axis, coef }) =>
        axis === cut
          ? [term(part, coef * chunk), term(axis + 1, coef)]
          : [term(axis >= part && axis < ITERATION_LOOP ? axis + 1 : axis, coef)],
      ),
    )
  const guard = size % chunk === 0 ? [] : [coordinate(size, 0, 0, [term(part, chunk), term(cut + 1)])]
  const operand = (o: Operand): Operand => ({ ...o, coordinates: [...o.coordinates.map(rewrite), ...guard] })
  const { p: _, b, ...rest } = step
  return simplified({
    ...rest,
    dtype: 'i32',
    multiplier: 0,
    zero: 0,
    low: dtypeMin('i32'),
    high: dtypeMax('i32'),
    bias: 0,
    outputExtents: [...step.outputExtents, Math.ceil(size / chunk)],
    reductionExtents: step.reductionExtents.map((n, i) => (i === outer ? chunk : n)),
    a: operand(step.a),
    ...(b && { b: operand(b) }),
  })
}

/** The fold of the partials that step `index` wrote, finished as `step` says. */
function finalStep(step: Step, partial: Step, parts: number, index: number): Step {
  const { b: _b, g: _g, ...rest } = raised(step)
  const loop = step.outputExtents.length
  const coordinates = [coordinate(parts, 1, 0, [term(loop)])]
  let stride = parts
  for (let axis = loop - 1; axis >= 0; axis--) {
    coordinates.push(coordinate(step.outputExtents[axis]!, stride, 0, [term(axis)]))
    stride *= step.outputExtents[axis]!
  }
  return simplified({
    ...rest,
    kind: step.kind === 'MAX' ? 'MAX' : 'SUM',
    reductionExtents: [parts],
    a: {
      ref: { class: 'step', index },
      dtype: 'i32',
      byteLength: outputElements(partial) * dtypeSize('i32'),
      base: 0,
      zero: 0,
      weight: 1,
      coordinates,
    },
  })
}
