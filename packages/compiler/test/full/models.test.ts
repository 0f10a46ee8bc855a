import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { chooseLowering, type Model } from '@plumbline/runtime'
import { facesFound, peakSignalToError } from '../../../../scripts/data/measures.ts'
import { compileModel, inspectModel, readModelFile, splitSamples } from '../../src/index.ts'
import { compareLowerings } from '../support/check.ts'
import { seeded } from '../support/random.ts'
import { needs, sharedPath } from '../support/shared.ts'
import { compiled, model } from '../support/zoo.ts'

/** Points of accuracy that the integer model may lose, and how often it must agree with float. */
async function meets(name: string, lost: number, agreement: number): Promise<Model> {
  const { model: result, report } = await compiled(name)
  const { float, integer, agreement: agreed } = report.accuracy!
  assert.ok(integer! >= float! - lost - 1e-9, `${name}: ${JSON.stringify(report.accuracy)}`)
  assert.ok(agreed >= agreement, `${name}: ${JSON.stringify(report.accuracy)}`)
  assert.ok(report.worstProofGas <= 600_000)
  return result
}

test('mnist-12', needs(model('mnist-12').file), async () => {
  const result = await meets('mnist-12', 0.001, 0.999)
  assert.equal(result.program.steps.length, 5)
  assert.equal((await chooseLowering(result)).results[0]!.mismatch, null)
})

test('cifar10-resnet-4b', needs(model('cifar10-resnet-4b').file), async () => {
  await compareLowerings(await meets('cifar10-resnet-4b', 0.007, 0.97), seeded(1), 5)
})

test('cifar10-vit', needs(model('cifar10-vit').file), async () => {
  await compareLowerings(await meets('cifar10-vit', 0.01, 0.96), seeded(1), 5)
})

test('squeezenet', needs(model('squeezenet').file), async () => {
  // Two photos of 150.
  await compareLowerings(await meets('squeezenet', 2 / 150, 0.94), seeded(1), 1)
})

test('superres: 45 dB against float', needs(model('superres').file), async () => {
  const { model: result, report, samples } = await compiled('superres')
  const decibels = await peakSignalToError(model('superres'), result, samples, 'output')
  assert.ok(decibels >= 45, `${decibels.toFixed(1)} dB; ${JSON.stringify(report.trials)}`)
})

test('ultraface finds every face that float finds', needs(model('ultraface').file), async () => {
  const { model: result, samples } = await compiled('ultraface')
  const { wanted, found } = await facesFound(model('ultraface'), result, samples)
  assert.ok(wanted >= 3, `${wanted} faces`)
  assert.equal(found, wanted)
})

const irisModel = sharedPath('models', 'iris-mlp-ritual', 'model.onnx')
const irisData = sharedPath('data', 'iris', 'iris.json')

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
  const bytes = await readModelFile(irisModel)
  const { model: result, report } = await compileModel(bytes, { samples: splitSamples(all) })
  assert.equal(report.accuracy!.samples, 112)
  assert.ok(report.accuracy!.float! >= 0.93, JSON.stringify(report.accuracy))
  assert.ok(report.accuracy!.integer! >= report.accuracy!.float! - 0.01, JSON.stringify(report.accuracy))
  assert.equal(result.manifest.outputs[0]!.softmax, 1)
  assert.equal(inspectModel(bytes).outputs[0]!.softmax, true)
  await compareLowerings(result, seeded(2), 20)
})
