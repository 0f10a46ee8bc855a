import { WEIGHT_MAX } from '@plumbline/ops'

/** Sums of products of the inputs of a group of rows: symmetric, `length` by `length`. */
export interface Gram {
  readonly length: number
  readonly sums: Float64Array
}

export function addColumns(gram: Gram, values: Float32Array): void {
  const { length, sums } = gram
  for (let at = 0; at < values.length; at += length)
    for (let i = 0; i < length; i++) {
      const x = values[at + i]!
      if (x === 0) continue
      const row = i * length
      for (let j = i; j < length; j++) sums[row + j]! += x * values[at + j]!
    }
}

const DAMPING = 0.01

/**
 * Rounds rows of weights one input after another, each time moving what is left so that it makes up for the error so
 * far on inputs like those in `gram` (error feedback through the inverse, as in optimal brain quantisation). Writes
 * integers for `rows` rows from `weights`, both starting at their first row.
 */
export function roundWithFeedback(
  gram: Gram,
  weights: Float64Array,
  scales: Float64Array,
  out: Int8Array,
): void {
  const { length } = gram
  const order = byImportance(gram)
  const factor = inverseFactor(gram, order)
  const row = new Float64Array(length)
  for (let r = 0; r < scales.length; r++) {
    const scale = scales[r]!
    for (let k = 0; k < length; k++) row[k] = weights[r * length + order[k]!]! / scale
    for (let k = 0; k < length; k++) {
      const rounded = Math.max(-WEIGHT_MAX, Math.min(WEIGHT_MAX, Math.round(row[k]!)))
      out[r * length + order[k]!] = rounded
      const base = k * length
      const error = (row[k]! - rounded) / factor[base + k]!
      for (let j = k + 1; j < length; j++) row[j]! -= error * factor[base + j]!
    }
  }
}

/** Inputs of much energy first, while the others can still make up for them. */
function byImportance({ length, sums }: Gram): Int32Array {
  const energy = Float64Array.from({ length }, (_, i) => sums[i * length + i]!)
  return Int32Array.from({ length }, (_, i) => i).sort((a, b) => energy[b]! - energy[a]!)
}

/** The upper triangular U with Uᵀ U the inverse of the damped, reordered Gram matrix. */
function inverseFactor({ length, sums }: Gram, order: Int32Array): Float64Array {
  const matrix = new Float64Array(length * length)
  let trace = 0
  for (let i = 0; i < length; i++) trace += sums[i * length + i]!
  const damping = (DAMPING * trace) / length || 1
  for (let i = 0; i < length; i++)
    for (let j = 0; j < length; j++) {
      const [a, b] = [Math.min(order[i]!, order[j]!), Math.max(order[i]!, order[j]!)]
      matrix[i * length + j] = sums[a * length + b]! + (i === j ? damping : 0)
    }
  const inverse = invertLower(choleskyLower(matrix, length), length)
  // inverse(A) = inverse(L)ᵀ inverse(L); its own lower factor, transposed, is U.
  const product = new Float64Array(length * length)
  for (let k = 0; k < length; k++)
    for (let i = 0; i <= k; i++) {
      const x = inverse[k * length + i]!
      if (x === 0) continue
      for (let j = 0; j <= k; j++) product[i * length + j]! += x * inverse[k * length + j]!
    }
  const lower = choleskyLower(product, length)
  const upper = new Float64Array(length * length)
  for (let i = 0; i < length; i++) for (let j = 0; j <= i; j++) upper[j * length + i] = lower[i * length + j]!
  return upper
}

function choleskyLower(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!
      // The damping keeps pivots positive; rounding may not, where inputs are almost copies of one another.
      lower[i * n + j] =
        i === j ? Math.sqrt(Math.max(sum, 1e-12 * matrix[i * n + i]!)) : sum / lower[j * n + j]!
    }
  return lower
}

function invertLower(lower: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    inverse[j * n + j] = 1 / lower[j * n + j]!
    for (let i = j + 1; i < n; i++) {
      let sum = 0
      for (let k = j; k < i; k++) sum -= lower[i * n + k]! * inverse[k * n + j]!
      inverse[i * n + j] = sum / lower[i * n + i]!
    }
  }
  return inverse
}
