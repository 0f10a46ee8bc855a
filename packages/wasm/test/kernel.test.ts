import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Code,
  defineFunction,
  f64x2,
  i32,
  i32x4,
  i64,
  i64x2,
  instantiate,
  repeat,
  v128,
} from '../src/index.ts'

/** What `body` leaves at address 64, having found `input` at 0; it gets the address 64 as code. */
function bytesAfter(input: ArrayBufferView, body: (out: Code) => Code): DataView {
  const kernel = instantiate([defineFunction('run', 1, ([out]) => body(out!.get))])
  const memory = kernel.memory(128)
  new Uint8Array(memory).set(new Uint8Array(input.buffer, input.byteOffset, input.byteLength))
  kernel.call.run(64)
  return new DataView(memory, 64)
}

const NOTHING = new Uint8Array(0)

test('constants of every encoded length arrive', () => {
  for (const value of [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, 2 ** 31 - 1, -(2 ** 31)]) {
    const wide = bytesAfter(NOTHING, (out) => i64.store(out, i64.const(BigInt(value))))
    assert.equal(wide.getBigInt64(0, true), BigInt(value))
    // 8 bytes at (value - value) + 0: an i32 is seen through the address that it makes.
    const at = (out: Code): Code => i32.add(i32.sub(out, i32.const(value)), i32.const(value))
    const narrow = bytesAfter(NOTHING, (out) => i64.store(at(out), i64.const(7n)))
    assert.equal(narrow.getBigInt64(0, true), 7n)
  }
  for (const value of [1n << 63n, (1n << 63n) | 1n, ~0xffn, 0x8000000080008008n]) {
    const view = bytesAfter(NOTHING, (out) => i64.store(out, i64.const(value)))
    assert.equal(view.getBigUint64(0, true), BigInt.asUintN(64, value))
  }
})

test('integer instructions', () => {
  const [a, b] = [0x0123456789abcdefn, 0xfedcba9876540000n]
  const [x, y]: [Code, Code] = [i64.load(i32.const(0)), i64.load(i32.const(0), 8)]
  const result = (value: Code): bigint =>
    bytesAfter(BigUint64Array.of(a, b), (out) => i64.store(out, value)).getBigUint64(0, true)
  assert.equal(result(i64.and(x, y)), a & b)
  assert.equal(result(i64.or(x, y)), a | b)
  assert.equal(result(i64.load8(i32.const(0), 7)), 1n)
  assert.equal(result(i64.load(i32.mul(i32.const(2), i32.const(4)))), b)
})

test('vector instructions, in both halves', () => {
  const lanes = [0x0123456789abcdefn, 0x8000000000000001n, 0xff00ff00ff00ff00n, 0x7fffffffffffffffn]
  const [a, b]: [Code, Code] = [v128.load(i32.const(0)), v128.load(i32.const(0), 16)]
  const halves = (value: Code): bigint[] => {
    const view = bytesAfter(BigUint64Array.from(lanes), (out) => v128.store(out, value))
    return [view.getBigUint64(0, true), view.getBigUint64(8, true)]
  }
  const each = (f: (x: bigint, y: bigint) => bigint): bigint[] =>
    [0, 1].map((i) => BigInt.asUintN(64, f(lanes[i]!, lanes[i + 2]!)))
  assert.deepEqual(
    halves(v128.xor(a, b)),
    each((x, y) => x ^ y),
  )
  assert.deepEqual(
    halves(v128.or(a, b)),
    each((x, y) => x | y),
  )
  assert.deepEqual(
    halves(v128.andNot(a, b)),
    each((x, y) => x & ~y),
  )
  assert.deepEqual(
    halves(i64x2.shl(a, i32.const(13))),
    each((x) => x << 13n),
  )
  assert.deepEqual(
    halves(i64x2.shrU(a, i32.const(13))),
    each((x) => x >> 13n),
  )
  assert.deepEqual(halves(v128.zero), [0n, 0n])
  assert.deepEqual(halves(i64x2.replaceLane(1, a, i64.const(5n))), [lanes[0], 5n])
  assert.deepEqual(halves(i64x2.splat(i64x2.extractLane(1, a))), [lanes[1], lanes[1]])
  assert.deepEqual(halves(v128.load64Splat(i32.const(0), 8)), [lanes[1], lanes[1]])
  assert.deepEqual(halves(v128.load32Splat(i32.const(0))), [0x89abcdef89abcdefn, 0x89abcdef89abcdefn])
})

test('products: pairs of i16 into i32, and f64', () => {
  const i16 = Int16Array.of(1, 2, -3, 4, 32767, 32767, -32768, 5, 10, 20, 30, -40, 32767, 32767, 32767, 1)
  const sums = bytesAfter(i16, (out) => {
    const [a, b] = [v128.load(i32.const(0)), v128.load(i32.const(0), 16)]
    return v128.store(out, i32x4.add(i32x4.dotI16x8(a, b), a))
  })
  const added = new Int32Array(i16.buffer)
  assert.deepEqual(
    [0, 4, 8, 12].map((at) => sums.getInt32(at, true)),
    [50, -250, 2 * 32767 ** 2, -32768 * 32767 + 5].map((value, i) => (value + added[i]!) | 0),
  )
  const products = bytesAfter(Float64Array.of(3, -5, 2 ** 30, 7), (out) => {
    const [a, b] = [v128.load(i32.const(0)), v128.load(i32.const(0), 16)]
    return v128.store(out, f64x2.add(f64x2.mul(a, b), a))
  })
  assert.deepEqual([products.getFloat64(0, true), products.getFloat64(8, true)], [3 * 2 ** 30 + 3, -40])
})

test('repeat runs its body as often as it is told, also never', () => {
  const kernel = instantiate([
    defineFunction('move', 2, ([times, out], local) => {
      const [left, ran] = [local('i32'), local('i32')]
      return [
        // `ran` tells no turn from 2^32 turns, which leave `out` alone just the same.
        repeat(left, times!.get, [out!.set(i32.add(out!.get, i32.const(3))), ran.set(i32.const(1))]),
        i64.store(i32.add(out!.get, ran.get), i64.const(1n)),
      ]
    }),
  ])
  for (const times of [0, 1, 7]) {
    const view = new Uint8Array(kernel.memory(64)).fill(0)
    kernel.call.move(times, 16)
    assert.equal(view.indexOf(1), 16 + 3 * times + Math.min(times, 1))
  }
})

test('memory grows to what is asked for and keeps its bytes', () => {
  const kernel = instantiate([defineFunction('noop', 0, () => [])])
  new Uint8Array(kernel.memory(1))[0] = 9
  const grown = kernel.memory(200_000)
  assert.ok(grown.byteLength >= 200_000)
  assert.equal(new Uint8Array(grown)[0], 9)
})
