import { elementsOf, type Operand, type Step } from '@plumbline/ir'
import { ModelError } from '../errors.ts'
import { castTo, finishFloat, type Lowering, reshapeTo, scalar, vector } from '../lowering.ts'
import type { ConstantRef, Expansion, LoweredValue, MacroBase, MacroKind, Output } from '../macro.ts'
import { constantTensor, coordinate, makeStep, operand, type Reading, term } from '../nest.ts'
import { INDEX_LOOP } from '../simplify.ts'
import { provable } from '../split.ts'
import { dense, isRowMajor, reshaped, shapeOf, type Value } from '../value.ts'
import { finishDouble, widened } from '../wide.ts'
import { copied } from './copy.ts'
import { curveSteps, lowerPieces } from './curve.ts'
import { TABLE_SIZE } from './table.ts'

/**
 * Softmax of u8 scores over the last axis, to u8 with scale 1/255 (or both in i16): the distance to the largest score looks up its
 * exponential, of which each is divided by their sum.
 */
export interface SoftmaxMacro extends MacroBase {
  readonly kind: 'softmax'
  /** i16: exp(-d * scale) for every distance d, the largest 2^14 - 1. */
  readonly exponentials: ConstantRef
  /** Of i16 scores: records of a curve whose slopes are `exponentials`; the shares then are i16 with scale 1/32767. */
  readonly pieces?: ConstantRef
  /** Row q of the next to last axis only looks at the first q + causal + 1 scores: a mask that is structure. */
  readonly causal?: number
}

/** Numerators of u8 stay below 2^31: 255 * 2^8 * (2^14 - 1). */
export const EXPONENTIAL_ONE = 2 ** 14 - 1
const levelsOf = (dtype: 'u8' | 'i16'): number => (dtype === 'u8' ? 255 : 32767)
/** Eight more bits of quotient, rounded away once. */
const FRACTION = 2 ** 8

export const softmaxTable = (scale: number): Int16Array =>
  // Math.exp is the same code in every build of V8, and its error is far below half an entry.
  Int16Array.from({ length: TABLE_SIZE }, (_, d) => Math.round(EXPONENTIAL_ONE * Math.exp(-d * scale)))

/** What a curve over the distance of i16 scores gives. */
export const exponentialOutput: Output = { dtype: 'i16', zero: 0, low: 0, high: EXPONENTIAL_ONE }

export const softmax: MacroKind<SoftmaxMacro> = {
  kind: 'softmax',
  expand: expandSoftmax,
  lower: lowerSoftmax,
  constants: (macro) => (macro.pieces ? [macro.exponentials, macro.pieces] : [macro.exponentials]),
}

function expandSoftmax(macro: SoftmaxMacro, inputs: readonly Value[], at: number): Expansion {
  const input = inputs[0]!
  const { pieces } = macro
  const dtype = pieces ? 'i16' : 'u8'
  if (input.dtype !== dtype)
    throw new ModelError('MACRO_DTYPE', `${macro.node}: softmax of a ${input.dtype} value`, {
      node: macro.node,
    })
  const steps: Step[] = []
  const add = (step: Step): number => {
    steps.push(...provable(step, at + steps.length))
    return at + steps.length - 1
  }
  const shape = shapeOf(input)
  const size = shape.at(-1)!
  const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1)
  // Row-major, so that a row is one run of the proof.
  const copy = isRowMajor(input) ? { steps: [], value: input } : copied(input, at)
  steps.push(...copy.steps)
  const queries = macro.causal === undefined ? 1 : shape.at(-2)!
  const blocks = rows / queries
  const outputs = [blocks, queries, size]
  // A coordinate without a stride only guards.
  const seen = (column: number) =>
    macro.causal === undefined
      ? []
      : [coordinate(queries + macro.causal, 0, macro.causal, [term(1), term(column, -1)])]
  const step = (index: number, dtype: Value['dtype'], length: number): Value =>
    dense({ class: 'step', index }, dtype, [rows, length])
  const row = (stride: number) => [
    coordinate(blocks, queries * stride, 0, [term(0)]),
    coordinate(queries, stride, 0, [term(1)]),
  ]
  const whole = (value: Value, weight: number) =>
    operand(value, [...row(size), coordinate(size, 1, 0, [term(2)])], { weight })
  const visible = (value: Value, weight: number) => {
    const read = whole(value, weight)
    return { ...read, coordinates: [...read.coordinates, ...seen(2)] }
  }
  const byRow = (value: Value, weight: number) => operand(value, row(1), { weight })

  const scores = reshaped(copy.value, [rows, size])!
  const largest = step(
    add(makeStep('MAX', [blocks, queries], [size], { dtype }, { a: visible(scores, 1) })),
    dtype,
    1,
  )
  const distance = add(
    makeStep('SUM', outputs, [], { dtype }, { a: byRow(largest, 1), b: whole(scores, -1) }),
  )
  const entries = dense(constantTensor(macro.exponentials), 'i16', [TABLE_SIZE])
  const looked = (): number =>
    add(
      makeStep(
        'SUM',
        outputs,
        [],
        { dtype: 'i16' },
        {
          a: operand(entries, [coordinate(TABLE_SIZE, 1, 0, [term(INDEX_LOOP)]), ...seen(2)], { weight: 1 }),
          g: whole(step(distance, 'u8', size), 1),
        },
      ),
    )
  const curved = (from: ConstantRef): number => {
    const read = ({ weight }: Reading): Operand => whole(step(distance, 'i16', size), weight!)
    const loops = { sizes: outputs, read, slopes: macro.exponentials, pieces: from, guards: seen(2) }
    steps.push(...curveSteps({ ...loops, output: exponentialOutput }, at + steps.length))
    return at + steps.length - 1
  }
  const exponential = pieces ? curved(pieces) : looked()
  const e = step(exponential, 'i16', size)
  const total = add(makeStep('SUM', [blocks, queries], [size], { dtype: 'i32' }, { a: whole(e, 1) }))
  const share = add(
    makeStep(
      'DIV',
      outputs,
      [],
      { dtype, multiplier: 1 / FRACTION, low: 0 },
      {
        a: whole(e, levelsOf(dtype) * FRACTION),
        b: byRow(step(total, 'i32', 1), 1),
      },
    ),
  )
  return { steps, value: dense({ class: 'step', index: share }, dtype, shape) }
}

function lowerSoftmax(macro: SoftmaxMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const { name, value } = inputs[0]!
  const shape = shapeOf(value)
  const last = (): string => vector(g, 'i64', [shape.length - 1])
  const scores = castTo(g, name, 'i32')
  const { causal } = macro
  const masked = causal === undefined ? null : causalMask(shape.at(-2)!, shape.at(-1)!, causal)
  const visible = (from: string, otherwise: number): string =>
    masked === null
      ? from
      : g.node('Where', [
          g.tensor('bool', [shape.at(-2)!, shape.at(-1)!], masked),
          from,
          scalar(g, 'i32', otherwise),
        ])
  const lowest = macro.pieces ? -32768 : -1
  const largest = g.node('ReduceMax', [visible(scores, lowest), last()], { keepdims: 1 })
  if (macro.pieces) return lowerWide(macro, macro.pieces, g.node('Sub', [largest, scores]), shape, masked, g)
  // What is masked looks up a zero behind the table.
  const distance = visible(g.node('Sub', [largest, scores]), TABLE_SIZE)
  const table = [...elementsOf('i16', g.bytes(macro.exponentials)), 0]
  const entries = g.tensor('i32', [TABLE_SIZE + 1], table)
  const looked = g.node('GatherElements', [entries, reshapeTo(g, distance, [-1])], { axis: 0 })
  const e = reshapeTo(g, looked, shape)
  const total = g.node('ReduceSum', [e, last()], { keepdims: 1 })
  const quotient = g.node('Div', [g.node('Mul', [e, scalar(g, 'i32', levelsOf('u8') * FRACTION)]), total])
  return finishFloat(g, castTo(g, quotient, 'f32'), 1 / FRACTION, { dtype: 'u8', zero: 0, low: 0, high: 255 })
}

function lowerWide(
  macro: SoftmaxMacro,
  pieces: ConstantRef,
  distance: string,
  shape: readonly number[],
  mask: Uint8Array | null,
  g: Lowering,
): string {
  const from = { slopes: macro.exponentials, pieces, output: exponentialOutput }
  const near = g.node('Min', [reshapeTo(g, distance, [-1]), scalar(g, 'i32', 32767)])
  const curve = widened(g, reshapeTo(g, lowerPieces(from, castTo(g, near, 'f32'), g), shape), 0)
  const e = mask ? g.node('Mul', [curve, g.tensor('f64', shape.slice(-2), mask)]) : curve
  const total = g.node('ReduceSum', [e, vector(g, 'i64', [shape.length - 1])], { keepdims: 1 })
  const divisor = g.node('Max', [total, scalar(g, 'f64', 1)])
  const numerator = g.node('Mul', [e, scalar(g, 'f64', levelsOf('i16') * FRACTION)])
  const quotient = castTo(g, castTo(g, g.node('Div', [numerator, divisor]), 'i64'), 'f64')
  return finishDouble(g, quotient, 1 / FRACTION, { dtype: 'i16', zero: 0, low: 0, high: 32767 })
}

function causalMask(queries: number, size: number, causal: number): Uint8Array {
  const mask = new Uint8Array(queries * size)
  for (let q = 0; q < queries; q++) mask.fill(1, q * size, q * size + Math.min(size, q + causal + 1))
  return mask
}
