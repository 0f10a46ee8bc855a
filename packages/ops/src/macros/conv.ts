import { dtypeMax, dtypeMin, type Step } from '@plumbline/ir'
import {
  ACCUMULATOR_LIMIT,
  type ConstantRef,
  type LoweredValue,
  type MacroBase,
  type MacroKind,
  type Output,
} from '../macro.ts'
import type { Lowering } from '../lowering.ts'
import { constantTensor, coordinate, makeStep, operand, records, term } from '../nest.ts'
import { recordOffset, rowBytes, unpackRows, WEIGHT_ZERO, worstAccumulator } from '../rows.ts'
import { provable } from '../split.ts'
import { dense, shapeOf, type Value } from '../value.ts'
import { convCoordinates, convOrder, convReductions, type Window } from '../window.ts'
import { lowerConv } from './conv-lowering.ts'

/** Convolution over the two spatial axes of an N, C, H, W value; weights are rows (rows.ts), one an output channel. */
export interface ConvMacro extends MacroBase {
  readonly kind: 'conv'
  readonly channels: number
  readonly groups: number
  readonly window: Window
  /** Zero point of the input: what padding reads as. */
  readonly inputZero: number
  readonly output: Output
  readonly rows: ConstantRef
}

export const conv: MacroKind<ConvMacro> = {
  kind: 'conv',
  expand: (macro, inputs, at) => {
    const input = inputs[0]!
    const steps = provable(convStep(macro, input), at)
    const shape = [shapeOf(input)[0]!, macro.channels, ...macro.window.out]
    return {
      steps,
      value: dense({ class: 'step', index: at + steps.length - 1 }, macro.output.dtype, shape, [0, 2, 3, 1]),
    }
  },
  lower: (macro, inputs, g) => lowerConv(macro, inputs[0]!, storedRows(macro, inputs[0]!, g), g),
  bound: (macro, inputs, constants) => {
    const input = inputs[0]!
    const rows = unpackRows(
      constants.get(macro.rows.root)!,
      macro.channels,
      convOrder(input, macro.window, macro.groups),
    )
    const { row, magnitude } = worstAccumulator(rows, macro.inputZero, {
      min: dtypeMin(input.dtype),
      max: dtypeMax(input.dtype),
    })
    return { magnitude, limit: ACCUMULATOR_LIMIT, where: `output channel ${row}` }
  },
  constants: (macro) => [macro.rows],
}

const storedRows = (macro: ConvMacro, input: LoweredValue, g: Lowering) =>
  unpackRows(g.bytes(macro.rows), macro.channels, convOrder(input.value, macro.window, macro.groups))

function convStep(macro: ConvMacro, input: Value): Step {
  const { window, groups, channels } = macro
  const [n, oh, ow, group, channel, firstReduction] = [0, 1, 2, 3, 4, 5]
  const reductions = convReductions(input, window, groups).map(({ size }) => size)
  const length = reductions.reduce((x, y) => x * y, 1)
  const row = coordinate(channels, rowBytes(length), 0, [term(group, channels / groups), term(channel)])
  const descending = reductions.map((_, i) =>
    term(firstReduction + i, -reductions.slice(i + 1).reduce((x, y) => x * y, 1)),
  )
  const weights: Value = {
    ref: constantTensor(macro.rows),
    dtype: 'u8',
    byteLength: macro.rows.byteLength,
    base: 0,
    axes: [],
  }
  return makeStep(
    'DOT',
    [shapeOf(input)[0]!, ...window.out, groups, channels / groups],
    reductions,
    macro.output,
    {
      a: operand(input, convCoordinates(input, window, groups, { n, oh, ow, group }, firstReduction), {
        zero: macro.inputZero,
      }),
      b: operand(weights, [row, coordinate(length, 1, length - 1, descending)], { zero: WEIGHT_ZERO }),
      p: records(macro.rows, recordOffset(length), [row]),
    },
  )
}
