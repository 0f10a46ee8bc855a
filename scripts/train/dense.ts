import { addScaled, multiplyTransposed } from './matrix.ts'

/** Fully connected layer, with or without ReLU, for one vector at a time. */
export interface DenseLayer {
  readonly out: Float64Array
  readonly forward: (input: Float64Array) => void
  /** Adds to the weights' gradients and writes the input's gradient. `input` is the one of the last `forward`. */
  readonly backward: (outGradient: Float64Array, input: Float64Array, inputGradient: Float64Array) => void
}

export function denseLayer(
  relu: boolean,
  weights: {
    weight: Float64Array
    bias: Float64Array
    weightGradient: Float64Array
    biasGradient: Float64Array
  },
): DenseLayer {
  const { weight, bias, weightGradient, biasGradient } = weights
  const outputs = bias.length
  const inputs = weight.length / outputs
  const out = new Float64Array(outputs)
  return {
    out,
    forward(input) {
      multiplyTransposed(weight, input, bias, inputs, out)
      if (relu) for (let o = 0; o < outputs; o++) out[o] = Math.max(out[o]!, 0)
    },
    backward(outGradient, input, inputGradient) {
      inputGradient.fill(0)
      for (let o = 0; o < outputs; o++) {
        const gradient = outGradient[o]!
        if (gradient === 0 || (relu && out[o] === 0)) continue
        biasGradient[o]! += gradient
        addScaled(weightGradient, o * inputs, input, 0, inputs, gradient)
        addScaled(inputGradient, 0, weight, o * inputs, inputs, gradient)
      }
    },
  }
}
