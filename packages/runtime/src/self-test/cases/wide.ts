import type { DataType } from '@plumbline/ir'
import {
  curvePieces,
  dense,
  linearOrder,
  packRecords,
  softmaxTable,
  convOrder,
  type Window,
} from '@plumbline/ops'
import type { Random } from '../random.ts'
import { type MacroCase, multiplier, newStore, output, rows, u8 } from './draw.ts'

/** Values of 16 bits, and what only they bring: curves, normalisation, embeddings. */
const i16 = (shape: readonly number[]) => ({ dtype: 'i16', shape }) as const
const REACH = 2 ** 15

export function wideLinearCase(random: Random): MacroCase {
  const store = newStore()
  // Many weights take the path of two products of bytes.
  const many = random.integer(0, 3) === 0
  const shape = [random.integer(1, 3), many ? 200 : random.integer(1, 60)]
  const features = many ? 170 : random.integer(1, 20)
  const order = linearOrder(dense({ class: 'input', index: 0 }, 'i16', shape))
  const macro = {
    kind: 'linear',
    node: 'case',
    inputs: [0],
    features,
    inputZero: 0,
    output: output(random),
    rows: rows(random, features, order, store),
  }
  return { inputs: [i16(shape)], macro, constants: store.constants }
}

export function wideConvCase(random: Random): MacroCase {
  const store = newStore()
  const depthwise = random.integer(0, 1) === 1
  const channels = random.integer(2, 6)
  const kernel = [random.integer(1, 3), random.integer(1, 3)] as const
  const pads = [random.integer(0, 1), random.integer(0, 1)] as const
  const size = [random.integer(4, 7), random.integer(4, 7)] as const
  const window: Window = {
    kernel,
    strides: [1, 1],
    dilations: [1, 1],
    pads,
    out: [size[0] + 2 * pads[0] - kernel[0] + 1, size[1] + 2 * pads[1] - kernel[1] + 1],
  }
  const shape = [1, channels, ...size]
  const groups = depthwise ? channels : 1
  const outputs = depthwise ? channels : random.integer(1, 8)
  const order = convOrder(dense({ class: 'input', index: 0 }, 'i16', shape), window, groups)
  const macro = {
    kind: 'conv',
    node: 'case',
    inputs: [0],
    channels: outputs,
    groups,
    window,
    inputZero: 0,
    output: output(random),
    rows: rows(random, outputs, order, store),
  }
  return { inputs: [i16(shape)], macro, constants: store.constants }
}

export function wideMatmulCase(random: Random): MacroCase {
  const [m, k, n] = [random.integer(1, 6), random.integer(1, 40), random.integer(1, 6)]
  const types: readonly DataType[] = random.pick([
    ['i16', 'u8'],
    ['u8', 'i16'],
    ['i16', 'i16'],
  ] as const)
  const macro = {
    kind: 'matmul',
    node: 'case',
    inputs: [0, 1],
    zeros: types.map((dtype) => (dtype === 'u8' ? random.integer(0, 255) : 0)),
    multiplier: Math.fround(multiplier(random, Math.sqrt(k) * REACH * 2 ** 10)),
    output: output(random),
  }
  return {
    inputs: [
      { dtype: types[0]!, shape: [2, m, k] },
      { dtype: types[1]!, shape: [2, k, n] },
    ],
    macro,
    constants: new Map(),
  }
}

export function wideSumCase(random: Random): MacroCase {
  const shape = [random.integer(1, 3), random.integer(1, 8), random.integer(1, 20)]
  const weight = (): number => random.integer(-(2 ** 30), 2 ** 30)
  const macro = {
    kind: 'sum',
    node: 'case',
    inputs: [0, 1],
    shape,
    summands: [
      { weight: weight(), zero: 0 },
      { weight: weight(), zero: random.integer(0, 255) },
    ],
    bias: random.pick([0, random.integer(-(2 ** 30), 2 ** 30)]),
    multiplier: Math.fround(multiplier(random, 2 ** 44)),
    output: output(random, ['i16', 'i16', 'u8', 'i32']),
  }
  return { inputs: [i16(shape), u8(shape)], macro, constants: new Map() }
}

export function wideProductCase(random: Random): MacroCase {
  const shape = [random.integer(1, 3), random.integer(1, 8), random.integer(1, 20)]
  const macro = {
    kind: 'product',
    node: 'case',
    inputs: [0, 1],
    shape,
    zeros: [0, 0],
    multiplier: Math.fround(multiplier(random, 2 ** 28)),
    output: output(random, ['i16', 'u8', 'i32']),
  }
  return { inputs: [i16(shape), i16(shape.slice(1))], macro, constants: new Map() }
}

export function wideReduceCase(random: Random): MacroCase {
  const shape = [random.integer(1, 4), random.integer(1, 9), random.integer(1, 40)]
  const axes = random.pick([[0], [1], [2], [1, 2]])
  const count = axes.reduce((n, axis) => n * shape[axis]!, 1)
  const macro = {
    kind: 'reduce',
    node: 'case',
    inputs: [0],
    fold: 'sum',
    axes,
    inputZero: 0,
    multiplier: Math.fround(multiplier(random, REACH * count)),
    output: output(random, ['u8', 'i16']),
  }
  return { inputs: [i16(shape)], macro, constants: new Map() }
}

export function curveCase(random: Random): MacroCase {
  const store = newStore()
  const bend = random.integer(1, 40) / 4000
  const height = random.integer(1, 3) * 10_000
  const { slopes, pieces } = curvePieces((q) => height * Math.tanh(q * bend))
  const macro = {
    kind: 'curve',
    node: 'case',
    inputs: [0],
    slopes: store.put(slopes),
    pieces: store.put(pieces),
    output: output(random, ['i16', 'i16', 'u8']),
  }
  return { inputs: [i16([random.integer(1, 5), random.integer(1, 60)])], macro, constants: store.constants }
}

export function normCase(random: Random): MacroCase {
  const store = newStore()
  const dtype = random.pick(['u8', 'i16'] as const)
  const shape = [random.integer(1, 4), random.integer(1, 70)]
  const size = shape[1]!
  const signed = random.integer(0, 1) === 1
  const bias = Array.from({ length: size }, () => random.integer(-(2 ** 18), 2 ** 18))
  const gains = Array.from({ length: size }, () => Math.fround(multiplier(random, 2 ** 20)))
  const signs = Int16Array.from({ length: size }, () => random.integer(-1, 1))
  const macro = {
    kind: 'norm',
    node: 'case',
    inputs: [0],
    centred: random.integer(0, 1) === 1,
    inputZero: dtype === 'u8' ? random.integer(0, 255) : 0,
    epsilon: random.pick([0, 1, 5000]),
    shift: dtype === 'u8' ? random.integer(0, 2) : random.integer(2, 8),
    fraction: random.integer(26, 30),
    gains: store.put(packRecords(bias, gains)),
    ...(signed && { signs: store.put(new Uint8Array(signs.buffer)) }),
    output: output(random),
  }
  return { inputs: [{ dtype, shape }], macro, constants: store.constants }
}

export function maskedSoftmaxCase(random: Random): MacroCase {
  const store = newStore()
  const [queries, keys] = [random.integer(1, 6), random.integer(1, 12)]
  const shape = [random.integer(1, 3), queries, keys]
  const mask = random.integer(0, 2) === 0 ? {} : { causal: random.integer(0, keys) }
  const scale = random.integer(1, 60) / 200
  const wide = random.integer(0, 1) === 1
  const curve = curvePieces((d) => (2 ** 14 - 1) * Math.exp((-Math.max(0, d) * scale) / 256))
  const tables = wide
    ? { exponentials: store.put(curve.slopes), pieces: store.put(curve.pieces) }
    : { exponentials: store.put(new Uint8Array(softmaxTable(scale).buffer)) }
  const macro = { kind: 'softmax', node: 'case', inputs: [0], ...tables, ...mask }
  return { inputs: [wide ? i16(shape) : u8(shape)], macro, constants: store.constants }
}

export function gatherCase(random: Random): MacroCase {
  const store = newStore()
  const dtype = random.pick(['u8', 'i16'] as const)
  const index = random.pick(['u8', 'i16'] as const)
  const [count, width] = [random.integer(1, 300), random.integer(1, 9)]
  const table = store.put(random.bytes(count * width * (dtype === 'u8' ? 1 : 2)))
  const macro = { kind: 'gather', node: 'case', inputs: [0], dtype, rows: count, width, table }
  const shape = [random.integer(1, 2), random.integer(1, 20)]
  return { inputs: [{ dtype: index, shape }], macro, constants: store.constants }
}
