import {
  byteLength,
  dtypeMax,
  dtypeMin,
  dtypeSize,
  type Step,
  type TensorRef,
  type TensorType,
} from '@plumbline/ir'

/** A step that copies a tensor of the same type. */
export function copyStep(type: TensorType, ref: TensorRef): Step {
  const bytes = byteLength(type)
  const elements = bytes / dtypeSize(type.dtype)
  return {
    kind: 'SUM',
    dtype: type.dtype,
    outputExtents: [elements],
    reductionExtents: [],
    multiplier: 0,
    zero: 0,
    low: dtypeMin(type.dtype),
    high: dtypeMax(type.dtype),
    bias: 0,
    a: {
      ref,
      dtype: type.dtype,
      byteLength: bytes,
      base: 0,
      zero: 0,
      weight: 1,
      coordinates: [{ limit: elements, stride: 1, offset: 0, terms: [{ axis: 0, coef: 1 }] }],
    },
  }
}
