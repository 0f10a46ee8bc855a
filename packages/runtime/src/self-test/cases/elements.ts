import { softmaxTable } from '@plumbline/ops'
import type { Random } from '../random.ts'
import { type MacroCase, multiplier, newStore, output, u8 } from './draw.ts'

/** Sums, tables, reductions and the like: no weights. */
export function sumCase(random: Random): MacroCase {
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

export function reduceCase(random: Random): MacroCase {
  const shape = [random.integer(1, 4), random.integer(1, 9), random.integer(1, 9)]
  const axes = random.pick([[0], [1], [2], [1, 2], [0, 2]])
  const count = axes.reduce((n, axis) => n * shape[axis]!, 1)
  const fold = random.pick(['sum', 'max'])
  const drawn = output(random, fold === 'sum' ? ['u8', 'i16'] : ['u8'])
  const macro = {
    kind: 'reduce',
    node: 'case',
    inputs: [0],
    fold,
    axes,
    inputZero: random.integer(0, 255),
    multiplier: Math.fround(multiplier(random, 128 * count)),
    output: fold === 'sum' ? drawn : { ...drawn, zero: 0 },
  }
  return { inputs: [u8(shape)], macro, constants: new Map() }
}

export function tableCase(random: Random): MacroCase {
  const store = newStore()
  const dtype = random.pick(['u8', 'i16'] as const)
  const entries = store.put(random.bytes(dtype === 'u8' ? 256 : 512))
  const macro = { kind: 'table', node: 'case', inputs: [0], dtype, entries }
  const shape = [random.integer(1, 5), random.integer(1, 40)]
  return { inputs: [u8(shape)], macro, constants: store.constants }
}

export function softmaxCase(random: Random): MacroCase {
  const store = newStore()
  const table = softmaxTable(random.integer(1, 60) / 200)
  const exponentials = store.put(new Uint8Array(table.buffer))
  const macro = { kind: 'softmax', node: 'case', inputs: [0], exponentials }
  const shape = [random.integer(1, 4), random.integer(1, 30)]
  return { inputs: [u8(shape)], macro, constants: store.constants }
}

export function concatCase(random: Random): MacroCase {
  const axis = random.integer(0, 2)
  const shape = [random.integer(1, 4), random.integer(1, 6), random.integer(1, 8)]
  const inputs = Array.from({ length: random.integer(2, 4) }, () =>
    u8(shape.map((size, i) => (i === axis ? random.integer(1, 7) : size))),
  )
  const macro = { kind: 'concat', node: 'case', inputs: inputs.map((_, i) => i), axis }
  return { inputs, macro, constants: new Map() }
}
