import type { TensorData } from '@plumbline/ir'

/**
 * Weight rows as a dispute reads them (docs/specification.md, section 5): per output channel the weights (u8, zero
 * point 128) in descending order, zeros up to a multiple of 4, bias i32, M float32, zeros up to whole leaves.
 */
export interface Rows {
  /** Signed weights, `count` rows of `length`, in logical order. */
  readonly weights: Int8Array
  readonly bias: Int32Array
  readonly multipliers: Float32Array
}

const LEAF = 128
export const WEIGHT_ZERO = 128

/** Byte of a row at which its record (bias, M) starts. */
export const recordOffset = (length: number): number => Math.ceil(length / 4) * 4
export const rowBytes = (length: number): number => Math.ceil((recordOffset(length) + 8) / LEAF) * LEAF

/** `order[position]` is the logical weight that the reduction meets at `position`. */
export function packRows(rows: Rows, order: Int32Array): Uint8Array {
  const length = order.length
  const count = rows.bias.length
  const stride = rowBytes(length)
  const bytes = new Uint8Array(count * stride)
  const view = new DataView(bytes.buffer)
  for (let row = 0; row < count; row++) {
    const at = row * stride
    for (let position = 0; position < length; position++)
      bytes[at + length - 1 - position] = rows.weights[row * length + order[position]!]! + WEIGHT_ZERO
    view.setInt32(at + recordOffset(length), rows.bias[row]!, true)
    view.setFloat32(at + recordOffset(length) + 4, rows.multipliers[row]!, true)
  }
  return bytes
}

/** Weights as stored (u8, zero point 128) in logical order, and the records. */
export interface StoredRows {
  readonly weights: Uint8Array
  readonly bias: Int32Array
  readonly multipliers: Float32Array
}

export function unpackRows(bytes: Uint8Array, count: number, order: Int32Array): StoredRows {
  const length = order.length
  const stride = rowBytes(length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const weights = new Uint8Array(count * length)
  const bias = new Int32Array(count)
  const multipliers = new Float32Array(count)
  for (let row = 0; row < count; row++) {
    const at = row * stride
    for (let position = 0; position < length; position++)
      weights[row * length + order[position]!] = bytes[at + length - 1 - position]!
    bias[row] = view.getInt32(at + recordOffset(length), true)
    multipliers[row] = view.getFloat32(at + recordOffset(length) + 4, true)
  }
  return { weights, bias, multipliers }
}

/** Records alone, for steps whose M differs from element to element. */
export function packRecords(bias: ArrayLike<number>, multipliers: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(bias.length * 8)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < bias.length; i++) {
    view.setInt32(8 * i, bias[i]!, true)
    view.setFloat32(8 * i + 4, multipliers[i]!, true)
  }
  return bytes
}

/** The largest |accumulator| of any row over every possible input, and the row. */
export function worstAccumulator(
  rows: StoredRows,
  zero: number,
  range: { min: number; max: number },
): { row: number; magnitude: number } {
  const count = rows.bias.length
  const length = rows.weights.length / count
  let worst = { row: 0, magnitude: 0 }
  for (let row = 0; row < count; row++) {
    let high = 0
    let low = 0
    for (let k = row * length; k < (row + 1) * length; k++) {
      const w = rows.weights[k]! - WEIGHT_ZERO
      high += Math.max(w * (range.max - zero), w * (range.min - zero))
      low += Math.min(w * (range.max - zero), w * (range.min - zero))
    }
    // Padding takes terms away: 0 lies between the two bounds of each term only if zero is in range, as it is.
    const magnitude = Math.max(Math.abs(high + rows.bias[row]!), Math.abs(low + rows.bias[row]!))
    if (magnitude > worst.magnitude) worst = { row, magnitude }
  }
  return worst
}

/** Rows laid out as another data type, for lowerings. */
export const signedWeights = (stored: Uint8Array): TensorData => {
  const signed = new Uint8Array(stored.length)
  for (let i = 0; i < stored.length; i++) signed[i] = stored[i]! ^ 0x80
  return signed
}
