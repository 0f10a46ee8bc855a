import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkModel } from './support/check.ts'
import { randomTensor, type TestModel, type TestNode, type TestTensor } from './support/onnx-file.ts'
import { seeded } from './support/random.ts'

// What 16 bits bring: every model in 8 bits, and wherever possible in 16, where it must come much nearer to float.
const random = seeded(11)
const node = (type: string, inputs: readonly string[], output: string, attributes = {}): TestNode => ({
  type,
  inputs,
  output,
  attributes,
})
const vectorOf = (size: number, around: number): TestTensor => ({
  shape: [size],
  data: Float32Array.from({ length: size }, () => around + 0.4 * random.normal()),
})
const scalarOf = (value: number): TestTensor => ({ shape: [1], data: [value] })

const squaresMean = (x: string): readonly TestNode[] => [
  node('Mul', [x, x], 'squares'),
  node('ReduceMean', ['squares'], 'mean2', { axes: [-1] }),
  node('Add', ['mean2', 'epsilon'], 'moved'),
  node('Sqrt', ['moved'], 'root'),
  node('Div', [x, 'root'], 'unit'),
]
const centred: readonly TestNode[] = [
  node('ReduceMean', ['x'], 'mean', { axes: [-1] }),
  node('Sub', ['x', 'mean'], 'c'),
  ...squaresMean('c'),
]
const gain = (around: number) => ({ gain: vectorOf(24, around), epsilon: scalarOf(1e-5) })
const conv = { w: randomTensor(random, [6, 3, 3, 3], 27), b: randomTensor(random, [6]) }
const image = (nodes: readonly TestNode[], constants = {}): TestModel => ({
  inputs: { x: [1, 3, 8, 8] },
  outputs: ['y'],
  nodes: [node('Conv', ['x', 'w', 'b'], 'c', { pads: [1, 1, 1, 1] }), ...nodes],
  constants: { ...conv, ...constants },
})
const rows = (nodes: readonly TestNode[], constants: TestModel['constants'] = {}, opset = 13): TestModel => ({
  opset,
  inputs: { x: [2, 5, 24] },
  outputs: ['y'],
  nodes,
  constants,
})
const mask = Array.from({ length: 36 }, (_, i) => (i % 6 > Math.floor(i / 6) ? -10000 : 0))

interface Case {
  readonly name: string
  readonly model: TestModel
  readonly kinds: readonly string[]
  /** Least signal to error in 16 bits, decibels. */
  readonly decibels: number
}

const CASES: readonly Case[] = [
  {
    name: 'RMSNorm spelled out',
    model: rows([...squaresMean('x'), node('Mul', ['unit', 'gain'], 'y')], gain(1)),
    kinds: ['norm'],
    decibels: 70,
  },
  {
    name: 'RMSNorm with gains of both signs',
    model: rows([...squaresMean('x'), node('Mul', ['gain', 'unit'], 'y')], gain(0)),
    kinds: ['norm'],
    decibels: 70,
  },
  {
    name: 'LayerNorm spelled out',
    model: rows([...centred, node('Mul', ['unit', 'gain'], 'g'), node('Add', ['g', 'offset'], 'y')], {
      ...gain(1),
      offset: vectorOf(24, 0),
    }),
    kinds: ['norm'],
    decibels: 70,
  },
  {
    name: 'LayerNormalization',
    model: rows(
      [node('LayerNormalization', ['x', 'gain', 'offset'], 'y')],
      { gain: vectorOf(24, 1), offset: vectorOf(24, 0) },
      17,
    ),
    kinds: ['norm'],
    decibels: 70,
  },
  {
    name: 'SiLU',
    model: image([node('Sigmoid', ['c'], 's'), node('Mul', ['c', 's'], 'y')]),
    kinds: ['conv', 'table'],
    decibels: 45,
  },
  {
    name: 'HardSwish spelled out',
    model: image(
      [
        node('Add', ['c', 'three'], 'a'),
        node('Clip', ['a', 'zero', 'six'], 'r'),
        node('Mul', ['c', 'r'], 'm'),
        node('Div', ['m', 'six'], 'y'),
      ],
      { three: scalarOf(3), zero: { shape: [], data: [0] }, six: { shape: [], data: [6] } },
    ),
    kinds: ['conv', 'table'],
    decibels: 45,
  },
  {
    name: 'attention with a causal mask',
    model: {
      inputs: { q: [1, 2, 6, 8], k: [1, 2, 8, 6], v: [1, 2, 6, 8] },
      outputs: ['y'],
      nodes: [
        node('MatMul', ['q', 'k'], 's'),
        node('Add', ['s', 'mask'], 'm'),
        node('Softmax', ['m'], 'p', { axis: -1 }),
        node('MatMul', ['p', 'v'], 'y'),
      ],
      constants: { mask: { shape: [1, 1, 6, 6], data: mask } },
    },
    kinds: ['matmul', 'softmax', 'matmul'],
    decibels: 55,
  },
  {
    name: 'embedding',
    model: {
      inputs: { x: [1, 7] },
      indices: { x: 50 },
      outputs: ['y'],
      nodes: [node('Gather', ['table', 'x'], 'e'), node('MatMul', ['e', 'm'], 'y')],
      constants: { table: randomTensor(random, [50, 12]), m: randomTensor(random, [12, 9], 12) },
    },
    kinds: ['gather', 'linear'],
    decibels: 40,
  },
  {
    name: 'Expand of heads',
    model: {
      inputs: { x: [1, 2, 1, 5, 4], z: [1, 2, 3, 5, 4] },
      outputs: ['y'],
      nodes: [node('Expand', ['x', 'shape'], 'e'), node('Add', ['e', 'z'], 'y')],
      constants: { shape: { shape: [5], data: [1, 2, 3, 5, 4], type: 'int64' } },
    },
    kinds: ['expand', 'sum'],
    decibels: 70,
  },
  {
    name: 'convolution, residual, pools',
    model: image(
      [
        node('Relu', ['c'], 'r'),
        node('Conv', ['r', 'w2'], 'd', { group: 6, pads: [1, 1, 1, 1] }),
        node('Add', ['d', 'r'], 'a'),
        node('MaxPool', ['a'], 'p', { kernel_shape: [2, 2], strides: [2, 2] }),
        node('GlobalAveragePool', ['p'], 'g'),
        node('Flatten', ['g'], 'f'),
        node('Gemm', ['f', 'm'], 'y'),
      ],
      { w2: randomTensor(random, [6, 1, 3, 3], 9), m: randomTensor(random, [6, 4], 6) },
    ),
    kinds: ['conv', 'conv', 'sum', 'max-pool', 'sum-pool', 'reshape', 'linear'],
    decibels: 40,
  },
]

for (const { name, model, kinds, decibels } of CASES)
  test(name, async () => {
    const narrow = await checkModel(model, { precision: 'fast', decibels: 20 })
    const macros = (from: typeof narrow): string[] =>
      from.compiled.model.manifest.macros.map(({ kind }) => kind).filter((kind) => kind !== 'constant')
    assert.deepEqual(macros(narrow), kinds)
    const wide = await checkModel(model, { precision: 'high', decibels })
    assert.deepEqual(
      macros(wide),
      kinds.map((kind) => (kind === 'table' ? 'curve' : kind)),
    )
    assert.ok(wide.compiled.model.program.steps.some(({ dtype }) => dtype === 'i16'))
  })

test('balanced precision widens only where the loss asks for it', async () => {
  const { model } = CASES.find(({ name }) => name === 'RMSNorm spelled out')!
  const bits = async (maxLoss: number): Promise<string> => {
    const { compiled } = await checkModel(model, { maxLoss })
    return compiled.model.manifest.outputs[0]!.dtype + compiled.model.manifest.inputs[0]!.dtype
  }
  assert.equal(await bits(0.2), 'i16u8')
  assert.equal(await bits(0.0005), 'i16i16')
})
