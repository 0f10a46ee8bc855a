import { tensorRoot } from '@plumbline/commitments'
import { byteLength, type Constants, dtypeMax, dtypeMin, type Hash, type TensorType } from '@plumbline/ir'
import {
  type ConstantRef,
  convOrder,
  dense,
  type MacroBase,
  linearOrder,
  packRecords,
  packRows,
  type Output,
  type Value,
  type Window,
} from '@plumbline/ops'
import { type Random, seededRandom } from './random.ts'

/** One macro with constants, for random inputs. */
export interface MacroCase {
  readonly inputs: readonly TensorType[]
  readonly macro: MacroBase
  readonly constants: Constants
}

const FAMILIES: readonly ((random: Random) => MacroCase)[] = [
  convCase,
  convCase,
  depthwiseCase,
  linearCase,
  matmulCase,
  maxPoolCase,
  sumPoolCase,
  sumCase,
  padCase,
]

/** Case number `index` of the endless conformance sequence: the same everywhere. */
export const macroCase = (index: number): MacroCase => {
  const random = seededRandom(0x5eed + index)
  return FAMILIES[index % FAMILIES.length]!(random)
}

export const randomInputs = (item: MacroCase, random: Random): readonly Uint8Array[] =>
  item.inputs.map((type) => random.bytes(byteLength(type)))

/** Multipliers around 1 / reach, many of them powers of two: those make exact ties. */
function multiplier(random: Random, reach: number): number {
  const exponent = Math.round(Math.log2(255 / reach)) + random.integer(-3, 4)
  const mantissa = random.pick([1, 1, 1.5, 1 + random.integer(0, 2 ** 23 - 1) / 2 ** 23])
  return mantissa * 2 ** exponent
}

function output(random: Random, dtypes: readonly Output['dtype'][] = ['u8', 'u8', 'u8', 'i16']): Output {
  const dtype = random.pick(dtypes)
  const [min, max] = [dtypeMin(dtype), dtypeMax(dtype)]
  const zero =
    dtype === 'u8' ? random.pick([0, 128, random.integer(0, 255)]) : random.pick([0, random.integer(-99, 99)])
  const narrow = random.integer(0, 3) === 0
  const low = narrow ? Math.max(min, random.integer(-20, 100)) : min
  return { dtype, zero, low, high: narrow ? low + random.integer(0, 120) : max }
}

interface Store {
  readonly constants: Map<Hash, Uint8Array>
  readonly put: (bytes: Uint8Array) => ConstantRef
}

function newStore(): Store {
  const constants = new Map<Hash, Uint8Array>()
  return {
    constants,
    put: (bytes) => {
      const root = tensorRoot(bytes)
      constants.set(root, bytes)
      return { root, byteLength: bytes.byteLength }
    },
  }
}

function rows(random: Random, count: number, order: Int32Array, store: Store): ConstantRef {
  const extreme = random.integer(0, 2) === 0
  const weights = Int8Array.from({ length: count * order.length }, () =>
    extreme ? random.pick([-127, 127, 0]) : random.integer(-127, 127),
  )
  const reach = Math.sqrt(order.length) * 64 * 128
  const bias = Int32Array.from({ length: count }, () => random.integer(-reach, reach))
  const multipliers = Float32Array.from({ length: count }, () => multiplier(random, reach))
  return store.put(packRows({ weights, bias, multipliers }, order))
}

function window(random: Random, size: readonly [number, number], dilated: boolean): Window {
  const pick = (low: number, high: number): [number, number] => [
    random.integer(low, high),
    random.integer(low, high),
  ]
  const kernel = pick(1, 3)
  const strides = pick(1, 2)
  const dilations: [number, number] = dilated ? pick(1, 2) : [1, 1]
  const pads: [number, number] = [random.integer(0, kernel[0] - 1), random.integer(0, kernel[1] - 1)]
  const out = [0, 1].map((i) => {
    const room = size[i]! + 2 * pads[i]! - (kernel[i]! - 1) * dilations[i]! - 1
    return Math.floor(room / strides[i]!) + 1
  }) as [number, number]
  return { kernel, strides, dilations, pads, out }
}

const image = (shape: readonly number[]): Value => dense({ class: 'input', index: 0 }, 'u8', shape)
const u8 = (shape: readonly number[]): TensorType => ({ dtype: 'u8', shape })

function convCase(random: Random): MacroCase {
  const groups = random.pick([1, 1, 1, 2])
  const channels = groups * random.integer(1, 20)
  const outputs = groups * random.integer(1, 9)
  const size: [number, number] = [random.integer(5, 9), random.integer(5, 9)]
  return windowedConv(random, groups, channels, outputs, size)
}

function depthwiseCase(random: Random): MacroCase {
  const channels = random.integer(2, 20)
  return windowedConv(random, channels, channels, channels * random.pick([1, 1, 2]), [8, 7])
}

function windowedConv(
  random: Random,
  groups: number,
  channels: number,
  outputs: number,
  size: readonly [number, number],
): MacroCase {
  const store = newStore()
  const shape = [1, channels, ...size]
  const slide = window(random, size, true)
  const macro = {
    kind: 'conv',
    node: 'case',
    inputs: [0],
    channels: outputs,
    groups,
    window: slide,
    inputZero: random.integer(0, 255),
    output: output(random),
    rows: rows(random, outputs, convOrder(image(shape), slide, groups), store),
  }
  return { inputs: [u8(shape)], macro, constants: store.constants }
}

function linearCase(random: Random): MacroCase {
  const store = newStore()
  const shape = [random.integer(1, 4), random.integer(1, 300)]
  const features = random.integer(1, 20)
  const macro = {
    kind: 'linear',
    node: 'case',
    inputs: [0],
    features,
    inputZero: random.integer(0, 255),
    output: output(random),
    rows: rows(random, features, linearOrder(image(shape)), store),
  }
  return { inputs: [u8(shape)], macro, constants: store.constants }
}

function matmulCase(random: Random): MacroCase {
  const [m, k, n] = [random.integer(1, 8), random.integer(1, 70), random.integer(1, 8)]
  const macro = {
    kind: 'matmul',
    node: 'case',
    inputs: [0, 1],
    zeros: [random.integer(0, 255), random.integer(0, 255)],
    multiplier: Math.fround(multiplier(random, Math.sqrt(k) * 64 * 64)),
    output: output(random),
  }
  const batch = random.integer(1, 3)
  return { inputs: [u8([batch, m, k]), u8([batch, k, n])], macro, constants: new Map() }
}

function maxPoolCase(random: Random): MacroCase {
  const size: [number, number] = [random.integer(5, 9), random.integer(5, 9)]
  const { zero: _, ...rest } = output(random, ['u8'])
  const macro = {
    kind: 'max-pool',
    node: 'case',
    inputs: [0],
    window: window(random, size, true),
    output: { ...rest, zero: 0 },
  }
  return { inputs: [u8([1, random.integer(1, 9), ...size])], macro, constants: new Map() }
}

function sumPoolCase(random: Random): MacroCase {
  const store = newStore()
  const size: [number, number] = [random.integer(5, 9), random.integer(5, 9)]
  const whole = random.integer(0, 2) === 0
  const slide: Window = whole
    ? { kernel: size, strides: [1, 1], dilations: [1, 1], pads: [0, 0], out: [1, 1] }
    : window(random, size, false)
  const positions = slide.out[0] * slide.out[1]
  const byPosition = random.integer(0, 1) === 0
  const reach = slide.kernel[0] * slide.kernel[1] * 128
  const factors = Array.from({ length: positions }, () => Math.fround(multiplier(random, reach)))
  const macro = {
    kind: 'sum-pool',
    node: 'case',
    inputs: [0],
    window: slide,
    inputZero: random.integer(0, 255),
    output: output(random),
    multiplier: byPosition
      ? store.put(
          packRecords(
            factors.map(() => 0),
            factors,
          ),
        )
      : factors[0]!,
  }
  return { inputs: [u8([1, random.integer(1, 9), ...size])], macro, constants: store.constants }
}

function sumCase(random: Random): MacroCase {
  const shape = [random.integer(1, 3), random.integer(1, 8), random.integer(1, 20)]
  const summands = [0, 1].map(() => ({
    weight: random.integer(-(2 ** 14), 2 ** 14),
    zero: random.integer(0, 255),
  }))
  const count = random.integer(1, 2)
  const macro = {
    kind: 'sum',
    node: 'case',
    inputs: count === 2 ? [0, 1] : [0],
    shape,
    summands: summands.slice(0, count),
    bias: random.pick([0, random.integer(-1000, 1000)]),
    multiplier: Math.fround(multiplier(random, 2 ** 14 * 128)),
    output: output(random),
  }
  return { inputs: Array.from({ length: count }, () => u8(shape)), macro, constants: new Map() }
}

function padCase(random: Random): MacroCase {
  const store = newStore()
  const channels = random.integer(1, 4)
  const values = Array.from({ length: channels }, () => random.integer(0, 255))
  const macro = {
    kind: 'pad',
    node: 'case',
    inputs: [0],
    pads: [random.integer(0, 2), random.integer(0, 2), random.integer(0, 2), random.integer(0, 2)],
    values,
    records: store.put(
      packRecords(
        values,
        values.map(() => 0),
      ),
    ),
  }
  const shape = [1, channels, random.integer(2, 6), random.integer(2, 6)]
  return { inputs: [u8(shape)], macro, constants: store.constants }
}
