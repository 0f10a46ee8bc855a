import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InferenceSession } from 'onnxruntime-node'
import { digitImage, digitPixels, loadMnist, type DigitSet } from '../../scripts/data/mnist.ts'
import { onnxLogits } from '../../scripts/train/evaluate.ts'
import { createNetwork, digitArchitecture, type Architecture } from '../../scripts/train/network.ts'
import { networkToOnnx } from '../../scripts/train/onnx.ts'
import { seededRandom } from '../../scripts/train/random.ts'
import { networkAccuracy, trainNetwork, type TrainingOptions } from '../../scripts/train/training.ts'

const { train, test: held } = loadMnist()

const slice = (digits: DigitSet, from: number, to: number): DigitSet => ({
  count: to - from,
  images: digits.images.subarray(from * digitPixels, to * digitPixels),
  labels: digits.labels.subarray(from, to),
})

const finish = (digits: DigitSet, options: Partial<TrainingOptions>) => {
  const defaults = {
    architecture: digitArchitecture,
    epochs: 1,
    seed: 1,
    batch: 32,
    rate: 2e-3,
    decay: 0,
    shift: 1,
  }
  const steps = trainNetwork(digits, { ...defaults, ...options })
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

// Sizes that leave remainders in the four-by-four products, and both odd kernels.
const tiny: readonly Architecture[] = [
  { size: 8, kernel: 3, channels: [2, 5], hidden: 6, classes: 4 },
  { size: 12, kernel: 5, channels: [4, 3], hidden: 9, classes: 5 },
]
for (const architecture of tiny) {
  test(`every analytic gradient of a ${architecture.kernel}x${architecture.kernel} net equals the numeric one`, () => {
    const random = seededRandom(8)
    const network = createNetwork(architecture, random)
    // Biases start at zero, where a wrong use of them would not show.
    for (let i = 0; i < network.parameters.length; i++) network.parameters[i]! += 0.2 * (random() - 0.5)
    const images = Array.from({ length: 12 }, () =>
      Float64Array.from({ length: architecture.size ** 2 }, () => 2 * random() - 1),
    )
    const loss = (): number => {
      let sum = 0
      images.forEach((image, i) => {
        network.forward(image)
        sum += network.backward(i % architecture.classes)
      })
      return sum
    }
    network.gradients.fill(0)
    loss()
    const analytic = network.gradients.slice()
    const nudge = 1e-6
    let moving = 0
    network.tensors.forEach(({ name, values }) => {
      const offset = values.byteOffset / 8
      for (let i = 0; i < values.length; i++) {
        const kept = values[i]!
        values[i] = kept + nudge
        const above = loss()
        values[i] = kept - nudge
        const below = loss()
        values[i] = kept
        const numeric = (above - below) / (2 * nudge)
        const gap = Math.abs(numeric - analytic[offset + i]!)
        assert.ok(gap < 1e-7, `${name}[${i}]: numeric ${numeric}, analytic ${analytic[offset + i]}`)
        if (Math.abs(numeric) > 1e-5) moving++
      }
    })
    // Were most gradients zero, the comparison above would say little.
    assert.ok(
      moving > 0.8 * network.parameters.length,
      `only ${moving} of ${network.parameters.length} gradients move`,
    )
  })
}

test('the exported file computes what the trainer computes', async () => {
  const network = createNetwork(digitArchitecture, seededRandom(3))
  const random = seededRandom(4)
  for (const { name, values } of network.tensors)
    if (name.endsWith('.bias')) values.forEach((_, i) => (values[i] = random() - 0.5))
  const session = await InferenceSession.create(networkToOnnx(network, 'untrained'))
  for (let at = 0; at < 50; at++) {
    const pixels = digitImage(held, at)
    const expected = network.forward(Float64Array.from(pixels, (pixel) => pixel / 255))
    const actual = await onnxLogits(session, pixels)
    expected.forEach((logit, i) =>
      assert.ok(
        Math.abs(logit - actual[i]!) < 1e-4,
        `image ${at}, logit ${i}: ${actual[i]}, expected ${logit}`,
      ),
    )
  }
  await session.release()
})

test('training learns to read digits it was not shown', () => {
  const network = finish(slice(train, 0, 3_000), { epochs: 2 })
  const accuracy = networkAccuracy(network, slice(held, 0, 1_000))
  assert.ok(accuracy > 0.85, `accuracy ${accuracy}`)
})

test('training is a function of its seed', () => {
  const digits = slice(train, 0, 200)
  const weights = (seed: number): Uint8Array => networkToOnnx(finish(digits, { seed }), '')
  assert.deepEqual(weights(1), weights(1))
  assert.notDeepEqual(weights(1), weights(2))
})
