import { elementsOf } from '@plumbline/ir'
import { castTo, type Lowering, scalar, vector } from '../lowering.ts'
import type { ConstantRef, Expansion, LoweredValue, MacroBase, MacroKind, Output } from '../macro.ts'
import { constantTensor, coordinate, makeStep, operand, records, term } from '../nest.ts'
import { provable } from '../split.ts'
import { dense, isRowMajor, reshaped, shapeOf, type Value } from '../value.ts'
import { finishDouble, wholeType, widened } from '../wide.ts'
import type { Step } from '@plumbline/ir'
import { copied } from './copy.ts'

/**
 * The last axis over the root of its mean square (RMSNorm) or, `centred`, less its mean first (LayerNorm), then times
 * a gain and plus an offset by channel. All sums are exact; the root is that of an integer with `FRACTION` more bits.
 */
export interface NormMacro extends MacroBase {
  readonly kind: 'norm'
  readonly centred: boolean
  readonly inputZero: number
  /** Added to the sum of squares. */
  readonly epsilon: number
  /** The sum of squares times 2^-shift fits 31 bits. */
  readonly shift: number
  /** Quotients carry so many fraction bits. */
  readonly fraction: number
  /** Records (rows.ts) by channel: offset, gain. */
  readonly gains: ConstantRef
  /** i16 by channel, -1, 0 or 1, where not all gains are positive. */
  readonly signs?: ConstantRef
  readonly output: Output
}

/** Fraction bits of the mean. */
export const MEAN_BITS = 4
/** What the root is taken of stays below 2^52. */
export const ROOT_BITS = 20

export const norm: MacroKind<NormMacro> = {
  kind: 'norm',
  expand: expandNorm,
  lower: lowerNorm,
  constants: (macro) => (macro.signs ? [macro.gains, macro.signs] : [macro.gains]),
}

/** u8 has room in i16 for the fraction bits of its mean. */
export const keepsMeanBits = (dtype: Value['dtype']): boolean => dtype === 'u8'

const wide = { i16: wholeType('i16'), i32: wholeType('i32') }

function expandNorm(macro: NormMacro, inputs: readonly Value[], at: number): Expansion {
  const input = inputs[0]!
  const shape = shapeOf(input)
  const size = shape.at(-1)!
  const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1)
  const steps: Step[] = []
  const add = (step: Step): number => {
    steps.push(...provable(step, at + steps.length))
    return at + steps.length - 1
  }
  const copy = isRowMajor(input) ? { steps: [], value: input } : copied(input, at)
  steps.push(...copy.steps)
  const whole = (value: Value, reading: { weight?: number; zero?: number }) =>
    operand(value, [coordinate(rows, size, 0, [term(0)]), coordinate(size, 1, 0, [term(1)])], reading)
  const byRow = (index: number, reading: { weight?: number }) =>
    operand(dense({ class: 'step', index }, 'i32', [rows]), [coordinate(rows, 1, 0, [term(0)])], reading)

  let x = reshaped(copy.value, [rows, size])!
  let zero = macro.inputZero
  if (macro.centred) {
    const meanFinish = { dtype: 'i32', multiplier: Math.fround(2 ** MEAN_BITS / size) } as const
    const mean = add(makeStep('SUM', [rows], [size], meanFinish, { a: whole(x, { weight: 1, zero }) }))
    const centre = makeStep('SUM', [rows, size], [], centredFinish(input), {
      a: whole(x, { weight: 2 ** MEAN_BITS, zero }),
      b: byRow(mean, { weight: -1 }),
    })
    x = dense({ class: 'step', index: add(centre) }, 'i16', [rows, size])
    zero = 0
  }
  const squares = add(
    makeStep(
      'DOT',
      [rows],
      [size],
      { ...squaresOutput, bias: macro.epsilon, multiplier: 2 ** -macro.shift },
      {
        a: whole(x, { zero }),
        b: whole(x, { zero }),
      },
    ),
  )
  const root = add(
    makeStep('SQRT', [rows], [], { dtype: 'i32' }, { a: byRow(squares, { weight: 2 ** ROOT_BITS }) }),
  )
  const p = records(macro.gains, 0, [coordinate(size, 8, 0, [term(1)])])
  const quotient = { a: whole(x, { weight: 2 ** macro.fraction, zero }), b: byRow(root, { weight: 1 }) }
  let last: number
  if (macro.signs) {
    const q = add(makeStep('DIV', [rows, size], [], { dtype: 'i32' }, quotient))
    const signs = dense(constantTensor(macro.signs), 'i16', [size])
    last = add(
      makeStep('DOT', [rows, size], [], macro.output, {
        a: whole(dense({ class: 'step', index: q }, 'i32', [rows, size]), {}),
        b: operand(signs, [coordinate(size, 1, 0, [term(1)])]),
        p,
      }),
    )
  } else last = add(makeStep('DIV', [rows, size], [], macro.output, { ...quotient, p }))
  return { steps, value: dense({ class: 'step', index: last }, macro.output.dtype, shape) }
}

const squaresOutput: Output = { ...wide.i32, low: 0 }

const centredFinish = ({ dtype }: Value): Output & { multiplier: number } => ({
  ...wide.i16,
  multiplier: keepsMeanBits(dtype) ? 0 : 2 ** -MEAN_BITS,
})

function lowerNorm(macro: NormMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const { name, value } = inputs[0]!
  const shape = shapeOf(value)
  const size = shape.at(-1)!
  const total = (x: string): string =>
    g.node('ReduceSum', [x, vector(g, 'i64', [shape.length - 1])], { keepdims: 1 })
  let x = widened(g, name, macro.inputZero)
  if (macro.centred) {
    const mean = finishDouble(g, total(x), Math.fround(2 ** MEAN_BITS / size), wide.i32)
    const scaled = g.node('Mul', [x, scalar(g, 'f64', 2 ** MEAN_BITS)])
    const { multiplier, ...output } = centredFinish(value)
    const centred = finishDouble(g, g.node('Sub', [scaled, castTo(g, mean, 'f64')]), multiplier, output)
    x = castTo(g, centred, 'f64')
  }
  const sums = g.node('Add', [total(g.node('Mul', [x, x])), scalar(g, 'f64', macro.epsilon)])
  const squares = finishDouble(g, sums, 2 ** -macro.shift, squaresOutput)
  const root = g.node('Floor', [
    g.node('Sqrt', [g.node('Mul', [castTo(g, squares, 'f64'), scalar(g, 'f64', 2 ** ROOT_BITS)])]),
  ])
  const divisor = g.node('Max', [root, scalar(g, 'f64', 1)])
  const numerator = g.node('Mul', [x, scalar(g, 'f64', 2 ** macro.fraction)])
  // Casting to an integer truncates. Below 2^53 a quotient in float64 never rounds up to the next integer.
  const quotient = castTo(g, castTo(g, g.node('Div', [numerator, divisor]), 'i64'), 'f64')
  const bytes = g.bytes(macro.gains)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const channels = Array.from({ length: size }, (_, i) => i)
  const offsets = channels.map((i) => view.getInt32(8 * i, true))
  const gains = channels.map((i) => view.getFloat32(8 * i + 4, true))
  const biased = (q: string): string =>
    offsets.some((x) => x !== 0) ? g.node('Add', [q, vector(g, 'f64', offsets)]) : q
  if (!macro.signs) return finishDouble(g, biased(quotient), vector(g, 'f32', gains), macro.output)
  const signs = vector(g, 'f64', elementsOf('i16', g.bytes(macro.signs)))
  const signed = g.node('Mul', [widened(g, finishDouble(g, quotient, 0, wide.i32), 0), signs])
  return finishDouble(g, biased(signed), vector(g, 'f32', gains), macro.output)
}
