import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { ModelError } from '@plumbline/ops'
import { encodeManifest, loadModel, type Manifest, onnxRuntimeBackend, saveModel } from '@plumbline/runtime'
import { digitImage, loadMnist } from '../../../scripts/data/mnist.ts'
import {
  compileModel,
  inspectModel,
  parseRecipe,
  readModelFile,
  recompile,
  type Sample,
} from '../src/index.ts'

const digits = new URL('../../../models/digits/digits.onnx', import.meta.url).pathname
const preprocess = { image: { scale: 1 / 255, mean: [0], std: [1] } }
const { train } = loadMnist()
const calibration: Sample[] = Array.from({ length: 50 }, (_, i) => ({ inputs: [digitImage(train, i)] }))

test('a recipe gives the same program without samples, in another process', async () => {
  const bytes = await readModelFile(digits)
  const first = await compileModel(bytes, { preprocess, samples: { calibration, evaluation: [] } })
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-recipe-'))
  try {
    await writeFile(join(directory, 'manifest.json'), encodeManifest(first.model.manifest))
    const script = `
      import { readFile } from 'node:fs/promises'
      import { compileModel, parseRecipe, readModelFile } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      const manifest = JSON.parse(await readFile(${JSON.stringify(join(directory, 'manifest.json'))}, 'utf8'))
      const again = await compileModel(await readModelFile(${JSON.stringify(digits)}), {
        recipe: parseRecipe(manifest.recipe),
        preprocess: { image: manifest.inputs[0].preprocess },
      })
      console.log(again.model.manifest.programRoot)`
    const file = join(directory, 'again.mts')
    await writeFile(file, script)
    const { stdout } = await promisify(execFile)(process.execPath, [file])
    assert.equal(stdout.trim(), first.model.manifest.programRoot)
  } finally {
    await rm(directory, { recursive: true })
  }
  const other = await compileModel(bytes, { preprocess })
  assert.notEqual(other.model.manifest.programRoot, first.model.manifest.programRoot, 'ranges do matter')
})

test('recipes that say nonsense are refused', () => {
  const origin = { rule: 'mse', samples: 0, samplesSha256: '' }
  const invalid = (value: unknown) =>
    assert.throws(
      () => parseRecipe(value),
      (e: unknown) => e instanceof ModelError && e.code === 'RECIPE_INVALID',
    )
  invalid(null)
  invalid({ version: 2, tensors: {}, origin })
  invalid({ version: 1, tensors: { x: { dtype: 'f32', low: 0, high: 1 } }, origin })
  invalid({ version: 1, tensors: { x: { dtype: 'u8', low: 1, high: 2 } }, origin })
  invalid({ version: 1, tensors: { x: { dtype: 'u8', low: 0, high: null } }, origin })
})

test('a model comes back from disk as it was, and damage is noticed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-model-'))
  const path = join(directory, 'digits')
  const { model } = await compileModel(await readModelFile(digits), {
    preprocess,
    samples: { calibration, evaluation: [] },
    labels: Array.from('0123456789'),
  })
  try {
    await saveModel(model, path)
    const loaded = await loadModel(path, model.manifest.programRoot)
    assert.deepEqual(loaded.manifest, JSON.parse(JSON.stringify(model.manifest)))
    const run = async (m: typeof model) => {
      const session = await onnxRuntimeBackend().load(m)
      const result = await session.run([digitImage(train, 7)])
      await session.close()
      return result
    }
    assert.deepEqual(await run(loaded), await run(model))

    const refused = (code: string) => assert.rejects(loadModel(path), { code })
    const manifest = join(path, 'manifest.json')
    const text = await readFile(manifest, 'utf8')
    const change = async (edit: (m: Manifest) => unknown) => {
      await writeFile(manifest, JSON.stringify(edit(JSON.parse(text) as Manifest)))
    }
    await change((m) => ({ ...m, programRoot: `0x${'11'.repeat(32)}` }))
    await refused('PROGRAM_MISMATCH')
    await change((m) => ({ ...m, inputs: m.inputs.map((port) => ({ ...port, scale: 0 })) }))
    await refused('MANIFEST_MALFORMED')
    await change((m) => ({ ...m, macros: m.macros.map((macro) => ({ ...macro, inputs: [99] })) }))
    await refused('MACRO_REFERENCE')
    await change((m) => ({ ...m, macros: m.macros.map((macro) => ({ ...macro, kind: 'magic' })) }))
    await refused('MACRO_UNKNOWN')
    await change((m) => ({
      ...m,
      macros: m.macros.map(({ kind, node, inputs }) => ({ kind, node, inputs })),
    }))
    await refused('MANIFEST_MALFORMED')
    await writeFile(manifest, text.slice(0, 100))
    await refused('MANIFEST_MALFORMED')
    await writeFile(manifest, text)

    const constant = join(path, 'constants', model.manifest.constants[0]!.root)
    const bytes = await readFile(constant)
    bytes[0]! ^= 1
    await writeFile(constant, bytes)
    await refused('CONSTANT_WRONG')
    await writeFile(constant, bytes.subarray(1))
    await refused('CONSTANT_WRONG')
    await rm(constant)
    await refused('CONSTANT_MISSING')
    await rm(manifest)
    await refused('MODEL_MISSING')
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a registered root that is another one is refused', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-model-'))
  try {
    const { model } = await compileModel(await readModelFile(digits), { preprocess })
    await saveModel(model, join(directory, 'm'))
    await assert.rejects(loadModel(join(directory, 'm'), `0x${'00'.repeat(32)}`), {
      code: 'PROGRAM_MISMATCH',
    })
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a manifest says how to compile again, and notices another file', async () => {
  const bytes = await readModelFile(digits)
  const { model } = await compileModel(bytes, { preprocess, samples: { calibration, evaluation: [] } })
  const again = await recompile(bytes, model.manifest)
  assert.deepEqual(encodeManifest(again.model.manifest), encodeManifest(model.manifest))
  const other = { ...model.manifest, programRoot: `0x${'11'.repeat(32)}` } as const
  await assert.rejects(recompile(bytes, other), { code: 'PROGRAM_MISMATCH' })
  await assert.rejects(recompile(bytes.slice(1), model.manifest), { code: 'SOURCE_MISMATCH' })
})

test('a model can be looked into without compiling it', async () => {
  const summary = inspectModel(await readModelFile(digits))
  assert.deepEqual(summary.inputs, [{ name: 'image', shape: [1, 1, 28, 28] }])
  assert.deepEqual(summary.outputs, [{ name: 'logits', shape: [1, 10], softmax: false }])
  assert.ok(
    summary.operators.some(({ type, count, supported }) => type === 'Conv' && count === 2 && supported),
  )
  assert.equal(summary.obstacle, null)
})
