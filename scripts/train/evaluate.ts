import { InferenceSession, Tensor } from 'onnxruntime-node'
import { digitImage, type DigitSet } from '../data/mnist.ts'
import { argmax } from './network.ts'

/** Logits of one raw image, as ONNX Runtime computes them from the file. */
export async function onnxLogits(session: InferenceSession, pixels: Uint8Array): Promise<Float32Array> {
  const image = new Tensor(
    'float32',
    Float32Array.from(pixels, (pixel) => pixel / 255),
    [1, 1, 28, 28],
  )
  const { logits } = await session.run({ image })
  if (!(logits?.data instanceof Float32Array)) throw new TypeError('the model has no float32 output `logits`')
  return logits.data
}

/** Share of the first `count` digits that the ONNX file names rightly. */
export async function onnxAccuracy(
  file: string,
  digits: DigitSet,
  count: number = digits.count,
): Promise<{ readonly right: number; readonly of: number }> {
  // The model is tiny: more threads cost more than they give.
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  try {
    let right = 0
    for (let at = 0; at < count; at++)
      if (argmax(await onnxLogits(session, digitImage(digits, at))) === digits.labels[at]) right++
    return { right, of: count }
  } finally {
    await session.release()
  }
}
