import onnxProto from 'onnx-proto'
import type { Network, Tensor } from './network.ts'

const { onnx } = onnxProto
const float = onnx.TensorProto.DataType.FLOAT

/** The network as an ONNX file: `image` float [1,1,size,size] in 0..1 to `logits` [1,classes], weights as float32. */
export function networkToOnnx(network: Network, docString: string): Uint8Array {
  const { size, kernel, classes } = network.architecture
  const reach = (kernel - 1) / 2
  const conv = { kernel_shape: [kernel, kernel], pads: [reach, reach, reach, reach], strides: [1, 1] }
  const pool = { kernel_shape: [2, 2], strides: [2, 2] }
  const graph = onnx.GraphProto.create({
    name: 'digits',
    node: [
      node('Conv', 'conv1', ['image', 'conv1.weight', 'conv1.bias'], conv),
      node('Relu', 'relu1', ['conv1']),
      node('MaxPool', 'pool1', ['relu1'], pool),
      node('Conv', 'conv2', ['pool1', 'conv2.weight', 'conv2.bias'], conv),
      node('Relu', 'relu2', ['conv2']),
      node('MaxPool', 'pool2', ['relu2'], pool),
      node('Flatten', 'flatten', ['pool2'], { axis: 1 }),
      node('Gemm', 'fc1', ['flatten', 'fc1.weight', 'fc1.bias'], { transB: 1 }),
      node('Relu', 'relu3', ['fc1']),
      { ...node('Gemm', 'fc2', ['relu3', 'fc2.weight', 'fc2.bias'], { transB: 1 }), output: ['logits'] },
    ],
    initializer: network.tensors.map(initializer),
    input: [valueInfo('image', [1, 1, size, size])],
    output: [valueInfo('logits', [1, classes])],
  })
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    producerName: 'plumbline',
    docString,
    graph,
  })
  return onnx.ModelProto.encode(model).finish()
}

/** A node whose only output carries its own name. */
function node(
  opType: string,
  name: string,
  input: string[],
  attributes: Readonly<Record<string, number | number[]>> = {},
): onnxProto.onnx.INodeProto {
  const { INT, INTS } = onnx.AttributeProto.AttributeType
  const attribute = Object.entries(attributes).map(([key, value]) =>
    typeof value === 'number' ? { name: key, type: INT, i: value } : { name: key, type: INTS, ints: value },
  )
  return { opType, name, input, output: [name], attribute }
}

function initializer({ name, shape, values }: Tensor): onnxProto.onnx.ITensorProto {
  const rawData = new Uint8Array(values.length * 4)
  const view = new DataView(rawData.buffer)
  // raw_data is little-endian by the ONNX standard, whatever this machine is.
  values.forEach((value, i) => view.setFloat32(4 * i, value, true))
  return { name, dims: [...shape], dataType: float, rawData }
}

function valueInfo(name: string, shape: readonly number[]): onnxProto.onnx.IValueInfoProto {
  const dim = shape.map((dimValue) => ({ dimValue }))
  return { name, type: { tensorType: { elemType: float, shape: { dim } } } }
}
