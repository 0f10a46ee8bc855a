/**
 * `out[i][j] = a[i] . b[j] + bias[i]`: a times b transposed, all row-major.
 * Four by four sums at a time: one accumulator would wait for its own last addition at every step.
 */
export function multiplyTransposed(
  a: Float64Array,
  b: Float64Array,
  bias: Float64Array,
  depth: number,
  out: Float64Array,
): void {
  const rows = bias.length
  const columns = b.length / depth
  let i = 0
  for (; i + 4 <= rows; i += 4) {
    let j = 0
    for (; j + 4 <= columns; j += 4) fourByFour(a, b, bias, depth, out, i, j, columns)
    for (; j < columns; j++) fourByOne(a, b, bias, depth, out, i, j, columns)
  }
  for (; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = bias[i]!
      for (let k = 0; k < depth; k++) sum += a[i * depth + k]! * b[j * depth + k]!
      out[i * columns + j] = sum
    }
  }
}

/** `out += factor * row`, over `length` elements from the given offsets. */
export function addScaled(
  out: Float64Array,
  outAt: number,
  row: Float64Array,
  rowAt: number,
  length: number,
  factor: number,
): void {
  for (let k = 0; k < length; k++) out[outAt + k]! += factor * row[rowAt + k]!
}

function fourByFour(
  a: Float64Array,
  b: Float64Array,
  bias: Float64Array,
  depth: number,
  out: Float64Array,
  i: number,
  j: number,
  columns: number,
): void {
  const a0 = i * depth
  const a1 = a0 + depth
  const a2 = a1 + depth
  const a3 = a2 + depth
  const b0 = j * depth
  const b1 = b0 + depth
  const b2 = b1 + depth
  const b3 = b2 + depth
  let s00 = bias[i]!
  let s10 = bias[i + 1]!
  let s20 = bias[i + 2]!
  let s30 = bias[i + 3]!
  let [s01, s11, s21, s31] = [s00, s10, s20, s30]
  let [s02, s12, s22, s32] = [s00, s10, s20, s30]
  let [s03, s13, s23, s33] = [s00, s10, s20, s30]
  for (let k = 0; k < depth; k++) {
    const x0 = a[a0 + k]!
    const x1 = a[a1 + k]!
    const x2 = a[a2 + k]!
    const x3 = a[a3 + k]!
    const y0 = b[b0 + k]!
    s00 += x0 * y0
    s10 += x1 * y0
    s20 += x2 * y0
    s30 += x3 * y0
    const y1 = b[b1 + k]!
    s01 += x0 * y1
    s11 += x1 * y1
    s21 += x2 * y1
    s31 += x3 * y1
    const y2 = b[b2 + k]!
    s02 += x0 * y2
    s12 += x1 * y2
    s22 += x2 * y2
    s32 += x3 * y2
    const y3 = b[b3 + k]!
    s03 += x0 * y3
    s13 += x1 * y3
    s23 += x2 * y3
    s33 += x3 * y3
  }
  const o0 = i * columns + j
  const o1 = o0 + columns
  const o2 = o1 + columns
  const o3 = o2 + columns
  out[o0] = s00
  out[o0 + 1] = s01
  out[o0 + 2] = s02
  out[o0 + 3] = s03
  out[o1] = s10
  out[o1 + 1] = s11
  out[o1 + 2] = s12
  out[o1 + 3] = s13
  out[o2] = s20
  out[o2 + 1] = s21
  out[o2 + 2] = s22
  out[o2 + 3] = s23
  out[o3] = s30
  out[o3 + 1] = s31
  out[o3 + 2] = s32
  out[o3 + 3] = s33
}

function fourByOne(
  a: Float64Array,
  b: Float64Array,
  bias: Float64Array,
  depth: number,
  out: Float64Array,
  i: number,
  j: number,
  columns: number,
): void {
  const a0 = i * depth
  const a1 = a0 + depth
  const a2 = a1 + depth
  const a3 = a2 + depth
  const b0 = j * depth
  let s0 = bias[i]!
  let s1 = bias[i + 1]!
  let s2 = bias[i + 2]!
  let s3 = bias[i + 3]!
  for (let k = 0; k < depth; k++) {
    const y = b[b0 + k]!
    s0 += a[a0 + k]! * y
    s1 += a[a1 + k]! * y
    s2 += a[a2 + k]! * y
    s3 += a[a3 + k]! * y
  }
  const o = i * columns + j
  out[o] = s0
  out[o + columns] = s1
  out[o + 2 * columns] = s2
  out[o + 3 * columns] = s3
}
