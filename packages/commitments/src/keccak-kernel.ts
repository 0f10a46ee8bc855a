import { type Code, defineFunction, i32, i64, i64x2, repeat, v128, type Variable } from '@plumbline/wasm'

// Keccak-f[1600] (FIPS 202, section 3) on two states at once, one in each half of a vector.

const LANES = 25
const ROUNDS = 24
const at = (x: number, y: number): number => (x % 5) + 5 * (y % 5)

/** Bytes of the round constants, each in both halves of a vector, at the beginning of the memory. */
export function roundConstants(): Uint8Array {
  const constants = new BigUint64Array(2 * ROUNDS)
  let lfsr = 1
  for (let round = 0; round < ROUNDS; round++) {
    let constant = 0n
    for (let j = 0; j < 7; j++) {
      if (lfsr & 1) constant |= 1n << BigInt(2 ** j - 1)
      lfsr = (lfsr << 1) ^ (lfsr & 0x80 ? 0x171 : 0)
    }
    constants.fill(constant, 2 * round, 2 * round + 2)
  }
  return new Uint8Array(constants.buffer)
}

/** Rotation of every lane. */
function rotations(): readonly number[] {
  const offsets = Array.from({ length: LANES }, () => 0)
  for (let t = 0, x = 1, y = 0; t < 24; t++) {
    offsets[at(x, y)] = (((t + 1) * (t + 2)) / 2) % 64
    ;[x, y] = [y, (2 * x + 3 * y) % 5]
  }
  return offsets
}

const rotate = (lane: Code, by: number): Code =>
  by === 0 ? lane : v128.or(i64x2.shl(lane, i32.const(by)), i64x2.shrU(lane, i32.const(64 - by)))

const xorAll = (lanes: readonly Code[]): Code => lanes.reduce((x, y) => v128.xor(x, y))

function round(state: readonly Variable[], constant: Code, local: () => Variable): Code {
  const lanes = Array.from({ length: LANES }, (_, i) => i)
  const columns = [0, 1, 2, 3, 4]
  const parity = columns.map(local)
  const mixed = columns.map(local)
  const moved = lanes.map(local)
  const spread = local()
  const offsets = rotations()
  return [
    columns.map((x) => parity[x]!.set(xorAll(columns.map((y) => state[at(x, y)]!.get)))),
    columns.map((x) =>
      mixed[x]!.set(v128.xor(parity[(x + 4) % 5]!.get, rotate(parity[(x + 1) % 5]!.get, 1))),
    ),
    lanes.map((i) => {
      const [x, y] = [i % 5, Math.floor(i / 5)]
      return [
        spread.set(v128.xor(state[i]!.get, mixed[x]!.get)),
        moved[at(y, 2 * x + 3 * y)]!.set(rotate(spread.get, offsets[i]!)),
      ]
    }),
    lanes.map((i) => {
      const [x, y] = [i % 5, Math.floor(i / 5)]
      const lane = (right: number): Code => moved[at(x + right, y)]!.get
      return state[i]!.set(v128.xor(lane(0), v128.andNot(lane(2), lane(1))))
    }),
    state[0]!.set(v128.xor(state[0]!.get, constant)),
  ]
}

/** The two 17-lane blocks of a message shorter than the rate, as code, given the address of each message. */
type Absorb = (message: Code) => readonly (Code | null)[]

function hashes<Name extends string>(name: Name, messageBytes: number, absorb: Absorb) {
  return defineFunction(name, 3, ([input, output, pairs], local) => {
    const vector = (): Variable => local('v128')
    const state = Array.from({ length: LANES }, vector)
    const [constants, rounds, left] = [local('i32'), local('i32'), local('i32')]
    const first = absorb(input!.get)
    const second = absorb(i32.add(input!.get, i32.const(messageBytes)))
    return repeat(left, pairs!.get, [
      state.map((lane, i) => {
        const [x, y] = [first[i], second[i]]
        return lane.set(x && y ? i64x2.replaceLane(1, i64x2.splat(x), y) : v128.zero)
      }),
      constants.set(i32.const(0)),
      repeat(rounds, i32.const(ROUNDS), [
        round(state, v128.load(constants.get), vector),
        constants.set(i32.add(constants.get, i32.const(16))),
      ]),
      [0, 1].map((half) =>
        [0, 1, 2, 3].map((i) =>
          i64.store(output!.get, i64x2.extractLane(half, state[i]!.get), 32 * half + 8 * i),
        ),
      ),
      input!.set(i32.add(input!.get, i32.const(2 * messageBytes))),
      output!.set(i32.add(output!.get, i32.const(64))),
    ])
  })
}

const words = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)
/** Padding: a one bit after the message, a one bit at the end of the rate's 136 bytes. */
const LAST = 1n << 63n

/** (input, output, pairs): hashes of 128-byte messages. */
export const hashLeaves = hashes('hashLeaves', 128, (message) => [
  ...words(16).map((i) => i64.load(message, 8 * i)),
  i64.const(1n | LAST),
])

/** (input, output, pairs): hashes of 01 and 64 bytes. Reads the byte before the input. */
export const hashNodes = hashes('hashNodes', 64, (message) => {
  const before = i32.sub(message, i32.const(1))
  return [
    i64.or(i64.and(i64.load(before), i64.const(~0xffn)), i64.const(1n)),
    ...words(7).map((i) => i64.load(before, 8 * (i + 1))),
    i64.or(i64.load8(before, 64), i64.const(0x100n)),
    ...words(7).map(() => i64.const(0n)),
    i64.const(LAST),
  ]
})
