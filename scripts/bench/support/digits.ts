import { seededRandom } from '../../train/random.ts'
import {
  type Activation,
  type Builder,
  conv,
  finish,
  maxPool,
  randomBytes,
  type Workload,
} from './builder.ts'

const SIZE = 28
const layer = { kernel: 3, stride: 1, pad: 1, inputZero: 0, outputZero: 0 }

/** The six steps of the digit model (models/digits) with its shapes, random weights and a random image. */
export function digitsShaped(seed = 1): Workload {
  const builder: Builder = { random: seededRandom(seed), steps: [], constants: new Map() }
  const image: Activation = {
    ref: { class: 'input', index: 0 },
    dtype: 'u8',
    height: SIZE,
    width: SIZE,
    channels: 1,
    channelsFirst: true,
  }
  const low = maxPool(builder, conv(builder, image, { ...layer, channels: 8 }), 2, 2)
  const high = maxPool(builder, conv(builder, low, { ...layer, channels: 16 }), 2, 2)
  const flat = { ...high, height: 1, width: 1, channels: high.height * high.width * high.channels }
  const hidden = conv(builder, flat, { ...layer, kernel: 1, pad: 0, channels: 64 })
  conv(builder, hidden, { ...layer, kernel: 1, pad: 0, channels: 10, outputZero: 128 })
  const input = randomBytes(builder.random, SIZE * SIZE)
  return finish(builder, [{ dtype: 'u8', shape: [1, 1, SIZE, SIZE] }], [input])
}
