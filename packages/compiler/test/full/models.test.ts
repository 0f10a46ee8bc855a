import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { chooseLowering } from '@plumbline/runtime'
import { loadMnist } from '../../../../scripts/data/mnist.ts'
import { compileModel, readModelFile, splitSamples } from '../../src/index.ts'
import { compareLowerings } from '../support/check.ts'
import { digitSamples as samples } from '../support/digits.ts'
import { seeded } from '../support/random.ts'
import { needs, sharedPath } from '../support/shared.ts'

const mnist12 = sharedPath('models', 'mnist-12', 'model.onnx')
const irisModel = sharedPath('models', 'iris-mlp-ritual', 'model.onnx')
const irisData = sharedPath('data', 'iris', 'iris.json')

test('mnist-12 loses at most 0.1 points on 10,000 test images', needs(mnist12), async () => {
  const { train, test: held } = loadMnist()
  const { model, report } = await compileModel(await readModelFile(mnist12), {
    samples: { calibration: samples(train, 500, false), evaluation: samples(held, 10_000, false) },
  })
  assert.ok(report.accuracy!.integer! >= report.accuracy!.float! - 0.001, JSON.stringify(report.accuracy))
  assert.equal(model.program.steps.length, 5)
  assert.ok((await chooseLowering(model)).results[0]!.mismatch === null)
})

test('iris: integer is float on the rows not calibrated on', needs(irisModel, irisData), async () => {
  const rows = JSON.parse(readFileSync(irisData, 'utf8')) as [number, number, number, number, string][]
  const kinds = [...new Set(rows.map((row) => row[4]))]
  const columns = [0, 1, 2, 3].map((i) => rows.map((row) => row[i] as number))
  const mean = columns.map((column) => column.reduce((a, b) => a + b, 0) / column.length)
  const deviation = columns.map((column, i) =>
    Math.sqrt(column.reduce((sum, x) => sum + (x - mean[i]!) ** 2, 0) / column.length),
  )
  const all = rows.map((row) => ({
    inputs: [Float32Array.from([0, 1, 2, 3], (i) => ((row[i] as number) - mean[i]!) / deviation[i]!)],
    label: kinds.indexOf(row[4]),
  }))
  const { model, report } = await compileModel(await readModelFile(irisModel), { samples: splitSamples(all) })
  assert.equal(report.accuracy!.samples, 112)
  assert.ok(report.accuracy!.float! >= 0.93, JSON.stringify(report.accuracy))
  assert.ok(report.accuracy!.integer! >= report.accuracy!.float! - 0.01, JSON.stringify(report.accuracy))
  assert.equal(model.manifest.outputs[0]!.softmax, 1)
  await compareLowerings(model, seeded(2), 20)
})
