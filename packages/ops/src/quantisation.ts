import { type DataType, dtypeMax, dtypeMin, float32Bits, multiplierOf } from '@plumbline/ir'
import { ModelError } from './errors.ts'
import type { Rows } from './rows.ts'

/** real = scale * (stored - zero) */
export interface Quantisation {
  readonly dtype: DataType
  readonly scale: number
  readonly zero: number
}

/**
 * Raw pixels that mean `scale[c] * raw[order[c]] + offset[c]` in channel c of the model: preprocessing that the first
 * operator folds into its weights.
 */
export interface Affine {
  readonly scale: readonly number[]
  readonly offset: readonly number[]
  readonly order: readonly number[]
}

/** The closed range of reals that a tensor's values are taken from; it always holds 0. */
export interface Range {
  readonly low: number
  readonly high: number
}

/**
 * The quantisation whose levels span `range`. Deterministic: plain double arithmetic.
 * @throws ModelError RANGE_INVALID
 */
export function quantisationOf(dtype: DataType, range: Range): Quantisation {
  if (!Number.isFinite(range.low) || !Number.isFinite(range.high) || range.low > 0 || range.high < 0)
    throw new ModelError(
      'RANGE_INVALID',
      `range ${range.low} ... ${range.high} is not a finite range around 0`,
      {
        range,
      },
    )
  const [min, max] = [dtypeMin(dtype), dtypeMax(dtype)]
  if (dtype !== 'u8') {
    const reach = Math.max(-range.low, range.high)
    return { dtype, scale: reach > 0 ? reach / max : 1, zero: 0 }
  }
  const scale = range.high > range.low ? (range.high - range.low) / (max - min) : 1
  return { dtype, scale, zero: Math.min(max, Math.max(min, Math.round(-range.low / scale) + 0)) }
}

/** The stored value nearest to a real, halves away from zero upwards; within the type. */
export const quantise = (q: Quantisation, real: number): number =>
  Math.min(dtypeMax(q.dtype), Math.max(dtypeMin(q.dtype), Math.round(real / q.scale) + q.zero))

/**
 * The float32 multiplier nearest to `ratio`.
 * @throws ModelError MULTIPLIER_RANGE where no positive normal float32 is near
 */
export function multiplierFor(ratio: number, what: string): number {
  const value = multiplierOf(float32Bits(ratio))
  if (value === null)
    throw new ModelError(
      'MULTIPLIER_RANGE',
      `${what}: the ratio of scales ${ratio} is no positive normal float32; check the weights and the calibration samples`,
      { ratio },
    )
  return value
}

export const WEIGHT_MAX = 127
const BIAS_MAX = 2 ** 30
const NOTHING = 2 ** -40

/** Real weights of `count` rows, `length` each, in logical order. */
export interface RealRows {
  readonly weights: Float64Array
  readonly bias: Float64Array
}

/** Largest magnitude of every row spread over +-127; a bias that would not fit makes its row coarser. */
export function rowScales(rows: RealRows, inputScale: number): Float64Array {
  const count = rows.bias.length
  const length = rows.weights.length / count
  // Rows that training left at next to nothing would need multipliers that float32 does not have.
  const largest = rows.weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0)
  return Float64Array.from({ length: count }, (_, row) => {
    let reach = 0
    for (let k = row * length; k < (row + 1) * length; k++)
      reach = Math.max(reach, Math.abs(rows.weights[k]!))
    const least = Math.abs(rows.bias[row]!) / (inputScale * BIAS_MAX)
    return Math.max(reach / WEIGHT_MAX, least, largest * NOTHING) || 1
  })
}

/** Weights in [-127, 127]: the nearest, moved by `differences` where they are given. */
export function roundedWeights(
  rows: RealRows,
  scales: Float64Array,
  differences: Int8Array | null = null,
): Int8Array {
  const length = rows.weights.length / rows.bias.length
  const result = new Int8Array(rows.weights.length)
  for (let row = 0, i = 0; row < scales.length; row++)
    for (const end = i + length; i < end; i++) {
      const nearest = Math.round(rows.weights[i]! / scales[row]!) + (differences?.[i] ?? 0)
      result[i] = Math.max(-WEIGHT_MAX, Math.min(WEIGHT_MAX, nearest))
    }
  return result
}

/** Integer rows for an input and an output scale, from weights already rounded. */
export function finishRows(
  rows: RealRows,
  weights: Int8Array,
  scales: Float64Array,
  inputScale: number,
  outputScale: number,
  what: string,
): Rows {
  return {
    weights,
    bias: Int32Array.from(rows.bias, (bias, row) => Math.round(bias / (inputScale * scales[row]!))),
    multipliers: Float32Array.from(scales, (scale) =>
      multiplierFor((inputScale * scale) / outputScale, what),
    ),
  }
}
