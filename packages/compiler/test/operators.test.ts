import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkModel } from './support/check.ts'
import { randomTensor, type TestModel, type TestNode, type TestTensor } from './support/onnx-file.ts'
import { seeded } from './support/random.ts'

const one = (
  shape: readonly number[],
  node: Omit<TestNode, 'inputs' | 'output'>,
  constants: Readonly<Record<string, TestTensor>> = {},
  opset?: number,
): TestModel => ({
  inputs: { x: shape },
  outputs: ['y'],
  nodes: [{ ...node, inputs: ['x', ...Object.keys(constants)], output: 'y' }],
  constants,
  ...(opset !== undefined && { opset }),
})

const random = seeded(7)
const convWeights = (outputs: number, channels: number, ...kernel: number[]) => ({
  w: randomTensor(random, [outputs, channels, ...kernel], channels * kernel.reduce((a, b) => a * b, 1)),
  b: randomTensor(random, [outputs]),
})

const CONVS: readonly (readonly [string, TestModel])[] = [
  [
    '3x3, padded',
    one([1, 3, 9, 7], { type: 'Conv', attributes: { pads: [1, 1, 1, 1] } }, convWeights(5, 3, 3, 3)),
  ],
  [
    'strided, unevenly padded',
    one(
      [1, 4, 9, 8],
      { type: 'Conv', attributes: { pads: [0, 2, 1, 1], strides: [2, 3] } },
      convWeights(6, 4, 3, 2),
    ),
  ],
  [
    'dilated',
    one(
      [1, 4, 12, 11],
      { type: 'Conv', attributes: { dilations: [2, 3], pads: [2, 3, 2, 3] } },
      convWeights(6, 4, 3, 3),
    ),
  ],
  [
    'grouped',
    one(
      [1, 6, 8, 8],
      { type: 'Conv', attributes: { group: 2, pads: [1, 1, 1, 1] } },
      convWeights(4, 3, 3, 3),
    ),
  ],
  [
    'depthwise',
    one(
      [1, 6, 8, 8],
      { type: 'Conv', attributes: { group: 6, pads: [1, 1, 1, 1] } },
      convWeights(6, 1, 3, 3),
    ),
  ],
  [
    'depthwise with a multiplier',
    one([1, 3, 8, 8], { type: 'Conv', attributes: { group: 3, strides: [2, 2] } }, convWeights(6, 1, 3, 3)),
  ],
  ['1x1', one([1, 16, 5, 5], { type: 'Conv' }, convWeights(8, 16, 1, 1))],
  ['as large as its input', one([1, 4, 5, 5], { type: 'Conv' }, convWeights(8, 4, 5, 5))],
  [
    'one spatial axis',
    one([1, 4, 20], { type: 'Conv', attributes: { pads: [2, 2], strides: [2] } }, convWeights(6, 4, 5)),
  ],
  [
    'batch of two',
    one([2, 3, 6, 6], { type: 'Conv', attributes: { pads: [1, 1, 1, 1] } }, convWeights(4, 3, 3, 3)),
  ],
  [
    'auto_pad SAME_UPPER',
    one(
      [1, 3, 7, 8],
      { type: 'Conv', attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] } },
      convWeights(4, 3, 4, 3),
    ),
  ],
  [
    'auto_pad SAME_LOWER',
    one(
      [1, 3, 7, 8],
      { type: 'Conv', attributes: { auto_pad: 'SAME_LOWER', strides: [2, 2] } },
      convWeights(4, 3, 4, 3),
    ),
  ],
  [
    'auto_pad VALID',
    one([1, 3, 7, 8], { type: 'Conv', attributes: { auto_pad: 'VALID' } }, convWeights(4, 3, 3, 3)),
  ],
]
for (const [name, model] of CONVS)
  test(`Conv ${name}`, async () => {
    await checkModel(model)
  })

const twoStage = (
  second: readonly TestNode[],
  constants: Readonly<Record<string, TestTensor>> = {},
): TestModel => ({
  inputs: { x: [1, 3, 12, 12] },
  outputs: ['y'],
  nodes: [
    { type: 'Conv', inputs: ['x', 'w', 'b'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
    ...second,
  ],
  constants: { ...convWeights(8, 3, 3, 3), ...constants },
})

const POOLS: readonly (readonly [string, TestNode])[] = [
  [
    'MaxPool',
    { type: 'MaxPool', inputs: ['c'], output: 'y', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  ],
  [
    'MaxPool padded',
    {
      type: 'MaxPool',
      inputs: ['c'],
      output: 'y',
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    },
  ],
  [
    'MaxPool rounded up',
    {
      type: 'MaxPool',
      inputs: ['c'],
      output: 'y',
      attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    },
  ],
  [
    'MaxPool dilated',
    { type: 'MaxPool', inputs: ['c'], output: 'y', attributes: { kernel_shape: [2, 2], dilations: [3, 2] } },
  ],
  [
    'AveragePool',
    {
      type: 'AveragePool',
      inputs: ['c'],
      output: 'y',
      attributes: { kernel_shape: [3, 2], strides: [2, 2] },
    },
  ],
  [
    'AveragePool without its padding',
    {
      type: 'AveragePool',
      inputs: ['c'],
      output: 'y',
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    },
  ],
  [
    'AveragePool with its padding',
    {
      type: 'AveragePool',
      inputs: ['c'],
      output: 'y',
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 },
    },
  ],
  [
    'AveragePool rounded up',
    {
      type: 'AveragePool',
      inputs: ['c'],
      output: 'y',
      attributes: { kernel_shape: [5, 5], strides: [4, 4], ceil_mode: 1 },
    },
  ],
  [
    'AveragePool rounded up with its padding',
    {
      type: 'AveragePool',
      inputs: ['c'],
      output: 'y',
      attributes: {
        kernel_shape: [5, 5],
        strides: [4, 4],
        pads: [1, 1, 1, 1],
        ceil_mode: 1,
        count_include_pad: 1,
      },
    },
  ],
  ['GlobalAveragePool', { type: 'GlobalAveragePool', inputs: ['c'], output: 'y' }],
]
for (const [name, node] of POOLS)
  test(name, async () => {
    await checkModel(twoStage([node]))
  })

const relu = (from: string, to: string): TestNode => ({ type: 'Relu', inputs: [from], output: to })
const CHAINS: readonly (readonly [string, TestModel])[] = [
  ['Relu behind Conv', twoStage([relu('c', 'y')])],
  [
    'Relu behind a MaxPool',
    twoStage([
      { type: 'MaxPool', inputs: ['c'], output: 'p', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
      relu('p', 'y'),
    ]),
  ],
  [
    'Clip by inputs',
    twoStage([{ type: 'Clip', inputs: ['c', 'low', 'high'], output: 'y' }], {
      low: { shape: [], data: [-0.5] },
      high: { shape: [], data: [0.75] },
    }),
  ],
  [
    'Clip by attributes',
    {
      ...twoStage([
        { type: 'Clip', inputs: ['c'], output: 'y', attributes: { min: { float: 0 }, max: { float: 0.8 } } },
      ]),
      opset: 9,
    },
  ],
  ['Relu on its own', { inputs: { x: [1, 3, 4, 5] }, outputs: ['y'], nodes: [relu('x', 'y')] }],
  [
    'Relu and what it reads both used',
    twoStage([relu('c', 'r'), { type: 'Add', inputs: ['c', 'r'], output: 'y' }]),
  ],
  [
    'residual Add',
    twoStage(
      [
        relu('c', 'r'),
        { type: 'Conv', inputs: ['r', 'w2'], output: 'd', attributes: { pads: [1, 1, 1, 1] } },
        { type: 'Add', inputs: ['d', 'r'], output: 's' },
        relu('s', 'y'),
      ],
      { w2: randomTensor(random, [8, 8, 3, 3], 72) },
    ),
  ],
  [
    'Add of a constant by element',
    twoStage([{ type: 'Add', inputs: ['k', 'c'], output: 'y' }], { k: randomTensor(random, [12, 12]) }),
  ],
  [
    'Add of a constant by channel',
    twoStage([{ type: 'Add', inputs: ['c', 'k'], output: 'y' }], { k: randomTensor(random, [8, 1, 1]) }),
  ],
  [
    'Add that broadcasts',
    twoStage([
      { type: 'GlobalAveragePool', inputs: ['c'], output: 'g' },
      { type: 'Add', inputs: ['g', 'c'], output: 'y' },
    ]),
  ],
  [
    'BatchNormalization behind Conv',
    twoStage(
      [{ type: 'BatchNormalization', inputs: ['c', 's', 'o', 'm', 'v'], output: 'n' }, relu('n', 'y')],
      {
        s: randomTensor(random, [8]),
        o: randomTensor(random, [8]),
        m: randomTensor(random, [8]),
        v: { shape: [8], data: Array.from({ length: 8 }, () => 0.2 + random.next()) },
      },
    ),
  ],
  [
    'BatchNormalization on its own',
    one(
      [1, 4, 6, 6],
      { type: 'BatchNormalization' },
      {
        s: randomTensor(random, [4]),
        o: randomTensor(random, [4]),
        m: randomTensor(random, [4]),
        v: { shape: [4], data: Array.from({ length: 4 }, () => 0.2 + random.next()) },
      },
    ),
  ],
  [
    'Concat along channels',
    twoStage(
      [
        relu('c', 'r'),
        { type: 'Conv', inputs: ['r', 'w2'], output: 'd' },
        { type: 'Conv', inputs: ['r', 'w3'], output: 'e' },
        { type: 'Concat', inputs: ['d', 'r', 'e'], output: 'y', attributes: { axis: 1 } },
      ],
      { w2: randomTensor(random, [4, 8, 1, 1], 8), w3: randomTensor(random, [3, 8, 1, 1], 8) },
    ),
  ],
  [
    'Concat of an input and more',
    {
      inputs: { x: [2, 5], z: [2, 3] },
      outputs: ['y'],
      nodes: [{ type: 'Concat', inputs: ['x', 'z', 'x'], output: 'y', attributes: { axis: -1 } }],
    },
  ],
  [
    'Transpose of an image',
    twoStage([{ type: 'Transpose', inputs: ['c'], output: 'y', attributes: { perm: [0, 2, 3, 1] } }]),
  ],
  [
    'Reshape that cuts channels',
    twoStage(
      [
        { type: 'Reshape', inputs: ['c', 's'], output: 'r' },
        { type: 'Transpose', inputs: ['r'], output: 't', attributes: { perm: [0, 2, 1, 3, 4] } },
        { type: 'Reshape', inputs: ['t', 'u'], output: 'v' },
        { type: 'Conv', inputs: ['v', 'w2'], output: 'y' },
      ],
      {
        s: { shape: [5], data: [1, 2, 4, 12, 12], type: 'int64' },
        u: { shape: [4], data: [0, 8, -1, 12], type: 'int64' },
        w2: randomTensor(random, [4, 8, 3, 3], 72),
      },
    ),
  ],
  [
    'Flatten and Gemm',
    twoStage(
      [
        { type: 'Flatten', inputs: ['c'], output: 'f' },
        {
          type: 'Gemm',
          inputs: ['f', 'w2', 'b2'],
          output: 'y',
          attributes: { transB: 1, alpha: { float: 0.5 } },
        },
      ],
      { w2: randomTensor(random, [10, 8 * 144], 8 * 144), b2: randomTensor(random, [10]) },
    ),
  ],
  [
    'Gemm untransposed',
    one([3, 20], { type: 'Gemm' }, { w: randomTensor(random, [20, 7], 20), b: randomTensor(random, [7]) }),
  ],
  [
    'Gemm with a transposed input',
    one([20, 3], { type: 'Gemm', attributes: { transA: 1 } }, { w: randomTensor(random, [20, 7], 20) }),
  ],
  ['MatMul by a constant', one([2, 3, 16], { type: 'MatMul' }, { w: randomTensor(random, [16, 9], 16) })],
  [
    'MatMul and Add are one step',
    {
      inputs: { x: [4, 16] },
      outputs: ['y'],
      nodes: [
        { type: 'MatMul', inputs: ['x', 'w'], output: 'm' },
        { type: 'Add', inputs: ['k', 'm'], output: 'y' },
      ],
      constants: { w: randomTensor(random, [16, 9], 16), k: randomTensor(random, [9]) },
    },
  ],
  [
    'MatMul of two computed tensors',
    {
      inputs: { x: [2, 5, 8], z: [2, 8, 6] },
      outputs: ['y'],
      nodes: [{ type: 'MatMul', inputs: ['x', 'z'], output: 'y' }],
    },
  ],
  [
    'MatMul with broadcast batch',
    {
      inputs: { x: [3, 2, 5, 8], z: [2, 8, 6] },
      outputs: ['y'],
      nodes: [{ type: 'MatMul', inputs: ['x', 'z'], output: 'y' }],
    },
  ],
  [
    'Identity, Dropout and constants',
    {
      inputs: { x: [1, 6] },
      outputs: ['y'],
      nodes: [
        { type: 'Identity', inputs: ['x'], output: 'i' },
        { type: 'Dropout', inputs: ['i'], output: 'd' },
        { type: 'Reshape', inputs: ['flat', 's'], output: 'w' },
        { type: 'Transpose', inputs: ['w'], output: 'wt' },
        { type: 'Identity', inputs: ['wt'], output: 'wti' },
        { type: 'MatMul', inputs: ['d', 'wti'], output: 'm' },
        { type: 'Softmax', inputs: ['m'], output: 'y' },
      ],
      constants: { flat: randomTensor(random, [24], 6), s: { shape: [2], data: [4, 6], type: 'int64' } },
    },
  ],
  [
    'two outputs of one tensor',
    { ...twoStage([{ type: 'Identity', inputs: ['c'], output: 'y' }]), outputs: ['y', 'c'] },
  ],
]
const unary = (type: string, attributes: TestNode['attributes'] = {}): readonly [string, TestModel] => [
  `${type} is a table`,
  {
    inputs: { x: [2, 3, 4] },
    outputs: ['y'],
    opset: type === 'Gelu' ? 20 : 14,
    nodes: [{ type, inputs: ['x'], output: 'y', attributes }],
  },
]
const TABLES = [
  ...['Abs', 'Elu', 'Erf', 'Exp', 'HardSigmoid', 'HardSwish', 'LeakyRelu', 'Neg', 'Selu'].map((type) =>
    unary(type),
  ),
  ...['Sigmoid', 'Softplus', 'Softsign', 'Tanh', 'Gelu'].map((type) => unary(type)),
  unary('Elu', { alpha: { float: 0.5 } }),
]
for (const [name, model] of TABLES)
  test(name, async () => {
    await checkModel(model)
  })

const two = (type: string): TestModel => ({
  inputs: { x: [2, 3, 4], z: [3, 1] },
  outputs: ['y'],
  nodes: [{ type, inputs: ['x', 'z'], output: 'y' }],
})
const withConstant = (type: string, k: TestTensor, first = false): TestModel => ({
  inputs: { x: [2, 3, 4] },
  outputs: ['y'],
  nodes: [{ type, inputs: first ? ['k', 'x'] : ['x', 'k'], output: 'y' }],
  constants: { k },
})
const scalar = (value: number): TestTensor => ({ shape: [], data: [value] })
const softmaxed = (attributes: Readonly<Record<string, number>>, opset: number): TestModel => ({
  inputs: { x: [2, 3, 6] },
  outputs: ['y'],
  opset,
  nodes: [
    { type: 'Softmax', inputs: ['x'], output: 's', attributes },
    { type: 'Add', inputs: ['s', 's'], output: 'y' },
  ],
})
const ARITHMETIC: readonly (readonly [string, TestModel])[] = [
  ['Mul of two tensors', two('Mul')],
  ['Sub of two tensors', two('Sub')],
  ['Mul by a number', withConstant('Mul', scalar(0.3))],
  ['Mul by a negative number', withConstant('Mul', scalar(-2))],
  ['Mul by a tensor', withConstant('Mul', randomTensor(random, [3, 4]))],
  ['Div by a number', withConstant('Div', scalar(7))],
  ['Div by a tensor', withConstant('Div', { shape: [4], data: [1, 2, -3, 4] })],
  ['Sub of a constant', withConstant('Sub', randomTensor(random, [3, 4]))],
  ['Sub from a constant', withConstant('Sub', randomTensor(random, [4]), true)],
  ['Softmax inside, last axis', softmaxed({ axis: -1 }, 13)],
  ['Softmax inside, middle axis', softmaxed({ axis: 1 }, 13)],
  ['Softmax inside, older opset', softmaxed({ axis: 2 }, 11)],
  [
    'Mul behind Conv folds',
    twoStage([{ type: 'Mul', inputs: ['c', 'k'], output: 'y' }], { k: randomTensor(random, [8, 1, 1]) }),
  ],
  [
    'slices of a tensor, joined with a constant',
    {
      inputs: { x: [2, 6, 4] },
      outputs: ['y'],
      nodes: [
        { type: 'Slice', inputs: ['x', 'from', 'to', 'axes', 'steps'], output: 'a' },
        { type: 'Gather', inputs: ['x', 'index'], output: 'g', attributes: { axis: 1 } },
        { type: 'Unsqueeze', inputs: ['g', 'axis1'], output: 'u' },
        { type: 'Concat', inputs: ['k', 'a', 'u'], output: 'y', attributes: { axis: 1 } },
      ],
      constants: {
        from: { shape: [2], data: [1, -4], type: 'int64' },
        to: { shape: [2], data: [100, 5], type: 'int64' },
        axes: { shape: [2], data: [1, 2], type: 'int64' },
        steps: { shape: [2], data: [2, 1], type: 'int64' },
        index: { shape: [], data: [-1], type: 'int64' },
        axis1: { shape: [1], data: [1], type: 'int64' },
        k: randomTensor(random, [2, 1, 4]),
      },
    },
  ],
]

for (const [name, model] of ARITHMETIC)
  test(name, async () => {
    await checkModel(model)
  })

const REDUCTIONS: readonly (readonly [string, TestNode['attributes']])[] = [
  ['ReduceMean', { axes: [1] }],
  ['ReduceMean', { axes: [-1], keepdims: 0 }],
  ['ReduceMean', { axes: [2, 3] }],
  ['ReduceMax', { axes: [1, 2] }],
  ['ReduceSum', { axes: [0, 3], keepdims: 0 }],
  ['ReduceMean', {}],
]
for (const [type, attributes] of REDUCTIONS)
  test(`${type} ${JSON.stringify(attributes)}`, async () => {
    const model = twoStage([{ type, inputs: ['c'], output: 'y', ...(attributes && { attributes }) }])
    await checkModel({ ...model, opset: 11 }, { decibels: 15 })
  })

test('arithmetic on shapes folds away', async () => {
  const { compiled } = await checkModel({
    ...twoStage(
      [
        { type: 'Shape', inputs: ['c'], output: 'shape' },
        { type: 'Gather', inputs: ['shape', 'zero'], output: 'n' },
        { type: 'Unsqueeze', inputs: ['n', 'axis0'], output: 'n1' },
        { type: 'Slice', inputs: ['shape', 'one', 'two', 'axis0'], output: 'c1' },
        { type: 'Cast', inputs: ['c1'], output: 'c2', attributes: { to: 7 } },
        { type: 'Concat', inputs: ['n1', 'c2', 'rest'], output: 'target', attributes: { axis: 0 } },
        { type: 'Reshape', inputs: ['c', 'target'], output: 'r' },
        { type: 'ConstantOfShape', inputs: ['target1'], output: 'filled' },
        { type: 'Add', inputs: ['r', 'filled'], output: 'y' },
      ],
      {
        zero: { shape: [], data: [0], type: 'int64' },
        axis0: { shape: [1], data: [0], type: 'int64' },
        one: { shape: [1], data: [1], type: 'int64' },
        two: { shape: [1], data: [2], type: 'int64' },
        rest: { shape: [1], data: [-1], type: 'int64' },
        target1: { shape: [1], data: [144], type: 'int64' },
      },
    ),
  })
  assert.deepEqual(
    compiled.model.manifest.macros.map(({ kind }) => kind).filter((kind) => kind !== 'constant'),
    ['conv', 'reshape', 'sum'],
  )
})

for (const [name, model] of CHAINS)
  test(name, async () => {
    await checkModel(model)
  })

test('what an integer step does for free takes no step', async () => {
  const { compiled } = await checkModel(
    twoStage(
      [
        { type: 'BatchNormalization', inputs: ['c', 's', 'o', 'm', 'v'], output: 'n' },
        relu('n', 'r'),
        { type: 'Flatten', inputs: ['r'], output: 'f' },
        { type: 'MatMul', inputs: ['f', 'w2'], output: 'g' },
        { type: 'Add', inputs: ['g', 'k'], output: 'y' },
      ],
      {
        s: randomTensor(random, [8]),
        o: randomTensor(random, [8]),
        m: randomTensor(random, [8]),
        v: { shape: [8], data: [1, 2, 1, 1, 1, 2, 1, 1] },
        w2: randomTensor(random, [8 * 144, 5], 8 * 144),
        k: randomTensor(random, [5]),
      },
    ),
  )
  assert.deepEqual(
    compiled.model.program.steps.map(({ kind }) => kind),
    ['DOT', 'DOT'],
  )
})

test('a reduction too long to prove is split, and the result stays', async () => {
  const { compiled } = await checkModel(
    one([1, 9000], { type: 'MatMul' }, { w: randomTensor(random, [9000, 3], 9000) }),
  )
  assert.deepEqual(
    compiled.model.program.steps.map(({ kind, dtype }) => `${kind} ${dtype}`),
    ['DOT i32', 'SUM i16'],
  )
  const { compiled: pooled } = await checkModel(
    {
      inputs: { x: [1, 64, 40, 40] },
      outputs: ['y'],
      nodes: [
        { type: 'Relu', inputs: ['x'], output: 'r' },
        { type: 'GlobalAveragePool', inputs: ['r'], output: 'y' },
      ],
    },
    { runs: 1 },
  )
  assert.ok(pooled.report.worstProofGas <= 600_000)
})

test('constants that share a root because they only differ in zeros at the end', async () => {
  // Both zero tensors fit one leaf: 8 and 18 bytes of zeros have one root.
  const zeros = (shape: readonly number[]): TestTensor => ({
    shape,
    data: new Float32Array(shape[0]! * shape[1]!),
  })
  const { compiled } = await checkModel(
    {
      inputs: { x: [2, 2], z: [3, 3] },
      outputs: ['y', 'v'],
      nodes: [
        { type: 'Add', inputs: ['x', 'a'], output: 'y' },
        { type: 'Add', inputs: ['z', 'b'], output: 'v' },
      ],
      constants: { a: zeros([2, 2]), b: zeros([3, 3]) },
    },
    { decibels: 15 },
  )
  assert.equal(compiled.model.manifest.constants.length, 1)
})
