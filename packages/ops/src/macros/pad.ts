import { type Lowering, scalar, vector } from '../lowering.ts'
import type { ConstantRef, LoweredValue, MacroBase, MacroKind } from '../macro.ts'
import { constantTensor, coordinate, makeStep, operand, records, term } from '../nest.ts'
import { packRecords } from '../rows.ts'
import { dense, shapeOf, single, type Value } from '../value.ts'
import { canSlide } from '../window.ts'
import { copied } from './copy.ts'

/**
 * Rows and columns around an N, C, H, W value, of a value by channel: a convolution over raw pixels pads with the pixel
 * that means 0, which differs from channel to channel.
 */
export interface PadMacro extends MacroBase {
  readonly kind: 'pad'
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number]
  readonly values: readonly number[]
  /** Records (rows.ts) with the values as bias and no multiplier; a value is also its record's first byte. */
  readonly records: ConstantRef
}

export const padRecords = (values: readonly number[]): Uint8Array =>
  packRecords(
    values,
    values.map(() => 0),
  )

export const pad: MacroKind<PadMacro> = {
  kind: 'pad',
  expand: (macro, inputs, at) => {
    const copy = canSlide(inputs[0]!) ? { steps: [], value: inputs[0]! } : copied(inputs[0]!, at)
    const input = copy.value
    const [batch, channels, height, width] = shapeOf(input) as [number, number, number, number]
    const [top, left, bottom, right] = macro.pads
    const [rows, columns] = [top + height + bottom, left + width + right]
    const [n, h, w, c] = [0, 1, 2, 3]
    const stride = (axis: number): number => single(input.axes[axis]!)!.stride
    const inside = (strideH: number, strideW: number) => [
      coordinate(height, strideH, -top, [term(h)]),
      coordinate(width, strideW, -left, [term(w)]),
    ]
    // Everywhere the record's value; inside, the pixel comes and the value, guarded alike, goes again.
    const table: Value = {
      ref: constantTensor(macro.records),
      dtype: 'u8',
      byteLength: macro.records.byteLength,
      base: 0,
      axes: [],
    }
    const step = makeStep(
      'SUM',
      [batch, rows, columns, channels],
      [],
      { dtype: 'u8' },
      {
        a: operand(
          input,
          [
            coordinate(batch, stride(0), 0, [term(n)]),
            coordinate(channels, stride(1), 0, [term(c)]),
            ...inside(stride(2), stride(3)),
          ],
          { weight: 1 },
        ),
        b: operand(table, [coordinate(channels, 8, 0, [term(c)]), ...inside(0, 0)], { weight: -1 }),
        p: records(macro.records, 0, [coordinate(channels, 8, 0, [term(c)])]),
      },
    )
    const index = at + copy.steps.length
    const shape = [batch, channels, rows, columns]
    return { steps: [...copy.steps, step], value: dense({ class: 'step', index }, 'u8', shape, [0, 2, 3, 1]) }
  },
  lower: lowerPad,
  constants: (macro) => [macro.records],
}

function lowerPad(macro: PadMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const { name, value } = inputs[0]!
  const [, channels, height, width] = shapeOf(value) as [number, number, number, number]
  const [top, left, bottom, right] = macro.pads
  const uniform = macro.values.every((v) => v === macro.values[0])
  const pads = vector(g, 'i64', [0, 0, top, left, 0, 0, bottom, right])
  const padded = g.node('Pad', [name, pads, scalar(g, 'u8', uniform ? macro.values[0]! : 0)])
  if (uniform) return padded
  const [rows, columns] = [top + height + bottom, left + width + right]
  const border = new Uint8Array(channels * rows * columns)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        if (y < top || y >= top + height || x < left || x >= left + width)
          border[(c * rows + y) * columns + x] = macro.values[c]!
  // Padding wrote zeros where the border has its values, and the border has zeros inside.
  return g.node('BitwiseOr', [padded, g.tensor('u8', [1, channels, rows, columns], border)])
}
