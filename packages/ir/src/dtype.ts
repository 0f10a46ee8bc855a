import { ProgramError } from './errors.ts'

/** Element types of tensors. Little-endian in bytes. */
export type DataType = 'u8' | 'i16' | 'i32'
export type TensorData = Uint8Array | Int16Array | Int32Array

interface DataTypeFacts {
  readonly code: number
  readonly size: number
  readonly min: number
  readonly max: number
}

const FACTS: Readonly<Record<DataType, DataTypeFacts>> = {
  u8: { code: 0, size: 1, min: 0, max: 255 },
  i16: { code: 1, size: 2, min: -32768, max: 32767 },
  i32: { code: 2, size: 4, min: -(2 ** 31), max: 2 ** 31 - 1 },
}
const BY_CODE: readonly DataType[] = ['u8', 'i16', 'i32']

export const dtypeCode = (dtype: DataType): number => FACTS[dtype].code
export const dtypeSize = (dtype: DataType): number => FACTS[dtype].size
export const dtypeMin = (dtype: DataType): number => FACTS[dtype].min
export const dtypeMax = (dtype: DataType): number => FACTS[dtype].max
export const isValueOf = (dtype: DataType, value: number): boolean =>
  Number.isInteger(value) && value >= FACTS[dtype].min && value <= FACTS[dtype].max

/** @throws ProgramError DTYPE_UNKNOWN */
export function dtypeFromCode(code: number): DataType {
  const dtype = BY_CODE[code]
  if (dtype === undefined)
    throw new ProgramError('DTYPE_UNKNOWN', `no data type has code ${code}: use 0 (u8), 1 (i16) or 2 (i32)`, {
      code,
    })
  return dtype
}

/** The largest |x - zero| over the type's range. */
export const maxMagnitude = (dtype: DataType, zero: number): number =>
  Math.max(Math.abs(FACTS[dtype].min - zero), Math.abs(FACTS[dtype].max - zero))
