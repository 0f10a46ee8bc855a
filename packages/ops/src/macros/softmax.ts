import { elementsOf, type Step } from '@plumbline/ir'
import { ModelError } from '../errors.ts'
import { castTo, finishFloat, type Lowering, reshapeTo, scalar, vector } from '../lowering.ts'
import type { ConstantRef, Expansion, LoweredValue, MacroBase, MacroKind } from '../macro.ts'
import { constantTensor, coordinate, makeStep, operand, term } from '../nest.ts'
import { INDEX_LOOP } from '../simplify.ts'
import { provable } from '../split.ts'
import { dense, isRowMajor, reshaped, shapeOf, type Value } from '../value.ts'
import { copied } from './copy.ts'
import { TABLE_SIZE } from './table.ts'

/**
 * Softmax of u8 scores over the last axis, to u8 with scale 1/255: the distance to the largest score looks up its
 * exponential, of which each is divided by their sum.
 */
export interface SoftmaxMacro extends MacroBase {
  readonly kind: 'softmax'
  /** i16: exp(-d * scale) for every distance d, the largest 2^14 - 1. */
  readonly exponentials: ConstantRef
}

/** Numerators stay below 2^31: 255 * 2^8 * (2^14 - 1). */
export const EXPONENTIAL_ONE = 2 ** 14 - 1
const LEVELS = 255
/** Eight more bits of quotient, rounded away once. */
const FRACTION = 2 ** 8

export const softmaxTable = (scale: number): Int16Array =>
  // Math.exp is the same code in every build of V8, and its error is far below half an entry.
  Int16Array.from({ length: TABLE_SIZE }, (_, d) => Math.round(EXPONENTIAL_ONE * Math.exp(-d * scale)))

export const softmax: MacroKind<SoftmaxMacro> = {
  kind: 'softmax',
  expand: expandSoftmax,
  lower: lowerSoftmax,
  constants: (macro) => [macro.exponentials],
}

function expandSoftmax(macro: SoftmaxMacro, inputs: readonly Value[], at: number): Expansion {
  const input = inputs[0]!
  if (input.dtype !== 'u8')
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
  const step = (index: number, dtype: Value['dtype'], length: number): Value =>
    dense({ class: 'step', index }, dtype, [rows, length])
  const whole = (value: Value, weight: number) =>
    operand(value, [coordinate(rows, size, 0, [term(0)]), coordinate(size, 1, 0, [term(1)])], { weight })
  const byRow = (value: Value, weight: number) =>
    operand(value, [coordinate(rows, 1, 0, [term(0)])], { weight })

  const scores = reshaped(copy.value, [rows, size])!
  const largest = step(
    add(makeStep('MAX', [rows], [size], { dtype: 'u8' }, { a: whole(scores, 1) })),
    'u8',
    1,
  )
  const distance = add(
    makeStep('SUM', [rows, size], [], { dtype: 'u8' }, { a: byRow(largest, 1), b: whole(scores, -1) }),
  )
  const entries = dense(constantTensor(macro.exponentials), 'i16', [TABLE_SIZE])
  const exponential = add(
    makeStep(
      'SUM',
      [rows, size],
      [],
      { dtype: 'i16' },
      {
        a: operand(entries, [coordinate(TABLE_SIZE, 1, 0, [term(INDEX_LOOP)])], { weight: 1 }),
        g: whole(step(distance, 'u8', size), 1),
      },
    ),
  )
  const e = step(exponential, 'i16', size)
  const total = add(makeStep('SUM', [rows], [size], { dtype: 'i32' }, { a: whole(e, 1) }))
  const share = add(
    makeStep(
      'DIV',
      [rows, size],
      [],
      { dtype: 'u8', multiplier: 1 / FRACTION },
      {
        a: whole(e, LEVELS * FRACTION),
        b: byRow(step(total, 'i32', 1), 1),
      },
    ),
  )
  return { steps, value: dense({ class: 'step', index: share }, 'u8', shape) }
}

function lowerSoftmax(macro: SoftmaxMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const { name, value } = inputs[0]!
  const shape = shapeOf(value)
  const last = (): string => vector(g, 'i64', [shape.length - 1])
  const scores = castTo(g, name, 'i32')
  const distance = g.node('Sub', [g.node('ReduceMax', [scores, last()], { keepdims: 1 }), scores])
  const entries = g.tensor('i32', [TABLE_SIZE], elementsOf('i16', g.bytes(macro.exponentials)))
  const looked = g.node('GatherElements', [entries, reshapeTo(g, distance, [-1])], { axis: 0 })
  const e = reshapeTo(g, looked, shape)
  const total = g.node('ReduceSum', [e, last()], { keepdims: 1 })
  const quotient = g.node('Div', [g.node('Mul', [e, scalar(g, 'i32', LEVELS * FRACTION)]), total])
  return finishFloat(g, castTo(g, quotient, 'f32'), 1 / FRACTION, { dtype: 'u8', zero: 0, low: 0, high: 255 })
}
