import { digitImage, type DigitSet } from '../../../../scripts/data/mnist.ts'
import type { Sample } from '../../src/index.ts'

/** Digits spread over a set: raw pixels, or the same as floats. */
export const digitSamples = (set: DigitSet, count: number, raw: boolean): Sample[] => {
  const stride = Math.floor(set.count / count)
  return Array.from({ length: count }, (_, i) => {
    const image = digitImage(set, i * stride)
    return { inputs: [raw ? image : Float32Array.from(image)], label: set.labels[i * stride]! }
  })
}
