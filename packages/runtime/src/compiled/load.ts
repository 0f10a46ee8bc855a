import type { TensorData } from '@plumbline/ir'
import type { Run } from './map.ts'

/**
 * row[at + j] = weight * (x - zero) for the places of the run, `missing` for the others of `count`. One loop a pair of
 * element types, so that each stays specialised to its arrays.
 */
export function loadLine(
  row: Float64Array,
  at: number,
  count: number,
  source: TensorData,
  run: Run,
  delta: number,
  zero: number,
  weight: number,
  missing: number,
): void {
  const { from, to, address } = run
  for (let j = at; j < at + from; j++) row[j] = missing
  for (let j = at + to; j < at + count; j++) row[j] = missing
  const [first, end] = [at + from, at + to]
  if (source instanceof Uint8Array) loadU8(row, source, first, end, address, delta, zero, weight)
  else if (source instanceof Int16Array) loadI16(row, source, first, end, address, delta, zero, weight)
  else loadI32(row, source, first, end, address, delta, zero, weight)
}

type Load<T> = (
  row: Float64Array,
  source: T,
  first: number,
  end: number,
  address: number,
  delta: number,
  zero: number,
  weight: number,
) => void

const loadU8: Load<Uint8Array> = (row, source, first, end, address, delta, zero, weight) => {
  for (let j = first, x = address; j < end; j++, x += delta) row[j] = weight * (source[x]! - zero)
}

const loadI16: Load<Int16Array> = (row, source, first, end, address, delta, zero, weight) => {
  for (let j = first, x = address; j < end; j++, x += delta) row[j] = weight * (source[x]! - zero)
}

const loadI32: Load<Int32Array> = (row, source, first, end, address, delta, zero, weight) => {
  for (let j = first, x = address; j < end; j++, x += delta) row[j] = weight * (source[x]! - zero)
}

/** row[j] = weight * (x - zero) with x at the address of place j, `missing` where that is -1. */
export function loadScattered(
  row: Float64Array,
  source: TensorData,
  addresses: Float64Array,
  zero: number,
  weight: number,
  missing: number,
): void {
  if (source instanceof Uint8Array) scatteredU8(row, source, addresses, zero, weight, missing)
  else if (source instanceof Int16Array) scatteredI16(row, source, addresses, zero, weight, missing)
  else scatteredI32(row, source, addresses, zero, weight, missing)
}

type Scattered<T> = (
  row: Float64Array,
  source: T,
  addresses: Float64Array,
  zero: number,
  weight: number,
  missing: number,
) => void

const scatteredU8: Scattered<Uint8Array> = (row, source, addresses, zero, weight, missing) => {
  for (let j = 0; j < row.length; j++) {
    const x = addresses[j]!
    row[j] = x < 0 ? missing : weight * (source[x]! - zero)
  }
}

const scatteredI16: Scattered<Int16Array> = (row, source, addresses, zero, weight, missing) => {
  for (let j = 0; j < row.length; j++) {
    const x = addresses[j]!
    row[j] = x < 0 ? missing : weight * (source[x]! - zero)
  }
}

const scatteredI32: Scattered<Int32Array> = (row, source, addresses, zero, weight, missing) => {
  for (let j = 0; j < row.length; j++) {
    const x = addresses[j]!
    row[j] = x < 0 ? missing : weight * (source[x]! - zero)
  }
}

/** row[at + j] = x - zero, which the caller knows to fit, or 0 where out of range. */
export function loadLine16(
  row: Int16Array,
  at: number,
  count: number,
  source: TensorData,
  run: Run,
  delta: number,
  zero: number,
): void {
  const { from, to, address } = run
  for (let j = at; j < at + from; j++) row[j] = 0
  for (let j = at + to; j < at + count; j++) row[j] = 0
  if (source instanceof Uint8Array) load16FromU8(row, source, at + from, at + to, address, delta, zero)
  else load16FromI16(row, source as Int16Array, at + from, at + to, address, delta, zero)
}

type Load16<T> = (
  row: Int16Array,
  source: T,
  first: number,
  end: number,
  address: number,
  delta: number,
  zero: number,
) => void

const load16FromU8: Load16<Uint8Array> = (row, source, first, end, address, delta, zero) => {
  for (let j = first, x = address; j < end; j++, x += delta) row[j] = source[x]! - zero
}

const load16FromI16: Load16<Int16Array> = (row, source, first, end, address, delta, zero) => {
  for (let j = first, x = address; j < end; j++, x += delta) row[j] = source[x]! - zero
}

/** One loop an element type again: out[at + j * stride] = row[j]. */
export function storeLine(out: TensorData, at: number, stride: number, count: number, row: Int32Array): void {
  if (out instanceof Uint8Array) storeU8(out, at, stride, count, row)
  else if (out instanceof Int16Array) storeI16(out, at, stride, count, row)
  else storeI32(out, at, stride, count, row)
}

type Store<T> = (out: T, at: number, stride: number, count: number, row: Int32Array) => void

const storeU8: Store<Uint8Array> = (out, at, stride, count, row) => {
  for (let j = 0; j < count; j++, at += stride) out[at] = row[j]!
}

const storeI16: Store<Int16Array> = (out, at, stride, count, row) => {
  for (let j = 0; j < count; j++, at += stride) out[at] = row[j]!
}

const storeI32: Store<Int32Array> = (out, at, stride, count, row) => {
  for (let j = 0; j < count; j++, at += stride) out[at] = row[j]!
}
