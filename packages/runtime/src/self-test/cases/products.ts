import { linearOrder } from '@plumbline/ops'
import type { Random } from '../random.ts'
import { image, type MacroCase, multiplier, newStore, output, rows, u8 } from './draw.ts'

export function linearCase(random: Random): MacroCase {
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

export function matmulCase(random: Random): MacroCase {
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

export function productCase(random: Random): MacroCase {
  const shape = [random.integer(1, 3), random.integer(1, 8), random.integer(1, 20)]
  const macro = {
    kind: 'product',
    node: 'case',
    inputs: [0, 1],
    shape,
    zeros: [random.integer(0, 255), random.integer(0, 255)],
    multiplier: Math.fround(multiplier(random, 128 * 128)),
    output: output(random),
  }
  return { inputs: [u8(shape), u8(shape.slice(1))], macro, constants: new Map() }
}
