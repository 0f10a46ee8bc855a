import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { chooseLowering, decodeOutput, type Model, onnxRuntimeBackend } from '@plumbline/runtime'
import { decodeFaces, distinctFaces, overlap } from '../../../../scripts/data/faces.ts'
import { ZOO } from '../../../../scripts/data/zoo.ts'
import { loadFloatModel } from '../../src/calibrate/float-model.ts'
import { floatInputs } from '../../src/calibrate/samples.ts'
import {
  type CompiledModel,
  compileModel,
  inspectModel,
  readModelFile,
  type SampleSet,
  splitSamples,
} from '../../src/index.ts'
import { compareLowerings } from '../support/check.ts'
import { seeded } from '../support/random.ts'
import { needs, sharedPath } from '../support/shared.ts'

const model = (name: string) => ZOO.find((candidate) => candidate.name === name)!

async function compiled(name: string): Promise<CompiledModel & { samples: SampleSet }> {
  const { file, options, samples: load } = model(name)
  const samples = load()
  return { ...(await compileModel(await readModelFile(file), { ...options, samples })), samples }
}

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
  const inputs = [{ name: 'input', fact: { type: 'float', shape: [1, 1, 224, 224] } as const }]
  const preprocess = new Map(Object.entries(model('superres').options.preprocess!))
  const float = await loadFloatModel(await readModelFile(model('superres').file), inputs, ['output'])
  const session = await onnxRuntimeBackend().load(result)
  let error = 0
  let count = 0
  for (const sample of samples.evaluation) {
    const expected = (await float.run(floatInputs(sample, inputs, preprocess))).get('output')!
    const [bytes] = await session.run(sample.inputs as Uint8Array[])
    const got = decodeOutput(result.manifest.outputs[0]!, bytes!)
    expected.forEach((x, i) => (error += (x - got[i]!) ** 2))
    count += expected.length
  }
  const psnr = -10 * Math.log10(error / count)
  assert.ok(psnr >= 45, `${psnr.toFixed(1)} dB; ${JSON.stringify(report.trials)}`)
  await Promise.all([float.close(), session.close()])
})

test('ultraface finds every face that float finds', needs(model('ultraface').file), async () => {
  const { model: result, samples } = await compiled('ultraface')
  const { file, options } = model('ultraface')
  const inputs = [{ name: 'input', fact: { type: 'float', shape: [1, 3, 240, 320] } as const }]
  const preprocess = new Map(Object.entries(options.preprocess!))
  const float = await loadFloatModel(await readModelFile(file), inputs, ['scores', 'boxes'])
  const session = await onnxRuntimeBackend().load(result)
  let faces = 0
  for (const sample of samples.evaluation) {
    const expected = await float.run(floatInputs(sample, inputs, preprocess))
    const wanted = distinctFaces(decodeFaces(expected.get('scores')!, expected.get('boxes')!, 0.9), 0.3)
    const bytes = await session.run(sample.inputs as Uint8Array[])
    const decoded = new Map(
      result.manifest.outputs.map((port, i) => [port.name, decodeOutput(port, bytes[i]!)]),
    )
    const found = decodeFaces(decoded.get('scores')!, decoded.get('boxes')!, 0.7)
    for (const { box, score } of wanted) {
      faces++
      assert.ok(
        found.some((other) => overlap(other.box, box) >= 0.7),
        `a face of score ${score} at ${box.join(', ')} is missing`,
      )
    }
  }
  assert.ok(faces >= 3, `${faces} faces`)
  await Promise.all([float.close(), session.close()])
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
