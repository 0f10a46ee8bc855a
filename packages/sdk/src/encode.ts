import { byteLength, numel } from '@plumbline/ir'
import { encodeInput, type ManifestInput } from '@plumbline/runtime'
import { SdkError } from './errors.ts'

/**
 * The bytes of an input as a request carries them: raw bytes of exactly its length as they are; float32 numbers, also
 * little-endian in a file of four bytes an element, quantised as the manifest says.
 * @throws SdkError INPUT_LENGTH; ModelError INPUT_LENGTH, INPUT_VALUE
 */
export function encodeItem(input: ManifestInput, item: Uint8Array | Float32Array): Uint8Array {
  if (item instanceof Float32Array) return encodeInput(input, item)
  const exact = byteLength(input)
  if (item.byteLength === exact) return item
  if (item.byteLength === 4 * numel(input.shape))
    return encodeInput(input, new Float32Array(item.slice().buffer))
  throw new SdkError(
    'INPUT_LENGTH',
    `input '${input.name}' takes ${exact} bytes, or ${numel(input.shape)} float32 numbers; there are ${item.byteLength} bytes`,
    { input: input.name, actual: item.byteLength, expected: exact },
  )
}
