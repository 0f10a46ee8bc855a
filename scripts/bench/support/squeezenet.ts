import { type DataType, float32Bits, INDEX_AXIS, type TensorRef } from '@plumbline/ir'
import { seededRandom } from '../../train/random.ts'
import {
  type Activation,
  addConstant,
  addStep,
  at,
  type Builder,
  concat,
  conv,
  type Convolution,
  finish,
  maxPool,
  randomBytes,
  read,
  type Workload,
} from './builder.ts'

const SIZE = 224
const CLASSES = 1_000
const INPUT_ZERO = 114
/** Squeeze and expand channels of the fire modules 2 to 9, and whether a pool follows. */
const FIRES = [
  { squeeze: 16, expand: 64, pool: false },
  { squeeze: 16, expand: 64, pool: true },
  { squeeze: 32, expand: 128, pool: false },
  { squeeze: 32, expand: 128, pool: true },
  { squeeze: 48, expand: 192, pool: false },
  { squeeze: 48, expand: 192, pool: false },
  { squeeze: 64, expand: 256, pool: false },
  { squeeze: 64, expand: 256, pool: false },
] as const

/**
 * SqueezeNet 1.1 with its real shapes in 46 steps (350 million multiply-adds), random weights and a random image: the
 * image stored anew channels last (as the compiler does, so that a window is few runs), 26 convolutions, 8 concatenations, 3 pools, the average, 7 of softmax. The same seed gives the same bytes.
 */
export function squeezenetShaped(seed = 1): Workload {
  const builder: Builder = { random: seededRandom(seed), steps: [], constants: new Map() }
  const image: Activation = {
    ref: { class: 'input', index: 0 },
    dtype: 'u8',
    height: SIZE,
    width: SIZE,
    channels: 3,
    channelsFirst: true,
  }
  const first = { kernel: 3, stride: 2, pad: 0, channels: 64, inputZero: INPUT_ZERO, outputZero: 0 }
  let x = maxPool(builder, conv(builder, channelsLast(builder, image), first), 3, 2)
  for (const { squeeze, expand, pool } of FIRES) {
    const narrow = conv(builder, x, pointwise(squeeze))
    const near = conv(builder, narrow, pointwise(expand))
    const wide = conv(builder, narrow, { ...pointwise(expand), kernel: 3, pad: 1 })
    x = concat(builder, near, wide)
    if (pool) x = maxPool(builder, x, 3, 2)
  }
  const scores = conv(builder, x, { ...pointwise(CLASSES), outputChannelsFirst: true })
  softmax(builder, averages(builder, scores), CLASSES)
  const input = randomBytes(builder.random, 3 * SIZE * SIZE)
  return finish(builder, [{ dtype: 'u8', shape: [1, 3, SIZE, SIZE] }], [input])
}

function channelsLast(builder: Builder, image: Activation): Activation {
  const { height, width, channels, channelsFirst: _, ...rest } = image
  const ref = addStep(builder, {
    kind: 'SUM',
    outputExtents: [height, width, channels],
    a: read(
      image,
      height * width * channels,
      [at(height, width, 0, [0, 1]), at(width, 1, 0, [1, 1]), at(channels, height * width, 0, [2, 1])],
      { weight: 1 },
    ),
  })
  return { ...rest, height, width, channels, ref }
}

const pointwise = (channels: number): Convolution => ({
  kernel: 1,
  stride: 1,
  pad: 0,
  channels,
  inputZero: 0,
  outputZero: 0,
})

/** Channel by channel, which channels-first storage makes one line. */
function averages(builder: Builder, x: Activation): Stored {
  const area = x.height * x.width
  const ref = addStep(builder, {
    kind: 'SUM',
    outputExtents: [x.channels],
    reductionExtents: [area],
    multiplier: float32Bits(1 / area),
    a: read(x, x.channels * area, [at(x.channels, area, 0, [0, 1]), at(area, 1, 0, [1, 1])], { weight: 1 }),
  })
  return { ref, dtype: 'u8' }
}

interface Stored {
  readonly ref: TensorRef
  readonly dtype: DataType
}

const PART = 100

/** The fold of `n` values in two steps: a proof of all of them at once would be near the cap. */
function foldAll(builder: Builder, kind: 'SUM' | 'MAX', x: Stored, n: number): Stored {
  const fold = (from: Stored, outputs: number, length: number): Stored => ({
    dtype: x.dtype,
    ref: addStep(builder, {
      kind,
      dtype: x.dtype,
      outputExtents: [outputs],
      reductionExtents: [length],
      a: read(from, outputs * length, [at(outputs, length, 0, [0, 1]), at(length, 1, 0, [1, 1])], {
        weight: 1,
      }),
    }),
  })
  return fold(fold(x, n / PART, PART), 1, n / PART)
}

const TABLE_ONE = 2 ** 15
const TABLE_SCALE = 0.05
const OUTPUT_ONE = 256

function softmax(builder: Builder, scores: Stored, n: number): void {
  const each = [at(n, 1, 0, [0, 1])]
  const largest = foldAll(builder, 'MAX', scores, n)
  const below = addStep(builder, {
    kind: 'SUM',
    outputExtents: [n],
    a: read(largest, 1, [], { weight: 1 }),
    b: read(scores, n, each, { weight: -1 }),
  })
  const table = new Int32Array(256).map((_, d) => Math.round(Math.exp(-d * TABLE_SCALE) * TABLE_ONE))
  const tableOf = { ref: addConstant(builder, new Uint8Array(table.buffer)), dtype: 'i32' } as const
  const exponential = addStep(builder, {
    kind: 'SUM',
    dtype: 'i32',
    outputExtents: [n],
    a: read(tableOf, table.length, [at(table.length, 1, 0, [INDEX_AXIS, 1])], { weight: 1 }),
    g: read({ ref: below, dtype: 'u8' }, n, each, { weight: 1 }),
  })
  const exponentials = { ref: exponential, dtype: 'i32' } as const
  const total = foldAll(builder, 'SUM', exponentials, n)
  addStep(builder, {
    kind: 'DIV',
    outputExtents: [n],
    a: read(exponentials, n, each, { weight: OUTPUT_ONE }),
    b: read(total, 1, [], { weight: 1 }),
  })
}
