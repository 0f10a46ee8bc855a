import { convOrder, packRecords, type Window } from '@plumbline/ops'
import type { Random } from '../random.ts'
import { image, type MacroCase, multiplier, newStore, output, rows, u8 } from './draw.ts'

/** Convolutions, pools and paddings: what slides a window. */
export function convCase(random: Random): MacroCase {
  const groups = random.pick([1, 1, 1, 2])
  const channels = groups * random.integer(1, 20)
  const outputs = groups * random.integer(1, 9)
  const size: [number, number] = [random.integer(5, 9), random.integer(5, 9)]
  return windowedConv(random, groups, channels, outputs, size)
}

export function depthwiseCase(random: Random): MacroCase {
  const channels = random.integer(2, 20)
  return windowedConv(random, channels, channels, channels * random.pick([1, 1, 2]), [8, 7])
}

export function windowedConv(
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

export function maxPoolCase(random: Random): MacroCase {
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

export function sumPoolCase(random: Random): MacroCase {
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

export function padCase(random: Random): MacroCase {
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
