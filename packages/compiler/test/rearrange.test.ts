import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ModelError } from '@plumbline/ops'
import { compileModel } from '../src/index.ts'
import { checkModel } from './support/check.ts'
import {
  type Attribute,
  onnxFile,
  randomTensor,
  type TestModel,
  type TestTensor,
} from './support/onnx-file.ts'
import { seeded } from './support/random.ts'

const random = seeded(17)
const convolved = (
  type: string,
  attributes: Readonly<Record<string, Attribute>>,
  constants: Readonly<Record<string, TestTensor>> = {},
  opset = 13,
): TestModel => ({
  opset,
  inputs: { x: [1, 3, 6, 8] },
  outputs: ['y'],
  nodes: [
    { type: 'Conv', inputs: ['x', 'w', 'b'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
    { type, inputs: ['c', ...Object.keys(constants)], output: 'y', attributes },
  ],
  constants: { w: randomTensor(random, [8, 3, 3, 3], 27), b: randomTensor(random, [8]), ...constants },
})
const up = (groups: number, outputs: number, ...kernel: number[]) => ({
  u: randomTensor(random, [8, outputs / groups, ...kernel], (8 * kernel[0]! * kernel[1]!) / groups / 2),
  o: randomTensor(random, [outputs]),
})
const scales = (...factors: number[]): Record<string, TestTensor> => ({
  roi: { shape: [0], data: [] },
  scales: { shape: [4], data: factors },
})

const MODELS: readonly (readonly [string, TestModel])[] = [
  ['ConvTranspose 2x2 by 2', convolved('ConvTranspose', { strides: [2, 2] }, up(1, 5, 2, 2))],
  [
    'ConvTranspose, overlapping, padded',
    convolved('ConvTranspose', { strides: [2, 2], pads: [1, 0, 1, 2] }, up(1, 5, 4, 3)),
  ],
  [
    'ConvTranspose with output padding',
    convolved(
      'ConvTranspose',
      { strides: [3, 2], pads: [1, 1, 1, 1], output_padding: [2, 1] },
      up(1, 3, 3, 3),
    ),
  ],
  ['ConvTranspose in groups', convolved('ConvTranspose', { strides: [2, 1], group: 4 }, up(4, 12, 3, 2))],
  ['ConvTranspose without strides', convolved('ConvTranspose', { pads: [1, 1, 1, 1] }, up(1, 4, 3, 3))],
  [
    'Resize, nearest',
    convolved(
      'Resize',
      { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
      scales(1, 1, 2, 3),
    ),
  ],
  ['Resize, nearest of half pixels', convolved('Resize', { mode: 'nearest' }, scales(1, 1, 3, 2))],
  ['Upsample', convolved('Upsample', { mode: 'nearest' }, { s: { shape: [4], data: [1, 1, 2, 2] } }, 9)],
  ['DepthToSpace', convolved('DepthToSpace', { blocksize: 2 })],
  ['DepthToSpace, columns first', convolved('DepthToSpace', { blocksize: 2, mode: 'CRD' })],
  ['SpaceToDepth', convolved('SpaceToDepth', { blocksize: 2 })],
  ['Pow', convolved('Pow', {}, { p: { shape: [1], data: [2] } })],
  ['Min', convolved('Min', {}, { p: { shape: [], data: [0.3] } })],
  ['Max', convolved('Max', {}, { p: { shape: [1, 1], data: [-0.2] } })],
]
for (const [name, model] of MODELS)
  test(name, async () => {
    await checkModel(model)
    await checkModel(model, { precision: 'high', decibels: 40 })
  })

test('a convolution over what was resized', async () => {
  const model = convolved('Resize', { mode: 'nearest' }, scales(1, 1, 2, 2))
  const nodes = [
    ...model.nodes.map((node) => (node.type === 'Resize' ? { ...node, output: 'r' } : node)),
    { type: 'Conv', inputs: ['r', 'v'], output: 'y', attributes: { pads: [1, 1, 1, 1] } },
  ]
  const constants = { ...model.constants, v: randomTensor(random, [4, 8, 3, 3], 72) }
  await checkModel({ ...model, nodes, constants })
})

test('BatchNormalization goes into ConvTranspose', async () => {
  const model = convolved('ConvTranspose', { strides: [2, 2] }, up(1, 5, 2, 2))
  const nodes = [
    ...model.nodes.map((node) => (node.type === 'ConvTranspose' ? { ...node, output: 't' } : node)),
    { type: 'BatchNormalization', inputs: ['t', 's', 'h', 'm', 'v'], output: 'y' },
  ]
  const by = (data: readonly number[]): TestTensor => ({ shape: [5], data })
  const constants = {
    ...model.constants,
    s: randomTensor(random, [5]),
    h: randomTensor(random, [5]),
    m: randomTensor(random, [5]),
    v: by([1, 2, 1, 0.5, 1]),
  }
  const { compiled } = await checkModel({ ...model, nodes, constants })
  const products = compiled.model.program.steps.filter(({ kind }) => kind === 'DOT')
  assert.equal(products.length, 2)
})

test('Split by sizes and into equal parts', async () => {
  const halves = (
    name: string,
    extra: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
  ): TestModel => {
    const model = convolved(name, attributes)
    return {
      ...model,
      nodes: [
        model.nodes[0]!,
        { type: 'Split', inputs: ['c', ...extra], output: 'p', more: ['q'], attributes },
        { type: 'Concat', inputs: ['q', 'p'], output: 'y', attributes: { axis: 1 } },
      ],
      constants: { ...model.constants, sizes: { shape: [2], data: [3, 5], type: 'int64' } },
    }
  }
  await checkModel(halves('Split', ['sizes'], { axis: 1 }))
  await checkModel(halves('Split', [], { axis: 1 }))
})

test('what cannot be rearranged is refused by name', async () => {
  const refused = async (model: TestModel): Promise<string> => {
    try {
      await compileModel(onnxFile(model))
    } catch (error) {
      assert.ok(error instanceof ModelError, String(error))
      assert.match(error.message, /'node1'/)
      return error.code
    }
    return 'compiled'
  }
  assert.equal(
    await refused(convolved('Resize', { mode: 'linear' }, scales(1, 1, 2, 2))),
    'RESIZE_UNSUPPORTED',
  )
  assert.equal(
    await refused(convolved('Resize', { mode: 'nearest' }, scales(1, 1, 1.5, 2))),
    'RESIZE_UNSUPPORTED',
  )
  assert.equal(
    await refused(convolved('ConvTranspose', { dilations: [2, 2] }, up(1, 5, 2, 2))),
    'ATTRIBUTE_INVALID',
  )
  assert.equal(await refused(convolved('Function', {})), 'OPERATOR_UNSUPPORTED')
})
