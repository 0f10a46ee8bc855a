import { allocate, bytesOf, elementsOf, numel } from '@plumbline/ir'
import { shapeOf, type Value } from './value.ts'

/** Where the stored tensor keeps each element of a value, in the value's logical order. */
export function elementOffsets(value: Value): Uint32Array {
  const digits = value.axes.flat()
  const offsets = new Uint32Array(numel(shapeOf(value)))
  const counter = digits.map(() => 0)
  let at = value.base
  for (let i = 0; i < offsets.length; i++) {
    offsets[i] = at
    for (let d = digits.length - 1; d >= 0; d--) {
      at += digits[d]!.stride
      if (++counter[d]! < digits[d]!.size) break
      at -= digits[d]!.stride * digits[d]!.size
      counter[d] = 0
    }
  }
  return offsets
}

/** The bytes of a value in logical order, from those of the tensor that stores it. */
export function logicalBytes(value: Value, stored: Uint8Array): Uint8Array {
  const from = elementsOf(value.dtype, stored)
  const offsets = elementOffsets(value)
  const result = allocate(value.dtype, offsets.length)
  for (let i = 0; i < offsets.length; i++) result[i] = from[offsets[i]!]!
  return bytesOf(result)
}
