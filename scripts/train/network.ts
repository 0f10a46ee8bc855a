import { convStage } from './conv.ts'
import { denseLayer } from './dense.ts'
import type { Random } from './random.ts'

/** Conv+ReLU+MaxPool2 twice, then a ReLU layer and a layer of logits. */
export interface Architecture {
  readonly size: number
  readonly kernel: number
  readonly channels: readonly [number, number]
  readonly hidden: number
  readonly classes: number
}

export const digitArchitecture: Architecture = {
  size: 28,
  kernel: 3,
  channels: [8, 16],
  hidden: 64,
  classes: 10,
}

/** A weight tensor in ONNX's layout, viewing the network's parameters. */
export interface Tensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float64Array
}

/** One network with room for one image in flight: not to be shared between interleaved calls. */
export interface Network {
  readonly architecture: Architecture
  readonly parameters: Float64Array
  readonly gradients: Float64Array
  readonly tensors: readonly Tensor[]
  /** Logits of one image of `size * size` values; valid until the next call. */
  readonly forward: (image: Float64Array) => Float64Array
  /** Adds the cross-entropy's gradient for the image of the last `forward`; returns its loss. */
  readonly backward: (label: number) => number
}

export function createNetwork(architecture: Architecture, random: Random): Network {
  const { size, kernel, channels, hidden, classes } = architecture
  if (size % 4 !== 0 || kernel % 2 !== 1)
    throw new RangeError(
      `size ${size} must divide by 4 (two pools) and kernel ${kernel} be odd ("same" padding)`,
    )
  const quarter = size / 4
  const features = channels[1] * quarter * quarter
  const shapes: readonly (readonly [string, readonly number[]])[] = [
    ['conv1', [channels[0], 1, kernel, kernel]],
    ['conv2', [channels[1], channels[0], kernel, kernel]],
    ['fc1', [hidden, features]],
    ['fc2', [classes, hidden]],
  ]
  const { parameters, gradients, layers } = allocate(shapes, random)
  const [first, second, third, fourth] = layers as [Weights, Weights, Weights, Weights]
  const conv1 = convStage({ inputs: 1, outputs: channels[0], kernel, size }, first)
  const conv2 = convStage({ inputs: channels[0], outputs: channels[1], kernel, size: size / 2 }, second)
  const fc1 = denseLayer(true, third)
  const fc2 = denseLayer(false, fourth)
  const logitGradient = new Float64Array(classes)
  const hiddenGradient = new Float64Array(hidden)
  const conv2Gradient = new Float64Array(features)
  const conv1Gradient = new Float64Array(conv1.out.length)

  return {
    architecture,
    parameters,
    gradients,
    tensors: layers.flatMap(({ tensors }) => tensors),
    forward(image) {
      conv1.forward(image)
      conv2.forward(conv1.out)
      fc1.forward(conv2.out)
      fc2.forward(fc1.out)
      return fc2.out
    },
    backward(label) {
      const loss = crossEntropy(fc2.out, label, logitGradient)
      fc2.backward(logitGradient, fc1.out, hiddenGradient)
      fc1.backward(hiddenGradient, conv2.out, conv2Gradient)
      conv2.backward(conv2Gradient, conv1Gradient)
      conv1.backward(conv1Gradient, undefined)
      return loss
    },
  }
}

/** Index of the largest value; the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  return best
}

interface Weights {
  readonly weight: Float64Array
  readonly bias: Float64Array
  readonly weightGradient: Float64Array
  readonly biasGradient: Float64Array
  readonly tensors: readonly Tensor[]
}

/** All parameters in one array (and all gradients in another), so that the optimiser sees one vector. */
function allocate(
  shapes: readonly (readonly [string, readonly number[]])[],
  random: Random,
): { parameters: Float64Array; gradients: Float64Array; layers: Weights[] } {
  const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
  const total = shapes.reduce((sum, [, shape]) => sum + product(shape) + shape[0]!, 0)
  const parameters = new Float64Array(total)
  const gradients = new Float64Array(total)
  let at = 0
  const take = (length: number): [Float64Array, Float64Array] => {
    at += length
    return [parameters.subarray(at - length, at), gradients.subarray(at - length, at)]
  }
  const layers = shapes.map(([name, shape]) => {
    const [weight, weightGradient] = take(product(shape))
    const [bias, biasGradient] = take(shape[0]!)
    // He et al.: variance 2/fan-in keeps a ReLU net's activations at one size; uniform of that variance.
    const bound = Math.sqrt(6 / product(shape.slice(1)))
    for (let i = 0; i < weight.length; i++) weight[i] = (2 * random() - 1) * bound
    const tensors = [
      { name: `${name}.weight`, shape, values: weight },
      { name: `${name}.bias`, shape: [shape[0]!], values: bias },
    ]
    return { weight, bias, weightGradient, biasGradient, tensors }
  })
  return { parameters, gradients, layers }
}

/** `-log softmax(logits)[label]`, and its gradient `softmax(logits) - onehot(label)`. */
function crossEntropy(logits: Float64Array, label: number, gradient: Float64Array): number {
  // Softmax is unchanged by a shift of all logits; after this one no exponential overflows.
  const largest = logits[argmax(logits)]!
  let sum = 0
  for (let i = 0; i < logits.length; i++) sum += gradient[i] = Math.exp(logits[i]! - largest)
  for (let i = 0; i < logits.length; i++) gradient[i] = gradient[i]! / sum - (i === label ? 1 : 0)
  return Math.log(sum) + largest - logits[label]!
}
