import { dtypeMax, dtypeMin, type Step } from '@plumbline/ir'
import { ModelError } from '../errors.ts'
import { clipTo, type Lowering, reshapeTo, scalar, vector } from '../lowering.ts'
import {
  ACCUMULATOR_LIMIT,
  type ConstantRef,
  type LoweredValue,
  type MacroBase,
  type MacroKind,
  type Output,
} from '../macro.ts'
import { constantTensor, coordinate, makeStep, operand, records, term, walk } from '../nest.ts'
import { recordOffset, rowBytes, signedWeights, unpackRows, WEIGHT_ZERO, worstAccumulator } from '../rows.ts'
import { provable } from '../split.ts'
import { axisSize, dense, type Digit, joined, shapeOf, type Value } from '../value.ts'
import { mixedOrder } from '../window.ts'
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
  const inputZero = scalar(g, 'u8', macro.inputZero)
  if (input.value.dtype !== 'u8')
    throw new ModelError('LOWERING', `linear over ${input.value.dtype} has no lowering`, { node: macro.node })
  const result =
    macro.output.dtype === 'u8'
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

function columns(weights: ArrayLike<number>, features: number, length: number): Uint8Array {
  const result = new Uint8Array(weights.length)
  for (let f = 0; f < features; f++)
    for (let k = 0; k < length; k++) result[k * features + f] = weights[f * length + k]!
  return result
}
