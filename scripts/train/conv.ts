import { addScaled, multiplyTransposed } from './matrix.ts'

/** Conv (odd square kernel, "same" zero padding) + ReLU + MaxPool 2x2, for one image at a time. */
export interface ConvShape {
  readonly inputs: number
  readonly outputs: number
  readonly kernel: number
  /** Height and width of the input; even, since the pool halves it. */
  readonly size: number
}

export interface ConvStage {
  readonly shape: ConvShape
  /** `[output][input][row][column]`, then one bias an output: ONNX's own layout. */
  readonly weight: Float64Array
  readonly bias: Float64Array
  readonly weightGradient: Float64Array
  readonly biasGradient: Float64Array
  /** Pooled activations `[output][size/2][size/2]` of the last `forward`. */
  readonly out: Float64Array
  readonly forward: (image: Float64Array) => void
  /** Adds to the weights' gradients; writes the input's gradient where it is wanted. */
  readonly backward: (outGradient: Float64Array, imageGradient: Float64Array | undefined) => void
}

export function convStage(
  shape: ConvShape,
  weights: {
    weight: Float64Array
    bias: Float64Array
    weightGradient: Float64Array
    biasGradient: Float64Array
  },
): ConvStage {
  const { inputs, outputs, kernel, size } = shape
  const { weight, bias, weightGradient, biasGradient } = weights
  const depth = inputs * kernel * kernel
  const places = size * size
  const half = size / 2
  const pooled = half * half
  const patches = new Float64Array(places * depth)
  const patchGradients = new Float64Array(places * depth)
  const sums = new Float64Array(outputs * places)
  const out = new Float64Array(outputs * pooled)
  /** The place whose sum won each pool window: the only one the gradient flows to. */
  const winners = new Int32Array(outputs * pooled)

  const pool = (): void => {
    for (let c = 0; c < outputs; c++) {
      for (let y = 0; y < half; y++) {
        for (let x = 0; x < half; x++) {
          let at = 2 * y * size + 2 * x
          let best = sums[c * places + at]!
          const first = at
          for (const other of [first + 1, first + size, first + size + 1]) {
            const sum = sums[c * places + other]!
            if (sum > best) {
              best = sum
              at = other
            }
          }
          const o = c * pooled + y * half + x
          out[o] = best > 0 ? best : 0
          winners[o] = at
        }
      }
    }
  }

  return {
    shape,
    ...weights,
    out,
    forward(image) {
      gatherPatches(image, shape, patches)
      multiplyTransposed(weight, patches, bias, depth, sums)
      pool()
    },
    backward(outGradient, imageGradient) {
      if (imageGradient) patchGradients.fill(0)
      for (let o = 0; o < out.length; o++) {
        const gradient = outGradient[o]!
        // ReLU passes nothing where it answered 0.
        if (out[o] === 0 || gradient === 0) continue
        const c = Math.floor(o / pooled)
        const place = winners[o]!
        biasGradient[c]! += gradient
        addScaled(weightGradient, c * depth, patches, place * depth, depth, gradient)
        if (imageGradient) addScaled(patchGradients, place * depth, weight, c * depth, depth, gradient)
      }
      if (imageGradient) scatterPatches(patchGradients, shape, imageGradient)
    },
  }
}

/** Row `place` of `patches` becomes the receptive field of that output place, zero outside the image. */
function gatherPatches(image: Float64Array, shape: ConvShape, patches: Float64Array): void {
  const { inputs, kernel, size } = shape
  const reach = (kernel - 1) / 2
  let to = 0
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < inputs; c++) {
        for (let row = y - reach; row <= y + reach; row++) {
          const from = (c * size + row) * size
          const inside = row >= 0 && row < size
          for (let column = x - reach; column <= x + reach; column++) {
            patches[to++] = inside && column >= 0 && column < size ? image[from + column]! : 0
          }
        }
      }
    }
  }
}

/** The transpose of `gatherPatches`: every patch element adds to the pixel it was read from. */
function scatterPatches(patches: Float64Array, shape: ConvShape, image: Float64Array): void {
  const { inputs, kernel, size } = shape
  const reach = (kernel - 1) / 2
  image.fill(0)
  let from = 0
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < inputs; c++) {
        for (let row = y - reach; row <= y + reach; row++) {
          const to = (c * size + row) * size
          const inside = row >= 0 && row < size
          for (let column = x - reach; column <= x + reach; column++) {
            const gradient = patches[from++]!
            if (inside && column >= 0 && column < size) image[to + column]! += gradient
          }
        }
      }
    }
  }
}
