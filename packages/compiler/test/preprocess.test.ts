import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ModelError } from '@plumbline/ops'
import { parsePreprocess, type Preprocess } from '../src/index.ts'
import { checkModel } from './support/check.ts'
import { randomTensor, type TestModel, type TestNode } from './support/onnx-file.ts'
import { seeded } from './support/random.ts'

const random = seeded(11)

const image = (nodes: readonly TestNode[], channels = 3): TestModel => ({
  inputs: { x: [1, channels, 10, 10] },
  outputs: ['y'],
  nodes,
  constants: {
    w: randomTensor(random, [6, channels, 3, 3], 9 * channels),
    b: randomTensor(random, [6]),
    dw: randomTensor(random, [channels, 1, 3, 3], 9),
    fc: randomTensor(random, [channels * 100, 5], channels * 100),
  },
})
const conv = (pads: readonly number[], from = 'x'): TestNode => ({
  type: 'Conv',
  inputs: [from, 'w', 'b'],
  output: 'y',
  attributes: { pads },
})
const padded = image([conv([1, 1, 1, 1])])

const IMAGENET: Preprocess = { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const kinds = (checked: Awaited<ReturnType<typeof checkModel>>): readonly string[] =>
  checked.compiled.model.manifest.macros.map(({ kind }) => kind)

test('a mean by channel folds into a convolution without padding, exactly', async () => {
  const checked = await checkModel(image([conv([0, 0, 0, 0])]), { preprocess: { x: IMAGENET }, decibels: 38 })
  assert.deepEqual(kinds(checked), ['conv'])
  assert.equal(checked.compiled.model.manifest.inputs[0]!.dtype, 'u8')
})

test('padding reads the pixels that mean 0', async () => {
  const checked = await checkModel(padded, { preprocess: { x: IMAGENET }, decibels: 38 })
  assert.deepEqual(kinds(checked), ['pad', 'conv'])
})

test('one mean that is a pixel needs no padding step', async () => {
  const centred: Preprocess = { scale: 1 / 128, mean: [127 / 128], std: [1] }
  const checked = await checkModel(padded, { preprocess: { x: centred }, decibels: 38 })
  assert.deepEqual(kinds(checked), ['conv'])
  assert.equal(checked.compiled.model.manifest.inputs[0]!.zero, 127)
})

test('means that are one pixel, with different deviations', async () => {
  const preprocess = { scale: 1, mean: [120], std: [50, 60, 70] }
  const checked = await checkModel(padded, { preprocess: { x: preprocess }, decibels: 38 })
  assert.deepEqual(kinds(checked), ['conv'])
})

test('the order of channels folds as well', async () => {
  const bgr = { ...IMAGENET, order: [2, 1, 0] }
  await checkModel(padded, { preprocess: { x: bgr }, decibels: 38 })
  await checkModel(image([conv([0, 0, 0, 0])]), { preprocess: { x: bgr }, decibels: 38 })
})

test('operators that cannot fold preprocessing get normalised pixels', async () => {
  const pool: TestNode = {
    type: 'MaxPool',
    inputs: ['x'],
    output: 'p',
    attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
  }
  const checked = await checkModel(image([pool, conv([1, 1, 1, 1], 'p')]), { preprocess: { x: IMAGENET } })
  assert.deepEqual(kinds(checked).slice(0, 2), ['conv', 'max-pool'])
  const depthwise: TestNode = {
    type: 'Conv',
    inputs: ['x', 'dw'],
    output: 'y',
    attributes: { group: 3, pads: [1, 1, 1, 1] },
  }
  await checkModel(image([depthwise]), { preprocess: { x: IMAGENET } })
})

test('a mean outside the pixels, where padding needs it, is normalised away', async () => {
  await checkModel(padded, { preprocess: { x: { scale: 1 / 255, mean: [-0.2], std: [0.5] } } })
})

test('one scale and offset fold through a Flatten into a matrix product', async () => {
  const dense = image([
    { type: 'Flatten', inputs: ['x'], output: 'f' },
    { type: 'MatMul', inputs: ['f', 'fc'], output: 'y' },
  ])
  const uniform = await checkModel(dense, {
    preprocess: { x: { scale: 1 / 255, mean: [0.1307], std: [0.3081] } },
    decibels: 38,
  })
  assert.deepEqual(kinds(uniform), ['reshape', 'linear'])
  await checkModel(dense, { preprocess: { x: IMAGENET }, decibels: 30 })
})

test('preprocessing as text', () => {
  assert.deepEqual(parsePreprocess('scale=1/255,mean=0.5:0.25:0,std=2,order=bgr'), {
    scale: 1 / 255,
    mean: [0.5, 0.25, 0],
    std: [2],
    order: [2, 1, 0],
  })
  assert.deepEqual(parsePreprocess('mean=127'), { scale: 1, mean: [127], std: [1] })
  for (const text of ['', 'mean', 'mean=x', 'colour=1', 'mean=1=2', 'order=grb', 'scale='])
    assert.throws(
      () => parsePreprocess(text),
      (e: unknown) => e instanceof ModelError && e.code === 'PREPROCESS_INVALID',
      text,
    )
})

test('preprocessing that makes no sense is refused', async () => {
  const refused = (preprocess: Record<string, Preprocess>) =>
    assert.rejects(checkModel(padded, { preprocess }), { code: 'PREPROCESS_INVALID' })
  await refused({ y: IMAGENET })
  await refused({ x: { ...IMAGENET, std: [0.2, 0, 0.2] } })
  await refused({ x: { ...IMAGENET, scale: 0 } })
  await refused({ x: { ...IMAGENET, mean: [1, 2] } })
  await refused({ x: { ...IMAGENET, mean: [NaN] } })
  await refused({ x: { ...IMAGENET, order: [0, 1, 1] } })
})
