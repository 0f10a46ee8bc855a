import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProgramError } from '@plumbline/ir'
import { ModelError } from '@plumbline/ops'
import { compileModel, type CompileOptions, readModelFile } from '../src/index.ts'
import { onnxFile, randomTensor, type TestModel } from './support/onnx-file.ts'
import { seeded } from './support/random.ts'

const random = seeded(3)
const digits = new Uint8Array(readFileSync(new URL('../../../models/digits/digits.onnx', import.meta.url)))

const small = (change: Partial<TestModel> = {}): TestModel => ({
  inputs: { x: [1, 3, 8, 8] },
  outputs: ['y'],
  nodes: [{ type: 'Conv', name: 'first', inputs: ['x', 'w', 'b'], output: 'y' }],
  constants: { w: randomTensor(random, [4, 3, 3, 3], 27), b: randomTensor(random, [4]) },
  ...change,
})
const refused = (model: TestModel | Uint8Array, code: string, says: RegExp, options: CompileOptions = {}) =>
  assert.rejects(
    compileModel(model instanceof Uint8Array ? model : onnxFile(model), options),
    (error: unknown) => {
      assert.ok(error instanceof ModelError, String(error))
      assert.equal(error.code, code, error.message)
      assert.match(error.message, says)
      assert.ok(!error.message.includes('\n'), 'one line')
      return true
    },
  )

test('files that are no ONNX model', async () => {
  await refused(new Uint8Array(), 'ONNX_MALFORMED', /no graph/)
  await refused(new TextEncoder().encode('hello, this is not a model'), 'ONNX_MALFORMED', /ONNX/)
})

test('a model of 2 GiB, and one that is not there', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-large-'))
  const path = join(directory, 'large.onnx')
  try {
    await writeFile(path, digits)
    await truncate(path, 2 ** 31)
    await assert.rejects(readModelFile(path), { code: 'ONNX_TOO_LARGE' })
    await assert.rejects(readModelFile(join(directory, 'none.onnx')), { code: 'ONNX_UNREADABLE' })
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a truncated file', async () => {
  for (const share of [0.1, 0.5, 0.9, 0.999])
    await assert.rejects(
      compileModel(digits.slice(0, Math.floor(digits.length * share))),
      (error: unknown) => error instanceof ModelError,
      `${share} of the file`,
    )
})

test('a file with one byte flipped compiles to something valid or is refused by name', async () => {
  const headers = onnxFile(small())
  const counts = { refused: 0, compiled: 0 }
  for (let i = 0; i < 400; i++) {
    // Everywhere in a small file, where most bytes are structure, and in the real one.
    const original = i < 300 ? headers : digits
    const damaged = original.slice()
    damaged[random.integer(0, damaged.length - 1)]! ^= 1 << random.integer(0, 7)
    try {
      await compileModel(damaged)
      counts.compiled++
    } catch (error) {
      assert.ok(error instanceof ModelError || error instanceof ProgramError, String(error))
      counts.refused++
    }
  }
  assert.ok(counts.refused > 50 && counts.compiled > 50, JSON.stringify(counts))
})

test('weights that are no numbers', async () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const w = randomTensor(random, [4, 3, 3, 3], 27)
    ;(w.data as Float32Array)[17] = value
    await refused(
      small({ constants: { w, b: randomTensor(random, [4]) } }),
      'WEIGHTS_NOT_FINITE',
      /Conv 'first'.*17.*'w'/,
    )
  }
})

test('a batch normalisation without a variance', async () => {
  const four = (value: number) => ({ shape: [3], data: [1, value, 1] })
  await refused(
    small({
      nodes: [{ type: 'BatchNormalization', name: 'bn', inputs: ['x', 's', 'o', 'm', 'v'], output: 'y' }],
      constants: { s: four(1), o: four(0), m: four(0), v: four(-1) },
    }),
    'WEIGHTS_NOT_FINITE',
    /'bn'/,
  )
})

test('scales of zero', async () => {
  // Dead channels and constant tensors are ordinary: they compile.
  const zeros = {
    w: { shape: [4, 3, 3, 3], data: new Float32Array(108) },
    b: { shape: [4], data: [0, 1, 0, -1] },
  }
  const { model } = await compileModel(onnxFile(small({ constants: zeros })))
  const recipe = model.manifest.recipe as NonNullable<CompileOptions['recipe']>
  const compiled = await compileModel(onnxFile(small({ constants: zeros })), { recipe })
  assert.equal(compiled.model.manifest.programRoot, model.manifest.programRoot)
})

test('shapes that do not fit', async () => {
  await refused(small({ inputs: { x: [1, 5, 8, 8] } }), 'SHAPE_MISMATCH', /'first'.*5 input channels/)
  await refused(small({ inputs: { x: [1, 3, 2, 2] } }), 'SHAPE_MISMATCH', /'first'.*larger/)
  await refused(small({ inputs: { x: [3, 8] } }), 'RANK_UNSUPPORTED', /'first'/)
  await refused(
    small({ constants: { w: randomTensor(random, [4, 3, 3, 3]), b: randomTensor(random, [5]) } }),
    'SHAPE_MISMATCH',
    /5 biases for 4/,
  )
})

test('dynamic shapes say what to give', async () => {
  const dynamic = small({ inputs: { x: ['batch', 3, 8, 8] } })
  await refused(dynamic, 'SHAPE_DYNAMIC', /'batch'.*--shape x=1x3x8x8/)
  const { model } = await compileModel(onnxFile(dynamic), { shapes: { x: [1, 3, 8, 8] } })
  assert.deepEqual(model.manifest.inputs[0]!.shape, [1, 3, 8, 8])
  await refused(dynamic, 'SHAPE_MISMATCH', /contradicts/, { shapes: { x: [1, 3, 9, 8] } })
})

test('operators that are not supported, or not there', async () => {
  await refused(
    small({ nodes: [{ type: 'NonZero', name: 'nz', inputs: ['x'], output: 'y' }] }),
    'OPERATOR_UNSUPPORTED',
    /NonZero 'nz'.*Supported: Abs, Add/,
  )
  await refused(small({ opset: 5 }), 'OPSET_UNSUPPORTED', /opset 5/)
  await refused(small({ opset: 99 }), 'OPSET_UNSUPPORTED', /opset 99/)
})

test('weights that are computed', async () => {
  await refused(
    small({ inputs: { x: [1, 3, 8, 8], w: [4, 3, 3, 3] }, constants: { b: randomTensor(random, [4]) } }),
    'WEIGHTS_COMPUTED',
    /'first'.*'w'/,
  )
})

test('graphs that hang together wrongly', async () => {
  await refused(
    small({ nodes: [{ type: 'Relu', inputs: ['nothing'], output: 'y' }] }),
    'ONNX_MALFORMED',
    /'nothing'/,
  )
  await refused(
    small({
      nodes: [
        { type: 'Add', inputs: ['x', 'b2'], output: 'a2' },
        { type: 'Relu', inputs: ['a2'], output: 'b2' },
        { type: 'Relu', inputs: ['b2'], output: 'y' },
      ],
    }),
    'ONNX_MALFORMED',
    /depends on its own result/,
  )
  await refused(small({ outputs: ['z'] }), 'ONNX_MALFORMED', /'z'/)
  await refused(
    small({
      nodes: [
        { type: 'Relu', inputs: ['x'], output: 'y' },
        { type: 'Relu', inputs: ['x'], output: 'y' },
      ],
    }),
    'ONNX_MALFORMED',
    /twice/,
  )
})

test('accumulators that can overflow', async () => {
  const rows = 140_000
  await refused(
    {
      inputs: { x: [1, rows] },
      outputs: ['y'],
      nodes: [{ type: 'MatMul', name: 'wide', inputs: ['x', 'w'], output: 'y' }],
      constants: { w: { shape: [rows, 1], data: new Float32Array(rows).fill(0.01) } },
    },
    'ACCUMULATOR_OVERFLOW',
    /'wide'.*split/,
  )
})

test('samples and recipes of another model', async () => {
  const sample = { inputs: [new Float32Array(5)] }
  await refused(small(), 'SAMPLE_INVALID', /'x'.*5 elements/, {
    samples: { calibration: [sample], evaluation: [] },
  })
  const nan = { inputs: [new Float32Array(192).fill(NaN)] }
  await refused(small(), 'SAMPLE_INVALID', /not finite/, { samples: { calibration: [nan], evaluation: [] } })
  const origin = { rule: 'mse', samples: 1, samplesSha256: '' }
  await refused(small(), 'RECIPE_MISMATCH', /'x'/, { recipe: { version: 1, tensors: {}, origin } })
})
