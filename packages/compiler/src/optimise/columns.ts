import type { TensorData } from '@plumbline/ir'
import type { ConvMacro, LinearMacro, MacroBase } from '@plumbline/ops'

/** Integer inputs that one group of rows meets at some positions: `count` columns of `length`. */
export interface Columns {
  readonly length: number
  readonly count: number
  readonly values: Float32Array
}

export const isConv = (macro: MacroBase): macro is ConvMacro => macro.kind === 'conv'
export const isLinear = (macro: MacroBase): macro is LinearMacro => macro.kind === 'linear'

/**
 * What the rows of group `group` multiply at up to `most` positions, spread over the whole result: stored values minus
 * the zero point, in the logical order of weights. `data` holds the input in logical order, of shape `shape`.
 */
export function columnsOf(
  macro: ConvMacro | LinearMacro,
  data: TensorData,
  shape: readonly number[],
  group: number,
  most: number,
): Columns {
  return isConv(macro)
    ? convColumns(macro, data, shape, group, most)
    : linearColumns(macro, data, shape.at(-1)!, most)
}

function linearColumns(macro: LinearMacro, data: TensorData, length: number, most: number): Columns {
  const total = data.length / length
  const count = Math.min(total, most)
  const values = new Float32Array(count * length)
  for (let i = 0; i < count; i++) {
    const from = Math.floor((i * total) / count) * length
    for (let k = 0; k < length; k++) values[i * length + k] = data[from + k]! - macro.inputZero
  }
  return { length, count, values }
}

function convColumns(
  macro: ConvMacro,
  data: TensorData,
  shape: readonly number[],
  group: number,
  most: number,
): Columns {
  const [batch, channels, height, width] = shape as [number, number, number, number]
  const { kernel, strides, dilations, pads, out } = macro.window
  const perGroup = channels / macro.groups
  const length = perGroup * kernel[0] * kernel[1]
  const total = batch * out[0] * out[1]
  const count = Math.min(total, most)
  const values = new Float32Array(count * length)
  for (let i = 0; i < count; i++) {
    const position = Math.floor((i * total) / count)
    const n = Math.floor(position / (out[0] * out[1]))
    const oh = Math.floor(position / out[1]) % out[0]
    const ow = position % out[1]
    let at = i * length
    for (let c = group * perGroup; c < (group + 1) * perGroup; c++)
      for (let kh = 0; kh < kernel[0]; kh++)
        for (let kw = 0; kw < kernel[1]; kw++, at++) {
          const y = oh * strides[0] + kh * dilations[0] - pads[0]
          const x = ow * strides[1] + kw * dilations[1] - pads[1]
          if (y < 0 || y >= height || x < 0 || x >= width) continue
          values[at] = data[((n * channels + c) * height + y) * width + x]! - macro.inputZero
        }
  }
  return { length, count, values }
}
