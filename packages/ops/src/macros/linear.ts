import { dtypeMax, dtypeMin, type Step } from '@plumbline/ir'
import { ModelError } from '../errors.ts'
import { castTo, clipTo, finishFloat, type Lowering, reshapeTo, scalar, vector } from '../lowering.ts'
import {
  ACCUMULATOR_LIMIT,
  type ConstantRef,
  type LoweredValue,
  type MacroBase,
  type MacroKind,
  type Output,
} from '../macro.ts'
import { constantTensor, coordinate, makeStep, operand, records, term, walk } from '../nest.ts'
import {
  recordOffset,
  rowBytes,
  signedWeights,
  type StoredRows,
  unpackRows,
  WEIGHT_ZERO,
  worstAccumulator,
} from '../rows.ts'
import { provable } from '../split.ts'
import { axisSize, dense, type Digit, joined, shapeOf, type Value } from '../value.ts'
import { mixedOrder } from '../window.ts'
import { finishDouble, widened } from '../wide.ts'
import { bytesOf16, HIGH_ZERO, joinedSums } from './bytes.ts'
import { finishAccumulators } from './conv-lowering.ts'

/** The last axis of the input times constant weights: rows (rows.ts), one an output feature. */
export interface LinearMacro extends MacroBase {
  readonly kind: 'linear'
  readonly features: number
  readonly inputZero: number
  readonly output: Output
  readonly rows: ConstantRef
}

export const linear: MacroKind<LinearMacro> = {
  kind: 'linear',
  expand: (macro, inputs, at) => {
    const input = inputs[0]!
    const steps = provable(linearStep(macro, input), at)
    const shape = [...shapeOf(input).slice(0, -1), macro.features]
    return { steps, value: dense({ class: 'step', index: at + steps.length - 1 }, macro.output.dtype, shape) }
  },
  lower: (macro, inputs, g) => lowerLinear(macro, inputs[0]!, g),
  bound: (macro, inputs, constants) => {
    const input = inputs[0]!
    const rows = unpackRows(constants.get(macro.rows.root)!, macro.features, linearOrder(input))
    const range = { min: dtypeMin(input.dtype), max: dtypeMax(input.dtype) }
    const { row, magnitude } = worstAccumulator(rows, macro.inputZero, range)
    return { magnitude, limit: ACCUMULATOR_LIMIT, where: `output feature ${row}` }
  },
  constants: (macro) => [macro.rows],
}

/** Digits of the reduced axis in storage order, each with what it counts in the logical one. */
function reducedDigits(input: Value): readonly (Digit & { weight: number })[] {
  const axis = input.axes.at(-1)!
  return axis
    .map((digit, i) => ({ ...digit, weight: axisSize(axis.slice(i + 1)) }))
    .sort((x, y) => y.stride - x.stride)
}

/** For every position of a row's reduction the logical weight there. */
export const linearOrder = (input: Value): Int32Array => mixedOrder(reducedDigits(input))

function linearStep(macro: LinearMacro, input: Value): Step {
  const leading = input.axes.slice(0, -1).flat()
  const reduced = joined(reducedDigits(input))
  const feature = leading.length
  const length = axisSize(reduced)
  const row = coordinate(macro.features, rowBytes(length), 0, [term(feature)])
  const descending = reduced.map((_, i) => term(feature + 1 + i, -axisSize(reduced.slice(i + 1))))
  const weights: Value = {
    ref: constantTensor(macro.rows),
    dtype: 'u8',
    byteLength: macro.rows.byteLength,
    base: 0,
    axes: [],
  }
  return makeStep(
    'DOT',
    [...leading.map((digit) => digit.size), macro.features],
    reduced.map((digit) => digit.size),
    macro.output,
    {
      a: operand(input, [...walk(leading, 0), ...walk(reduced, feature + 1)], { zero: macro.inputZero }),
      b: operand(weights, [row, coordinate(length, 1, length - 1, descending)], { zero: WEIGHT_ZERO }),
      p: records(macro.rows, recordOffset(length), [row]),
    },
  )
}

function lowerLinear(macro: LinearMacro, input: LoweredValue, g: Lowering): string {
  const shape = shapeOf(input.value)
  const length = shape.at(-1)!
  const count = shape.slice(0, -1).reduce((x, y) => x * y, 1)
  const rows = unpackRows(g.bytes(macro.rows), macro.features, linearOrder(input.value))
  const flat = shape.length === 2 ? input.name : reshapeTo(g, input.name, [count, length])
  const signed = g.weights === 'i8'
  const weights = signed ? signedWeights(rows.weights) : rows.weights
  const zero = signed ? scalar(g, 'i8', 0) : scalar(g, 'u8', WEIGHT_ZERO)
  const type = signed ? 'i8' : 'u8'
  if (input.value.dtype === 'i32')
    throw new ModelError('LOWERING', `linear over ${input.value.dtype} has no lowering`, { node: macro.node })
  const inputZero = scalar(g, 'u8', macro.inputZero)
  const result =
    input.value.dtype === 'i16'
      ? lowerWide(macro, flat, rows, length, g)
      : macro.output.dtype === 'u8'
        ? clipTo(
            g,
            g.node(
              'QGemm',
              [
                flat,
                scalar(g, 'f32', 1),
                inputZero,
                g.tensor(type, [macro.features, length], weights),
                vector(g, 'f32', rows.multipliers),
                signed
                  ? vector(g, 'i8', new Int8Array(macro.features))
                  : vector(g, 'u8', new Uint8Array(macro.features).fill(WEIGHT_ZERO)),
                vector(g, 'i32', rows.bias),
                scalar(g, 'f32', 1),
                scalar(g, 'u8', macro.output.zero),
              ],
              { transB: 1 },
              'com.microsoft',
            ),
            macro.output,
          )
        : finishAccumulators(
            g,
            g.node('MatMulInteger', [
              flat,
              g.tensor(type, [length, macro.features], columns(weights, macro.features, length)),
              inputZero,
              zero,
            ]),
            rows,
            macro.output,
            [1, macro.features],
          )
  return shape.length === 2 ? result : reshapeTo(g, result, [...shape.slice(0, -1), macro.features])
}

/**
 * Values of 16 bits: two products of bytes, or one in float64 where the weights are so few that casting them is less
 * than taking the input apart. With H and L the bytes, zero points and bias go into one constant.
 */
function lowerWide(macro: LinearMacro, flat: string, rows: StoredRows, length: number, g: Lowering): string {
  const { features, output } = macro
  const multipliers = g.tensor('f32', [1, features], rows.multipliers)
  const transposed = columns(rows.weights, features, length)
  if (length * features < FEW_WEIGHTS) {
    const weights = Float64Array.from(transposed, (w) => w - WEIGHT_ZERO)
    const centred = widened(g, flat, macro.inputZero)
    const product = g.node('MatMul', [centred, g.tensor('f64', [length, features], weights)])
    const sums = g.node('Add', [product, g.tensor('f64', [1, features], rows.bias)])
    return finishDouble(g, sums, multipliers, output)
  }
  const signed = g.weights === 'i8'
  const operand = () => [
    g.tensor(signed ? 'i8' : 'u8', [length, features], signed ? signedWeights(transposed) : transposed),
    signed ? scalar(g, 'i8', 0) : scalar(g, 'u8', WEIGHT_ZERO),
  ]
  const product = (bytes: string, zero: number): string => {
    const [weights, weightZero] = operand()
    return g.node('MatMulInteger', [bytes, weights!, scalar(g, 'u8', zero), weightZero!])
  }
  const { high, low } = bytesOf16(g, flat)
  const bias = g.tensor('i32', [1, features], wideBias(rows, macro.inputZero))
  const sums = joinedSums(g, product(high, HIGH_ZERO), product(low, 0), bias)
  return finishFloat(g, castTo(g, sums, 'f32'), multipliers, output)
}

const FEW_WEIGHTS = 2 ** 15

/** The bias of every row less what the input's zero point adds to it, modulo 2^32. */
export function wideBias({ weights, bias }: StoredRows, zero: number): Int32Array {
  const length = weights.length / bias.length
  return bias.map((b, row) => {
    let sum = 0
    for (let k = row * length; k < (row + 1) * length; k++) sum += weights[k]! - WEIGHT_ZERO
    return (b - zero * sum) | 0
  })
}

function columns(weights: ArrayLike<number>, features: number, length: number): Uint8Array {
  const result = new Uint8Array(weights.length)
  for (let f = 0; f < features; f++)
    for (let k = 0; k < length; k++) result[k * features + f] = weights[f * length + k]!
  return result
}
