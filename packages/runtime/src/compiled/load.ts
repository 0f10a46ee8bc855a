import type { TensorData } from '@plumbline/ir'
import type { Run } from './map.ts'

/**
 * row[j] = weight * (x - zero) for the places of the run, `missing` elsewhere. One loop an element type, so that each
 * stays specialised to its array.
 */
export function loadLine(
  row: Float64Array,
  source: TensorData,
  run: Run,
  delta: number,
  zero: number,
  weight: number,
  missing: number,
): void {
  const { from, to, address } = run
  for (let j = 0; j < from; j++) row[j] = missing
  for (let j = to; j < row.length; j++) row[j] = missing
  if (source instanceof Uint8Array) loadU8(row, source, from, to, address, delta, zero, weight)
  else if (source instanceof Int16Array) loadI16(row, source, from, to, address, delta, zero, weight)
  else loadI32(row, source, from, to, address, delta, zero, weight)
}

type Load<T> = (
  row: Float64Array,
  source: T,
  from: number,
  to: number,
  address: number,
  delta: number,
  zero: number,
  weight: number,
) => void

const loadU8: Load<Uint8Array> = (row, source, from, to, address, delta, zero, weight) => {
  for (let j = from, at = address; j < to; j++, at += delta) row[j] = weight * (source[at]! - zero)
}

const loadI16: Load<Int16Array> = (row, source, from, to, address, delta, zero, weight) => {
  for (let j = from, at = address; j < to; j++, at += delta) row[j] = weight * (source[at]! - zero)
}

const loadI32: Load<Int32Array> = (row, source, from, to, address, delta, zero, weight) => {
  for (let j = from, at = address; j < to; j++, at += delta) row[j] = weight * (source[at]! - zero)
}

/** One loop an element type again: out[at + j * stride] = row[j]. */
export function storeLine(out: TensorData, at: number, stride: number, row: Int32Array): void {
  if (out instanceof Uint8Array) storeU8(out, at, stride, row)
  else if (out instanceof Int16Array) storeI16(out, at, stride, row)
  else storeI32(out, at, stride, row)
}

type Store<T> = (out: T, at: number, stride: number, row: Int32Array) => void

const storeU8: Store<Uint8Array> = (out, at, stride, row) => {
  for (let j = 0; j < row.length; j++, at += stride) out[at] = row[j]!
}

const storeI16: Store<Int16Array> = (out, at, stride, row) => {
  for (let j = 0; j < row.length; j++, at += stride) out[at] = row[j]!
}

const storeI32: Store<Int32Array> = (out, at, stride, row) => {
  for (let j = 0; j < row.length; j++, at += stride) out[at] = row[j]!
}
