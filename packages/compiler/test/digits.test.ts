import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadMnist } from '../../../scripts/data/mnist.ts'
import { compileModel, readModelFile } from '../src/index.ts'
import { compareLowerings } from './support/check.ts'
import { digitSamples as samples } from './support/digits.ts'
import { seeded } from './support/random.ts'

const digits = new URL('../../../models/digits/digits.onnx', import.meta.url).pathname

test('the digit model loses at most 0.1 points on 10,000 test images', async () => {
  const { train, test: held } = loadMnist()
  const { model, report } = await compileModel(await readModelFile(digits), {
    preprocess: { image: { scale: 1 / 255, mean: [0], std: [1] } },
    samples: { calibration: samples(train, 500, true), evaluation: samples(held, 10_000, true) },
  })
  assert.ok(report.accuracy!.float! >= 0.985, `float ${report.accuracy!.float}`)
  assert.ok(report.accuracy!.integer! >= report.accuracy!.float! - 0.001, JSON.stringify(report.accuracy))
  await compareLowerings(model, seeded(1), 20)
})
