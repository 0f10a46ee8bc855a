import { INDEX_AXIS, ITERATION_AXIS, type Step, type TensorData } from '@plumbline/ir'
import { finishLine } from './finish.ts'
import { addProducts, addTerms, divideTerms, maxTerms, MISSING, rootTerms } from './fold.ts'
import { type LinePlan, linePlan, lineReader } from './line-reader.ts'
import { storeLine } from './load.ts'
import { AXES, type AxisValues, lineMap, locate, POINT, usesAxis } from './map.ts'
import { forEachPlace, rowMajorStrides } from './odometer.ts'
import { recordsOf } from './records.ts'
import type { PreparedStep, StepTensors } from './prepared.ts'

/** Any step, a line of terms at a time: the line is whichever axis makes long ones. */
export function prepareByLines(step: Step): PreparedStep {
  const extents = [...step.outputExtents, ...step.reductionExtents]
  const line = chooseLine(step)
  const a = linePlan(step.a, line, step.g)
  const b = step.b && linePlan(step.b, line, step.g)
  return (tensors, out) => runByLines(step, extents, line, a, b, tensors, out)
}

/** From so many places on the last axis makes lines that are long enough, and its neighbours lie next to each other. */
const LONG = 64

function chooseLine({ outputExtents, reductionExtents }: Step): number {
  const lastOutput = outputExtents.length - 1
  if (outputExtents[lastOutput]! >= LONG) return lastOutput
  const extents = [...outputExtents, ...reductionExtents]
  return extents.lastIndexOf(Math.max(...extents))
}

/** Places of an output line that are computed at a time: its buffers stay in a first-level or second-level cache. */
const PIECE = 4_096

/** Buffers of the places of a line, or of the last and shorter piece of one. */
interface Piece {
  readonly left: Float64Array
  readonly right: Float64Array
  readonly acc: Float64Array
  readonly finished: Int32Array
}

function runByLines(
  step: Step,
  extents: readonly number[],
  line: number,
  planA: LinePlan,
  planB: LinePlan | undefined,
  tensors: StepTensors,
  out: TensorData,
): void {
  const { kind } = step
  const outputs = step.outputExtents.length
  const length = extents[line]!
  const alongOutput = line < outputs
  const terms = alongOutput ? Math.min(length, PIECE) : length
  const places = alongOutput ? terms : 1
  const axes: AxisValues = new Float64Array(AXES)
  axes[ITERATION_AXIS] = 0
  const index = new Float64Array(places)
  const weights = kind === 'DOT' ? { a: 1, b: 1 } : { a: step.a.weight, b: step.b?.weight ?? 0 }
  const missing = MISSING[kind]
  const a = lineReader(planA, tensors.a, missing.a, weights.a, index)
  const b = planB && tensors.b && lineReader(planB, tensors.b, missing.b, weights.b, index)
  const updateIndex = indexUpdater(step, line, tensors.g, index)
  const records = recordsOf(step, line, places, tensors.p, index)
  const fold = ({ left, right, acc }: Piece): void => {
    const stride = alongOutput ? 1 : 0
    const some = a.read(axes, left)
    if (kind === 'SQRT') return rootTerms(acc, some ? left : left.fill(missing.a))
    const others = b?.read(axes, right) ?? false
    switch (kind) {
      case 'SUM':
        if (some) addTerms(acc, stride, left)
        if (others) addTerms(acc, stride, right)
        return
      case 'MAX':
        if (some) maxTerms(acc, stride, left)
        if (others) maxTerms(acc, stride, right)
        return
      case 'DOT':
        if (some && others) addProducts(acc, stride, left, right)
        return
      case 'DIV':
        if (!some) left.fill(missing.a)
        if (!others) right.fill(missing.b)
        divideTerms(acc, left, right)
    }
  }

  const strides = rowMajorStrides(step.outputExtents)
  const numbers = extents.map((_, axis) => axis).filter((axis) => axis !== line)
  const outer = numbers.filter((axis) => axis < outputs)
  const inner = numbers.filter((axis) => axis >= outputs)
  const start = kind === 'MAX' ? -(2 ** 31) : 0
  const finishPiece = (piece: Piece): void => {
    updateIndex(axes, piece.acc.length)
    piece.acc.fill(start)
    forEachPlace(inner, extents, axes, () => fold(piece))
    records.update(axes, piece.acc.length)
    finishLine(step, piece.acc, records, 0, piece.acc.length, piece.finished)
    let at = 0
    for (let axis = 0; axis < outputs; axis++) at += strides[axis]! * axes[axis]!
    storeLine(out, at, alongOutput ? strides[line]! : 1, piece.acc.length, piece.finished)
  }
  const whole = pieceOf(terms, places)
  const rest = pieceOf(length % terms, alongOutput ? length % terms : 0)
  forEachPlace(outer, extents, axes, () => {
    for (let first = 0; first < length; first += terms) {
      axes[line] = first
      finishPiece(first + terms <= length ? whole : rest)
    }
  })
}

const pieceOf = (terms: number, places: number): Piece => ({
  left: new Float64Array(terms),
  right: new Float64Array(terms),
  acc: new Float64Array(places),
  finished: new Int32Array(places),
})

/** Sets the index value of the axis values, or of every place when it differs along the line; NaN is out of range. */
function indexUpdater(
  { g }: Step,
  line: number,
  source: TensorData | undefined,
  index: Float64Array,
): (axes: AxisValues, count: number) => void {
  if (!g || !source) return () => {}
  if (usesAxis(g, line)) {
    const reader = lineReader(linePlan(g, line, undefined), source, NaN, g.weight, index)
    return (axes, count) => {
      const values = count === index.length ? index : index.subarray(0, count)
      if (!reader.read(axes, values)) values.fill(NaN)
    }
  }
  const map = lineMap(g, POINT)
  return (axes) => {
    const at = locate(map, axes)
    axes[INDEX_AXIS] = at < 0 ? NaN : g.weight * (source[at]! - g.zero)
  }
}
