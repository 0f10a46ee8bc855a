import { float32Bits } from '@plumbline/ir'
import { along, at, i16, i32, make, records, type StepCase, u8 } from './build.ts'

const I32_MIN = -(2 ** 31)
const I32_MAX = 2 ** 31 - 1

/** Every float32 that is no multiplier, and those at the edges of being one. */
const MULTIPLIERS: readonly number[] = [
  0, 0x80000000, 1, 0x007fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0xffffffff, 0xbf800000, 0x00800000,
  0x00800001, 0x7f7fffff, 0x3f800000, 0x3f7fffff, 0x3f000000, 0x3effffff, 0x34000000, 0x4f000000,
]

const accumulators = [
  0,
  1,
  -1,
  2,
  -2,
  3,
  -3,
  5,
  -5,
  7,
  100,
  -100,
  255,
  256,
  16_777_215,
  16_777_216,
  16_777_217,
  -16_777_217,
  16_777_219,
  33_554_434,
  33_554_438,
  1_000_000_007,
  I32_MAX,
  I32_MIN,
  I32_MIN + 1,
]

/** Scales, clamps, ties, and what is no multiplier. */
export function roundingCases(): readonly StepCase[] {
  const wide = i32(accumulators)
  const small = i16([-9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  const n = accumulators.length
  const scaled = (name: string, m: number): StepCase =>
    make(name, { kind: 'SUM', out: [n], m, a: along(wide) })
  return [
    make('identity', { kind: 'SUM', out: [n], a: along(wide) }),
    make('ties to even, both signs, halves', { kind: 'SUM', out: [19], m: 0.5, a: along(small) }),
    make('ties to even, both signs, quarters', { kind: 'SUM', out: [19], m: 0.25, a: along(small) }),
    make('ties to even after a zero point', {
      kind: 'SUM',
      out: [19],
      m: 0.5,
      zero: 3,
      dtype: 'u8',
      a: along(small),
    }),
    make('three halves', { kind: 'SUM', out: [19], m: 1.5, a: along(small) }),
    scaled('float32 rounds the accumulator: times 1', 1),
    scaled('float32 rounds the accumulator: times 2^-24', 2 ** -24),
    scaled('float32 rounds the product', 0.1),
    scaled('a product beyond i32 saturates', 3e9),
    scaled('a product beyond float32 saturates', 3.4e38),
    scaled('a product below every denormal', 1.2e-38),
    make('every multiplier of a record', {
      kind: 'SUM',
      out: [MULTIPLIERS.length, n],
      m: 0.75,
      bias: 2,
      a: { of: wide, map: [at(n, 1, 0, [1, 1])] },
      p: {
        of: records(MULTIPLIERS.map((bits, i) => [i - 5, bits])),
        map: [at(MULTIPLIERS.length, 8, 0, [0, 1])],
      },
    }),
    make('extreme biases of header and record add up', {
      kind: 'SUM',
      out: [4, n],
      bias: I32_MIN,
      a: { of: wide, map: [at(n, 1, 0, [1, 1])] },
      p: {
        of: records([
          [I32_MIN, 0],
          [I32_MAX, 0],
          [I32_MIN, float32Bits(0.5)],
          [-1, float32Bits(2 ** -31)],
        ]),
        map: [at(4, 8, 0, [0, 1])],
      },
    }),
    ...(['u8', 'i16', 'i32'] as const).map((dtype) =>
      make(`saturates at the ends of ${dtype}`, { kind: 'SUM', out: [n], dtype, zero: 10, a: along(wide) }),
    ),
    make('extreme zero points', { kind: 'SUM', out: [n], zero: I32_MIN, m: 0.999, a: along(wide) }),
    make('a clamp within the data type', {
      kind: 'SUM',
      out: [19],
      dtype: 'i16',
      low: -3,
      high: 4,
      a: along(small),
    }),
    make('a clamp to one value', { kind: 'SUM', out: [19], dtype: 'u8', low: 7, high: 7, a: along(small) }),
    make('accumulators just below 2^53', {
      kind: 'SUM',
      out: [n],
      m: 2 ** -22,
      a: along(wide, { weight: 2 ** 21 - 1 }),
      b: { of: u8([255]), map: [], weight: I32_MAX },
    }),
    make('accumulators just below 2^53, identity', {
      kind: 'SUM',
      out: [n],
      a: along(wide, { weight: -(2 ** 21) + 1 }),
    }),
  ]
}
