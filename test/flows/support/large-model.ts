import onnxProto from 'onnx-proto'

const { onnx } = onnxProto
const SIZE = 48
const CHANNELS = 8

/** Bytes of its input and of its output: each more than travels inline. */
export const LARGE = { input: 3 * SIZE * SIZE, output: CHANNELS * SIZE * SIZE } as const

/** A convolution of pictures of 3 x 48 x 48 into 8 channels, as an ONNX file. */
export function largeModel(): Uint8Array {
  const weights = Float32Array.from({ length: CHANNELS * 27 }, (_, i) => Math.sin(i) / 3)
  const shape = (...sizes: readonly number[]) => ({
    tensorType: { elemType: 1, shape: { dim: sizes.map((dimValue) => ({ dimValue })) } },
  })
  const { INTS } = onnx.AttributeProto.AttributeType
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'large',
      node: [
        {
          opType: 'Conv',
          name: 'conv',
          input: ['picture', 'weights'],
          output: ['conv'],
          attribute: [
            { name: 'kernel_shape', type: INTS, ints: [3, 3] },
            { name: 'pads', type: INTS, ints: [1, 1, 1, 1] },
          ],
        },
        { opType: 'Relu', name: 'relu', input: ['conv'], output: ['features'] },
      ],
      initializer: [
        { name: 'weights', dims: [CHANNELS, 3, 3, 3], dataType: 1, rawData: new Uint8Array(weights.buffer) },
      ],
      input: [{ name: 'picture', type: shape(1, 3, SIZE, SIZE) }],
      output: [{ name: 'features', type: shape(1, CHANNELS, SIZE, SIZE) }],
    },
  })
  return onnx.ModelProto.encode(model).finish()
}
