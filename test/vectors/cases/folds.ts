import { along, at, i16, i32, make, noise, type StepCase, u8 } from './build.ts'

const I32_MIN = -(2 ** 31)
const I32_MAX = 2 ** 31 - 1

/** Lengths around the blocks of the packed kernel. */
const LENGTHS = [1, 2, 29, 30, 31, 59, 60, 61, 91, 130]

function products(): readonly StepCase[] {
  const rows = 3
  const lines = LENGTHS.flatMap((n) => {
    const a = u8(noise(rows * n, 0, 255, 3))
    const b = u8(noise(n, 0, 255, 11), 'constant')
    const line = { of: a, map: [at(rows, n, 0, [0, 1]), at(n, 1, 0, [1, 1])], zero: 121 }
    return [
      make(`DOT of ${n} bytes, one reversed`, {
        kind: 'DOT',
        out: [rows],
        over: [n],
        a: line,
        b: { of: b, map: [at(n, 1, n - 1, [1, -1])], zero: 128 },
      }),
      make(`DOT of ${n} bytes, both ascending`, {
        kind: 'DOT',
        out: [rows],
        over: [n],
        a: line,
        b: { of: b, map: [at(n, 1, 0, [1, 1])], zero: 255 },
      }),
    ]
  })
  const bytes = u8(noise(160))
  const shorts = i16(noise(160, -32768, 32767))
  const ints = i32(noise(160, I32_MIN, I32_MAX))
  const pair = (name: string, a: typeof bytes, b: typeof bytes): StepCase =>
    make(name, {
      kind: 'DOT',
      out: [4],
      over: [2, 20],
      m: 2 ** -30,
      a: { of: a, map: [at(160, 1, 0, [0, 40], [1, 20], [2, 1])], zero: a.dtype === 'u8' ? 3 : -5 },
      b: { of: b, map: [at(160, 1, 159, [0, -40], [1, -20], [2, -1])], zero: 100 },
    })
  return [
    ...lines,
    make('DOT, both descending', {
      kind: 'DOT',
      out: [2],
      over: [70],
      a: { of: bytes, map: [at(160, 1, 150, [0, -80], [1, -1])], zero: 0 },
      b: { of: bytes, map: [at(160, 1, 69, [1, -1])], zero: 255 },
    }),
    make('a line clipped at both ends', {
      kind: 'DOT',
      out: [20],
      over: [50],
      a: { of: bytes, map: [at(60, 1, -20, [0, 3], [1, 1])], zero: 7 },
      b: { of: bytes, map: [at(50, 1, 49, [1, -1])], zero: 9 },
    }),
    make('factors missing on either side', {
      kind: 'DOT',
      out: [6],
      over: [8],
      a: { of: bytes, map: [at(8, 1, -3, [0, 1], [1, 1])], zero: 7 },
      b: { of: bytes, map: [at(8, 1, 2, [0, -1], [1, 1])], zero: 9 },
    }),
    make('every product is missing', {
      kind: 'DOT',
      out: [3],
      over: [5],
      bias: 41,
      a: { of: bytes, map: [at(5, 1, 9, [1, 1])] },
      b: { of: bytes, map: [at(5, 1, 0, [1, 1])] },
    }),
    make('a square: the same tensor twice', {
      kind: 'DOT',
      out: [160],
      a: { of: bytes, map: [at(160, 1, 0, [0, 1])], zero: 128 },
      b: { of: bytes, map: [at(160, 1, 0, [0, 1])], zero: 128 },
    }),
    make('a factor that does not move', {
      kind: 'DOT',
      out: [4],
      over: [40],
      a: { of: bytes, map: [at(160, 1, 0, [0, 40], [1, 1])] },
      b: { of: bytes, map: [at(160, 1, 5, [0, 1])], zero: 1 },
    }),
    make('strided bytes', {
      kind: 'DOT',
      out: [3],
      over: [13],
      a: { of: bytes, map: [at(13, 12, 0, [1, 1]), at(3, 1, 0, [0, 1])] },
      b: { of: bytes, map: [at(13, 12, 12, [1, -1]), at(3, 1, 2, [0, -1])] },
    }),
    pair('i16 and u8', shorts, bytes),
    pair('u8 and i16', bytes, shorts),
    pair('i16 and i16', shorts, shorts),
    pair('i32 and u8', ints, bytes),
  ]
}

function sumsAndMaxima(): readonly StepCase[] {
  const bytes = u8(noise(300))
  const shorts = i16([...noise(60, -32768, 32767), -32768, 32767])
  const ints = i32([...noise(40, I32_MIN, I32_MAX), I32_MIN, I32_MAX])
  const image = { of: u8(noise(5 * 5 * 3)), map: [] }
  const window = [at(5, 15, -1, [0, 2], [3, 1]), at(5, 3, -1, [1, 2], [4, 1]), at(3, 1, 0, [2, 1])]
  return [
    make('weighted sum of two', {
      kind: 'SUM',
      out: [100],
      dtype: 'u8',
      m: 0.0021,
      zero: 3,
      a: { of: bytes, map: [at(300, 1, 0, [0, 1])], zero: 12, weight: 511 },
      b: { of: bytes, map: [at(300, 1, 299, [0, -1])], zero: 99, weight: -317 },
    }),
    make('concatenation', {
      kind: 'SUM',
      out: [62 + 42],
      a: { of: shorts, map: [at(62, 1, 0, [0, 1])] },
      b: { of: ints, map: [at(42, 1, -62, [0, 1])] },
    }),
    make('sum of rows and columns', {
      kind: 'SUM',
      out: [6],
      over: [5, 10],
      a: { of: bytes, map: [at(6, 50, 0, [0, 1]), at(5, 10, 0, [1, 1]), at(10, 1, 0, [2, 1])] },
    }),
    make('sum of extremes', {
      kind: 'SUM',
      out: [1],
      over: [42],
      m: 2 ** -10,
      a: { of: ints, map: [at(42, 1, 0, [1, 1])], zero: I32_MIN, weight: 1000 },
    }),
    make('padding with a constant', {
      kind: 'SUM',
      out: [12],
      dtype: 'u8',
      zero: 77,
      a: { of: u8([1, 2, 3, 4, 5]), map: [at(5, 1, -3, [0, 1])], zero: 77 },
    }),
    make('max-pool with padding', {
      kind: 'MAX',
      out: [3, 3, 3],
      over: [3, 3],
      dtype: 'u8',
      a: { ...image, map: window },
    }),
    make('average with padding', {
      kind: 'SUM',
      out: [3, 3, 3],
      over: [3, 3],
      dtype: 'u8',
      m: 1 / 9,
      a: { ...image, map: window },
    }),
    make('negated minimum', {
      kind: 'MAX',
      out: [6],
      over: [50],
      a: { of: bytes, map: [at(300, 1, 0, [0, 50], [1, 1])], weight: -1 },
    }),
    make('maximum of two with weights of either sign', {
      kind: 'MAX',
      out: [20],
      over: [3],
      a: { of: shorts, map: [at(62, 1, 0, [0, 3], [1, 1])], weight: 7, zero: -5 },
      b: { of: shorts, map: [at(62, 1, 61, [0, -3], [1, -1])], weight: -9, zero: 100 },
    }),
    make('maximum of i32', {
      kind: 'MAX',
      out: [6],
      over: [7],
      a: { of: ints, map: [at(42, 1, 41, [0, -7], [1, -1])] },
    }),
    make('maximum of nothing', {
      kind: 'MAX',
      out: [2],
      over: [4],
      a: { of: bytes, map: [at(4, 1, 100, [1, 1])] },
    }),
    make('maximum of nothing, scaled', {
      kind: 'MAX',
      out: [2],
      over: [4],
      m: 2 ** -8,
      bias: 300,
      a: { of: bytes, map: [at(4, 1, 100, [1, 1])] },
    }),
    make('maximum below its start', { kind: 'MAX', out: [42], a: along(ints, { weight: 3, zero: I32_MAX }) }),
  ]
}

function pointwise(): readonly StepCase[] {
  const numerators = [0, 1, -1, 7, -7, 100, -100, I32_MAX, I32_MIN, 12345, -12345]
  const divisors = [1, 2, 3, -4, 0, 7, 100, I32_MAX, I32_MIN, 1000, -1]
  const a = i32(numerators)
  const b = i32(divisors)
  const table = (weight: number, other: number): StepCase =>
    make(`quotients, weights ${weight} and ${other}`, {
      kind: 'DIV',
      out: [11, 11],
      a: { of: a, map: [at(11, 1, 0, [0, 1])], weight },
      b: { of: b, map: [at(11, 1, 0, [1, 1])], weight: other },
    })
  const squares = [
    0,
    1,
    2,
    3,
    4,
    8,
    9,
    15,
    16,
    17,
    46_340,
    46_341 ** 2 - 1,
    65_536,
    I32_MAX,
    I32_MIN,
    -1,
    -100,
  ]
  const roots = (name: string, weight: number, zero: number): StepCase =>
    make(name, { kind: 'SQRT', out: [squares.length], a: along(i32(squares), { weight, zero }) })
  return [
    table(1, 1),
    table(2 ** 20, 1),
    table(-(2 ** 20), -(2 ** 20)),
    table(1, 0),
    make('quotients with operands missing', {
      kind: 'DIV',
      out: [15, 15],
      bias: 5,
      m: 0.5,
      a: { of: a, map: [at(11, 1, -2, [0, 1])] },
      b: { of: b, map: [at(11, 1, -2, [1, 1])] },
    }),
    roots('square roots', 1, 0),
    roots('square roots of large numbers', 2 ** 19, 0),
    roots('square roots of distances', -1, 1000),
    make('square roots with the argument missing', {
      kind: 'SQRT',
      out: [8],
      zero: 4,
      a: { of: u8([9, 16, 25]), map: [at(3, 1, -2, [0, 1])] },
    }),
  ]
}

export const foldCases = (): readonly StepCase[] => [...products(), ...sumsAndMaxima(), ...pointwise()]
