import { type Coordinate, elementsOf, type Operand, type Step } from '@plumbline/ir'
import { ModelError } from '../errors.ts'
import { castTo, finishFloat, reshapeTo, scalar } from '../lowering.ts'
import type { ConstantRef, Expansion, LoweredValue, MacroBase, MacroKind, Output } from '../macro.ts'
import type { Lowering } from '../lowering.ts'
import { constantTensor, coordinate, makeStep, operand, type Reading, records, term } from '../nest.ts'
import { pointwise } from '../pointwise.ts'
import { packRecords } from '../rows.ts'
import { INDEX_LOOP } from '../simplify.ts'
import { provable } from '../split.ts'
import { dense, shapeOf, type Value } from '../value.ts'

/**
 * Any function of an i16 value, by straight pieces: the nearest multiple of 64 picks slope and offset, which the rest
 * is put into.
 */
export interface CurveMacro extends MacroBase {
  readonly kind: 'curve'
  /** i32 slopes, one a piece. */
  readonly slopes: ConstantRef
  /** Records (rows.ts) of the pieces: offset, and the multiplier that all share. */
  readonly pieces: ConstantRef
  readonly output: Output
}

const WIDTH = 64
const HALF = 512
const PIECES = 2 * HALF + 1
/** Fraction bits of slopes and offsets: with them a sum stays below 2^31. */
const FRACTION_BITS = 12
const REST_ZERO = 128
const REACH = 2 ** 16

/** Slopes and records for `f`, which takes a stored value to a stored value less the zero point, not yet rounded. */
export function curvePieces(f: (stored: number) => number): { slopes: Uint8Array; pieces: Uint8Array } {
  const clamped = (x: number): number => Math.max(-REACH, Math.min(REACH, f(x)))
  const slopes = new Int32Array(PIECES)
  const offsets = new Int32Array(PIECES)
  for (let i = 0; i < PIECES; i++) {
    const centre = (i - HALF) * WIDTH
    const from = Math.max(-32768, centre - WIDTH / 2)
    const to = Math.min(32767, centre + WIDTH / 2)
    const [left, right] = [clamped(from), clamped(to)]
    const slope = (right - left) / (to - from)
    // The chord, moved by half of what the curve leaves it by: the least largest error for a parabola.
    const middle = (from + to) / 2
    const bow = clamped(middle) - (left + right) / 2
    slopes[i] = Math.round(slope * 2 ** FRACTION_BITS)
    offsets[i] = Math.round((left + slope * (centre - from) + bow / 2) * 2 ** FRACTION_BITS)
  }
  const multipliers = offsets.map(() => 1)
  return {
    slopes: new Uint8Array(slopes.buffer),
    pieces: packRecords(
      offsets,
      Float32Array.from(multipliers, () => 2 ** -FRACTION_BITS),
    ),
  }
}

export const curve: MacroKind<CurveMacro> = {
  kind: 'curve',
  expand: expandCurve,
  lower: lowerCurve,
  constants: (macro) => [macro.slopes, macro.pieces],
}

function expandCurve(macro: CurveMacro, inputs: readonly Value[], at: number): Expansion {
  const input = inputs[0]!
  if (input.dtype !== 'i16')
    throw new ModelError('MACRO_DTYPE', `${macro.node}: a curve of a ${input.dtype} value`, {
      node: macro.node,
    })
  const shape = shapeOf(input)
  const nest = pointwise([input], shape)!
  const sizes = nest.loops.length ? nest.loops.map(({ size }) => size) : [1]
  const read = (value: Value, reading: Reading) =>
    operand(
      value,
      nest.loops.map(({ size, strides }, axis) => coordinate(size, strides[0]!, 0, [term(axis)])),
      reading,
    )
  const { slopes, pieces, output } = macro
  const steps = curveSteps(
    { sizes, read: (reading) => read(input, reading), slopes, pieces, output, guards: [] },
    at,
  )
  const value = dense({ class: 'step', index: at + 2 }, macro.output.dtype, shape)
  return { steps, value: { ...value, axes: nest.axes } }
}

/** A curve over loops of `sizes`; `guards` leave elements out, which become the zero point. */
export interface CurveLoops {
  readonly sizes: readonly number[]
  readonly read: (reading: Reading) => Operand
  readonly slopes: ConstantRef
  readonly pieces: ConstantRef
  readonly output: Output
  readonly guards: readonly Coordinate[]
}

/** Three steps: the number of the piece, the rest, the value. Results are stored row-major over the loops. */
export function curveSteps(
  { sizes, read, output, guards, ...from }: CurveLoops,
  at: number,
): readonly Step[] {
  const strides = densely(sizes)
  const walked = sizes.map((size, axis) => coordinate(size, strides[axis]!, 0, [term(axis)]))
  const stored = (index: number, dtype: Value['dtype'], reading: Reading) =>
    operand(dense({ class: 'step', index }, dtype, sizes), walked, reading)
  const number = makeStep(
    'SUM',
    sizes,
    [],
    { dtype: 'i16', zero: HALF, multiplier: 1 / WIDTH },
    { a: read({ weight: 1 }) },
  )
  const rest = makeStep(
    'SUM',
    sizes,
    [],
    { dtype: 'u8', zero: REST_ZERO },
    { a: read({ weight: 1 }), b: stored(at, 'i16', { weight: -WIDTH, zero: HALF }) },
  )
  const slopes = dense(constantTensor(from.slopes), 'i32', [PIECES])
  const result = makeStep('DOT', sizes, [], output, {
    a: operand(slopes, [coordinate(PIECES, 1, 0, [term(INDEX_LOOP)]), ...guards]),
    b: stored(at + 1, 'u8', { zero: REST_ZERO }),
    g: stored(at, 'i16', { weight: 1 }),
    p: records(from.pieces, 0, [coordinate(PIECES, 8, 0, [term(INDEX_LOOP)]), ...guards]),
  })
  return [number, rest, result].flatMap((step, i) => provable(step, at + i))
}

function densely(sizes: readonly number[]): readonly number[] {
  let stride = 1
  return sizes
    .toReversed()
    .map((size) => {
      const own = stride
      stride *= size
      return own
    })
    .toReversed()
}

function lowerCurve(macro: CurveMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const { name, value } = inputs[0]!
  const flat = castTo(g, reshapeTo(g, name, [-1]), 'f32')
  return reshapeTo(g, lowerPieces(macro, flat, g), shapeOf(value))
}

/** `flat` holds stored values as float32, in one axis. */
export function lowerPieces(
  { slopes, pieces: offered, output }: Pick<CurveMacro, 'slopes' | 'pieces' | 'output'>,
  flat: string,
  g: Lowering,
): string {
  // Halves go to the even piece, as the step's rounding sends them.
  const nearest = g.node('Round', [g.node('Mul', [flat, scalar(g, 'f32', 1 / WIDTH)])])
  const rest = g.node('Sub', [flat, g.node('Mul', [nearest, scalar(g, 'f32', WIDTH)])])
  const index = castTo(g, g.node('Add', [nearest, scalar(g, 'f32', HALF)]), 'i32')
  const pieces = g.bytes(offered)
  const view = new DataView(pieces.buffer, pieces.byteOffset, pieces.byteLength)
  const offsets = Int32Array.from({ length: PIECES }, (_, i) => view.getInt32(8 * i, true))
  const look = (entries: ArrayLike<number>): string =>
    g.node('GatherElements', [g.tensor('i32', [PIECES], entries), index], { axis: 0 })
  const slope = look(elementsOf('i32', g.bytes(slopes)))
  const sums = g.node('Add', [g.node('Mul', [slope, castTo(g, rest, 'i32')]), look(offsets)])
  return finishFloat(g, castTo(g, sums, 'f32'), view.getFloat32(4, true), output)
}
