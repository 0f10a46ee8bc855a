import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import onnxProto from 'onnx-proto'
import { loadMnist } from '../../scripts/data/mnist.ts'
import { onnxAccuracy } from '../../scripts/train/evaluate.ts'

const modelFile = join(import.meta.dirname, '../../models/digits/digits.onnx')

test('the committed model reads at least 98.5% of the first 2,000 test digits', async () => {
  const { right, of } = await onnxAccuracy(modelFile, loadMnist().test, 2_000)
  assert.equal(of, 2_000)
  assert.ok(right >= 0.985 * of, `${right} of ${of}`)
})

test('the committed model is the small float CNN that the compiler is promised', () => {
  const bytes = readFileSync(modelFile)
  assert.ok(bytes.length < 500_000, `${bytes.length} bytes`)
  const model = onnxProto.onnx.ModelProto.decode(bytes)
  assert.deepEqual([Number(model.irVersion), model.producerName], [8, 'plumbline'])
  assert.deepEqual(
    model.opsetImport.map(({ domain, version }) => [domain, Number(version)]),
    [['', 13]],
  )
  const { node, input, output, initializer } = model.graph ?? {}
  assert.deepEqual(
    node?.map(({ opType, name }) => `${opType} ${name}`),
    [
      'Conv conv1',
      'Relu relu1',
      'MaxPool pool1',
      'Conv conv2',
      'Relu relu2',
      'MaxPool pool2',
      'Flatten flatten',
      'Gemm fc1',
      'Relu relu3',
      'Gemm fc2',
    ],
  )
  const described = [...(input ?? []), ...(output ?? [])].map(({ name, type }) => {
    const { elemType, shape } = type?.tensorType ?? {}
    return [name, elemType, shape?.dim?.map(({ dimValue }) => Number(dimValue))]
  })
  const float = onnxProto.onnx.TensorProto.DataType.FLOAT
  assert.deepEqual(described, [
    ['image', float, [1, 1, 28, 28]],
    ['logits', float, [1, 10]],
  ])
  for (const { name, dataType, dims, rawData } of initializer ?? []) {
    const elements = (dims ?? []).reduce<number>((product, dim) => product * Number(dim), 1)
    assert.deepEqual([dataType, rawData?.length], [float, 4 * elements], String(name))
  }
  assert.equal(initializer?.length, 8)
})
