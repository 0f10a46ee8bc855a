import onnxProto from 'onnx-proto'
import { numel } from '@plumbline/ir'
import { type Constant, constantOf, ModelError } from '@plumbline/ops'

const { onnx } = onnxProto

type TensorProto = onnxProto.onnx.ITensorProto

const FLOAT = 1
const READERS: Readonly<
  Record<number, { type: Constant['type']; size: number; read: (view: DataView, at: number) => number }>
> = {
  [FLOAT]: { type: 'float', size: 4, read: (view, at) => view.getFloat32(at, true) },
  2: { type: 'int', size: 1, read: (view, at) => view.getUint8(at) },
  3: { type: 'int', size: 1, read: (view, at) => view.getInt8(at) },
  4: { type: 'int', size: 2, read: (view, at) => view.getUint16(at, true) },
  5: { type: 'int', size: 2, read: (view, at) => view.getInt16(at, true) },
  6: { type: 'int', size: 4, read: (view, at) => view.getInt32(at, true) },
  7: { type: 'int', size: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  9: { type: 'bool', size: 1, read: (view, at) => view.getUint8(at) },
  10: { type: 'float', size: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) },
  11: { type: 'float', size: 8, read: (view, at) => view.getFloat64(at, true) },
  12: { type: 'int', size: 4, read: (view, at) => view.getUint32(at, true) },
  13: { type: 'int', size: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
}

export const elementType = (code: number | null | undefined): Constant['type'] | null =>
  READERS[code ?? 0]?.type ?? null

/**
 * The numbers of a tensor of an ONNX file.
 * @throws ModelError ONNX_TENSOR, ONNX_EXTERNAL_DATA
 */
export function readTensor(tensor: TensorProto, what: string): Constant {
  const fail = (code: string, why: string): ModelError =>
    new ModelError(code, `${what}: ${why}`, { tensor: what })
  if (
    tensor.dataLocation === onnx.TensorProto.DataLocation.EXTERNAL ||
    (tensor.externalData?.length ?? 0) > 0
  )
    throw fail('ONNX_EXTERNAL_DATA', 'its data lies in another file; save the model with all data inside')
  const reader = READERS[tensor.dataType ?? 0]
  if (reader === undefined) throw fail('ONNX_TENSOR', `element type ${tensor.dataType} is not supported`)
  const shape = (tensor.dims ?? []).map(Number)
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0))
    throw fail('ONNX_TENSOR', `its dimensions [${shape.join(', ')}] are not sizes`)
  const count = numel(shape)
  const raw = tensor.rawData
  if (raw && raw.byteLength > 0) {
    if (raw.byteLength !== count * reader.size)
      throw fail('ONNX_TENSOR', `${raw.byteLength} bytes of data for shape [${shape.join(', ')}]`)
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
    return constantOf(
      reader.type,
      shape,
      Float64Array.from({ length: count }, (_, i) => reader.read(view, i * reader.size)),
    )
  }
  const values = typedData(tensor)
  if (values.length !== count)
    throw fail('ONNX_TENSOR', `${values.length} numbers of data for shape [${shape.join(', ')}]`)
  const data = tensor.dataType === 10 ? values.map(halfToNumber) : values
  return constantOf(reader.type, shape, data)
}

function typedData(tensor: TensorProto): readonly number[] {
  const lists = [tensor.floatData, tensor.int32Data, tensor.int64Data, tensor.doubleData, tensor.uint64Data]
  return (lists.find((list) => list && list.length > 0) ?? []).map(Number)
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
