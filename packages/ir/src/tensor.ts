import { type DataType, type TensorData, dtypeSize } from './dtype.ts'
import { ProgramError } from './errors.ts'

/** dtype and shape of a row-major tensor; dimensions are positive integers. */
export interface TensorType {
  readonly dtype: DataType
  readonly shape: readonly number[]
}

export const numel = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)
export const byteLength = (type: TensorType): number => numel(type.shape) * dtypeSize(type.dtype)

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
if (!littleEndian) throw new ProgramError('BIG_ENDIAN_HOST', 'tensor views need a little-endian CPU')

/**
 * The elements of little-endian `bytes`; a view where alignment allows, else a copy.
 * @throws ProgramError TENSOR_LENGTH when the length is no multiple of the element size
 */
export function elementsOf(dtype: DataType, bytes: Uint8Array): TensorData {
  const size = dtypeSize(dtype)
  if (bytes.byteLength % size !== 0)
    throw new ProgramError(
      'TENSOR_LENGTH',
      `${bytes.byteLength} bytes are no whole number of ${dtype} elements`,
      {
        dtype,
        byteLength: bytes.byteLength,
      },
    )
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice()
  const count = aligned.byteLength / size
  if (dtype === 'u8') return new Uint8Array(aligned.buffer, aligned.byteOffset, count)
  if (dtype === 'i16') return new Int16Array(aligned.buffer, aligned.byteOffset, count)
  return new Int32Array(aligned.buffer, aligned.byteOffset, count)
}

/** The little-endian bytes of `data`, sharing its memory. */
export const bytesOf = (data: TensorData): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

export function allocate(dtype: DataType, count: number): TensorData {
  if (dtype === 'u8') return new Uint8Array(count)
  if (dtype === 'i16') return new Int16Array(count)
  return new Int32Array(count)
}
