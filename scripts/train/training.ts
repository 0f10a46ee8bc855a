import { digitImage, type DigitSet } from '../data/mnist.ts'
import { adam } from './adam.ts'
import { argmax, createNetwork, type Architecture, type Network } from './network.ts'
import { randomBelow, seededRandom, shuffledIndices } from './random.ts'

export interface TrainingOptions {
  readonly architecture: Architecture
  readonly epochs: number
  readonly seed: number
  readonly batch: number
  /** Learning rate of the first step; it falls linearly to zero at the last. */
  readonly rate: number
  readonly decay: number
  /** Every image is moved by up to this many pixels either way, anew each epoch. */
  readonly shift: number
}

/** What the batches of one epoch gave so far. */
export interface TrainingProgress {
  readonly epoch: number
  readonly seen: number
  readonly of: number
  readonly loss: number
  readonly accuracy: number
  readonly network: Network
}

/** Trains batch by batch; the same options and digits give the same network, bit for bit. */
export function* trainNetwork(
  digits: DigitSet,
  options: TrainingOptions,
): Generator<TrainingProgress, Network> {
  const { architecture, epochs, batch, shift } = options
  const random = seededRandom(options.seed)
  const network = createNetwork(architecture, random)
  const step = adam(network.parameters, { decay: options.decay })
  const steps = epochs * Math.ceil(digits.count / batch)
  const image = new Float64Array(architecture.size ** 2)
  let taken = 0
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = shuffledIndices(random, digits.count)
    let [seen, loss, right] = [0, 0, 0]
    while (seen < digits.count) {
      const chosen = order.subarray(seen, seen + batch)
      network.gradients.fill(0)
      for (const at of chosen) {
        const [down, across] = [
          randomBelow(random, 2 * shift + 1) - shift,
          randomBelow(random, 2 * shift + 1) - shift,
        ]
        moveImage(digitImage(digits, at), down, across, image)
        const label = digits.labels[at]!
        if (argmax(network.forward(image)) === label) right++
        loss += network.backward(label)
      }
      for (let i = 0; i < network.gradients.length; i++) network.gradients[i]! /= chosen.length
      step(network.gradients, options.rate * (1 - taken / steps))
      taken++
      seen += chosen.length
      yield { epoch, seen, of: digits.count, loss: loss / seen, accuracy: right / seen, network }
    }
  }
  return network
}

/** Share of the digits the network names rightly. */
export function networkAccuracy(network: Network, digits: DigitSet): number {
  const image = new Float64Array(network.architecture.size ** 2)
  let right = 0
  for (let at = 0; at < digits.count; at++) {
    moveImage(digitImage(digits, at), 0, 0, image)
    if (argmax(network.forward(image)) === digits.labels[at]) right++
  }
  return right / digits.count
}

/** Pixels as 0..1, moved down and across; what comes in from outside is background. */
function moveImage(pixels: Uint8Array, down: number, across: number, out: Float64Array): void {
  const size = Math.sqrt(out.length)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [row, column] = [y - down, x - across]
      const inside = row >= 0 && row < size && column >= 0 && column < size
      out[y * size + x] = inside ? pixels[row * size + column]! / 255 : 0
    }
  }
}
