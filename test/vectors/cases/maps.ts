import { float32Bits, INDEX_AXIS, ITERATION_AXIS } from '@plumbline/ir'
import { along, at, i16, i32, make, noise, records, type StepCase, u8 } from './build.ts'

/** Everything about addressing: guards, splits, indices, records, leaves. */
export function mapCases(): readonly StepCase[] {
  return [...layouts(), ...indices(), ...parameters(), ...leaves()]
}

function layouts(): readonly StepCase[] {
  const image = u8(noise(6 * 6 * 4))
  const weights = u8(noise(8 * 128, 0, 255, 5), 'constant')
  const guard = at(8, 0, 0, [1, 1], [3, -1])
  return [
    make('convolution: stride 2, padding, dilation 2', {
      kind: 'DOT',
      out: [3, 3, 8],
      over: [3, 3, 4],
      dtype: 'u8',
      m: 0.003,
      zero: 11,
      a: {
        of: image,
        map: [at(6, 24, -2, [0, 2], [3, 2]), at(6, 4, -2, [1, 2], [4, 2]), at(4, 1, 0, [5, 1])],
        zero: 17,
      },
      b: { of: weights, map: [at(8, 128, 0, [2, 1]), at(36, 1, 35, [3, -12], [4, -4], [5, -1])], zero: 128 },
    }),
    make('grouped convolution: the group is an axis', {
      kind: 'DOT',
      out: [6, 6, 2, 2],
      over: [3, 6],
      a: { of: image, map: [at(6, 24, -1, [0, 1], [4, 1]), at(24, 1, -4, [1, 4], [2, 2], [5, 1])], zero: 3 },
      b: { of: weights, map: [at(4, 128, 0, [2, 2], [3, 1]), at(18, 1, 17, [4, -6], [5, -1])], zero: 128 },
    }),
    make('transpose', {
      kind: 'SUM',
      out: [4, 6, 6],
      a: { of: image, map: [at(6, 24, 0, [1, 1]), at(6, 4, 0, [2, 1]), at(4, 1, 0, [0, 1])] },
    }),
    make('space to depth: finer axes', {
      kind: 'SUM',
      out: [3, 3, 2, 2, 4],
      dtype: 'u8',
      a: { of: image, map: [at(6, 24, 0, [0, 2], [2, 1]), at(6, 4, 0, [1, 2], [3, 1]), at(4, 1, 0, [4, 1])] },
    }),
    make('causal products: a coordinate that only guards', {
      kind: 'DOT',
      out: [2, 8, 5],
      over: [8],
      a: { of: image, map: [at(2, 64, 0, [0, 1]), at(8, 8, 0, [1, 1]), at(8, 1, 0, [3, 1]), guard], zero: 1 },
      b: { of: image, map: [at(8, 5, 0, [3, 1]), at(5, 1, 0, [2, 1])], zero: 2 },
    }),
    make('two coordinates of one axis', {
      kind: 'SUM',
      out: [6],
      over: [6],
      a: { of: image, map: [at(6, 24, 0, [1, 1]), at(6, 4, 0, [1, 1]), at(4, 1, 0)] },
    }),
    make('seven output axes, five terms', {
      kind: 'SUM',
      out: [2, 1, 2, 2, 1, 2, 2],
      a: { of: image, map: [at(144, 1, 7, [0, 60], [2, 30], [3, 15], [5, 5], [6, -7])] },
    }),
    make('eight coordinates', {
      kind: 'SUM',
      out: [4, 4],
      over: [3],
      a: {
        of: image,
        map: [
          at(4, 20, 0, [0, 1]),
          at(3, 5, -1, [1, 1]),
          at(3, 1, 0, [2, 1]),
          ...[0, 1, 2, 3, 4].map((i) => at(9, 0, i - 2, [0, 1], [1, 2], [2, i - 5])),
        ],
      },
    }),
    make('the iteration axis is zero', {
      kind: 'SUM',
      out: [5],
      a: { of: image, map: [at(5, 1, 0, [0, 1], [ITERATION_AXIS, 3])] },
    }),
    make('coefficients and offsets at their ends', {
      kind: 'SUM',
      out: [3],
      over: [3],
      a: {
        of: image,
        map: [
          at(9, 1, 0, [0, 3], [1, 1]),
          at(1, 0, -(2 ** 23) + 1, [0, 2 ** 23 - 1]),
          at(1, 0, 2 ** 23, [0, -(2 ** 23)]),
        ],
      },
      b: { of: image, map: [at(144, 1, 2 ** 31 - 1, [0, -(2 ** 23)])] },
    }),
  ]
}

function indices(): readonly StepCase[] {
  const table = u8(noise(256, 0, 255, 9), 'constant')
  const index = u8(noise(40))
  const signed = i16([-3, -1, 0, 1, 2, 5, 9, 10, 11, 300, -300, 32767, -32768])
  const rows = i32(noise(11 * 6, -1000, 1000), 'constant')
  return [
    make('lookup', {
      kind: 'SUM',
      out: [40],
      dtype: 'u8',
      a: { of: table, map: [at(256, 1, 0, [INDEX_AXIS, 1])] },
      g: along(index),
    }),
    make('embedding: rows by index, some out of range', {
      kind: 'SUM',
      out: [13, 6],
      zero: 8,
      a: { of: rows, map: [at(11, 6, 0, [INDEX_AXIS, 1]), at(6, 1, 0, [1, 1])] },
      g: { of: signed, map: [at(13, 1, 0, [0, 1])] },
    }),
    make('an index with zero point and negative weight', {
      kind: 'SUM',
      out: [40],
      a: { of: table, map: [at(256, 1, 30, [INDEX_AXIS, 1])] },
      g: along(index, { zero: 100, weight: -2 }),
    }),
    make('the index itself out of range: so is what uses it', {
      kind: 'SUM',
      out: [44],
      bias: 1000,
      a: { of: table, map: [at(256, 1, 0, [INDEX_AXIS, 1])] },
      b: { of: index, map: [at(40, 1, 0, [0, 1])] },
      g: { of: index, map: [at(40, 1, -2, [0, 1])] },
    }),
    make('records by index, the index out of range at first', {
      kind: 'SUM',
      out: [13],
      m: 2,
      bias: 1,
      a: along(i16(noise(13, -500, 500))),
      g: { of: signed, map: [at(12, 1, -1, [0, 1])] },
      p: {
        of: records([
          [10, 0],
          [20, float32Bits(0.5)],
          [30, 0x7fc00000],
        ]),
        map: [at(3, 8, 0, [INDEX_AXIS, 1])],
      },
    }),
    make('products by index', {
      kind: 'DOT',
      out: [13],
      over: [6],
      a: { of: rows, map: [at(11, 6, 0, [INDEX_AXIS, 1]), at(6, 1, 0, [1, 1])] },
      b: { of: u8(noise(6)), map: [at(6, 1, 5, [1, -1])], zero: 128 },
      g: { of: signed, map: [at(13, 1, 0, [0, 1])] },
    }),
  ]
}

function parameters(): readonly StepCase[] {
  const values = along(i16(noise(24, -3000, 3000)))
  const list = records(noise(20, -900, 900).map((bias, i) => [bias, float32Bits(0.01 * (i + 1))]))
  const unaligned = { ...list, bytes: Uint8Array.from([1, 2, 3, ...list.bytes]) }
  return [
    make('parameters out of range leave bias and M alone', {
      kind: 'SUM',
      out: [24],
      m: 0.125,
      bias: 7,
      a: values,
      p: { of: list, map: [at(20, 8, -2, [0, 1])] },
    }),
    make('parameters at odd addresses, across leaves', {
      kind: 'SUM',
      out: [24],
      a: values,
      p: { of: unaligned, base: 3, map: [at(20, 8, 0, [0, 1])] },
    }),
    make('parameters that overlap', {
      kind: 'SUM',
      out: [24],
      dtype: 'i16',
      a: values,
      p: { of: list, map: [at(100, 1, 0, [0, 4])] },
    }),
    make('weights and parameters in one row of one constant', {
      kind: 'DOT',
      out: [3],
      over: [100],
      dtype: 'u8',
      a: { of: u8(noise(100)), map: [at(100, 1, 0, [1, 1])], zero: 100 },
      ...(() => {
        const of = u8(
          noise(3 * 128).map((value, i) => (i % 128 >= 104 && i % 128 < 108 ? 0x3a : value)),
          'constant',
        )
        const row = at(3, 128, 0, [0, 1])
        return { b: { of, map: [row, at(100, 1, 99, [1, -1])], zero: 128 }, p: { of, base: 100, map: [row] } }
      })(),
    }),
    make('a constant read with two data types', {
      kind: 'SUM',
      out: [16],
      ...(() => {
        const of = u8(noise(64), 'constant')
        return {
          a: { ...along(of, { as: 'i16' }), map: [at(32, 1, 0, [0, 1])] },
          b: { of, as: 'i32' as const, map: [at(16, 1, 0, [0, 1])] },
        }
      })(),
    }),
  ]
}

function leaves(): readonly StepCase[] {
  // 1 leaf to 7, whole ones and partial ones: the last of an odd number is promoted.
  return [1, 127, 128, 129, 300, 384, 500, 640, 800, 896].map((n) =>
    make(`ends of a tensor of ${n} bytes`, {
      kind: 'SUM',
      out: [6],
      a: { of: u8(noise(n)), map: [at(n, 1, 0, [0, Math.max(1, Math.floor(n / 6))])] },
      b: { of: u8(noise(n, 0, 255, 7)), map: [at(n, 1, n - 1, [0, -1])], weight: 1000 },
    }),
  )
}
