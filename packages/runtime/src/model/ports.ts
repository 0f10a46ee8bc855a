import { byteLength, dtypeMax, dtypeMin, elementsOf, allocate, bytesOf, numel } from '@plumbline/ir'
import { ModelError } from '@plumbline/ops'
import type { ManifestInput, ManifestOutput } from './manifest.ts'

/**
 * The bytes of a request's input for real numbers in ONNX order (raw values 0..255 for a preprocessed input).
 * @throws ModelError INPUT_LENGTH, INPUT_VALUE
 */
export function encodeInput(input: ManifestInput, reals: ArrayLike<number>): Uint8Array {
  const count = numel(input.shape)
  if (reals.length !== count)
    throw new ModelError(
      'INPUT_LENGTH',
      `input '${input.name}' takes ${count} numbers (shape [${input.shape.join(', ')}]), not ${reals.length}`,
      { input: input.name },
    )
  const [min, max] = [dtypeMin(input.dtype), dtypeMax(input.dtype)]
  const data = allocate(input.dtype, count)
  for (let i = 0; i < count; i++) {
    const real = reals[i]!
    if (!Number.isFinite(real))
      throw new ModelError('INPUT_VALUE', `input '${input.name}': element ${i} is ${real}`, {
        input: input.name,
      })
    const stored = input.preprocess ? Math.round(real) : Math.round(real / input.scale) + input.zero
    data[i] = Math.min(max, Math.max(min, stored))
  }
  return bytesOf(data)
}

/** @throws ModelError INPUT_COUNT, INPUT_LENGTH where raw bytes are not what the program takes */
export function checkInputs(inputs: readonly ManifestInput[], bytes: readonly Uint8Array[]): void {
  if (bytes.length !== inputs.length)
    throw new ModelError('INPUT_COUNT', `the model takes ${inputs.length} inputs, not ${bytes.length}`)
  inputs.forEach((input, i) => {
    if (bytes[i]!.byteLength !== byteLength(input))
      throw new ModelError(
        'INPUT_LENGTH',
        `input '${input.name}' takes ${byteLength(input)} bytes (${input.dtype} [${input.shape.join(', ')}]), not ${bytes[i]!.byteLength}`,
        { input: input.name },
      )
  })
}

/**
 * What an output means: real numbers in ONNX order, with the softmax that the program leaves to its reader.
 * @throws ModelError OUTPUT_LENGTH
 */
export function decodeOutput(output: ManifestOutput, bytes: Uint8Array): Float64Array {
  if (bytes.byteLength !== byteLength(output))
    throw new ModelError(
      'OUTPUT_LENGTH',
      `output '${output.name}' has ${bytes.byteLength} bytes, ${byteLength(output)} are expected`,
      { output: output.name },
    )
  const reals = Float64Array.from(elementsOf(output.dtype, bytes), (x) => output.scale * (x - output.zero))
  return output.softmax === undefined ? reals : softmaxOver(reals, output.shape, output.softmax)
}

function softmaxOver(reals: Float64Array, shape: readonly number[], axis: number): Float64Array {
  const inner = numel(shape.slice(axis + 1))
  const size = shape[axis]!
  const result = new Float64Array(reals.length)
  for (let start = 0; start < reals.length; start += size * inner)
    for (let i = start; i < start + inner; i++) {
      let top = -Infinity
      for (let k = 0; k < size; k++) top = Math.max(top, reals[i + k * inner]!)
      let total = 0
      for (let k = 0; k < size; k++) total += Math.exp(reals[i + k * inner]! - top)
      for (let k = 0; k < size; k++) result[i + k * inner] = Math.exp(reals[i + k * inner]! - top) / total
    }
  return result
}
