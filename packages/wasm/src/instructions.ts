import { type Code, signed, unsigned } from './code.ts'
import type { Variable } from './module.ts'

// The instructions that the kernels use, with the opcodes of the WebAssembly 2.0 binary format.
// Operands are given in the order in which they come onto the stack.

type Unary = (a: Code) => Code
type Binary = (a: Code, b: Code) => Code
type Load = (address: Code, offset?: number) => Code
type Store = (address: Code, value: Code, offset?: number) => Code

const binary =
  (opcode: Code): Binary =>
  (a, b) => [a, b, opcode]
const unary =
  (opcode: Code): Unary =>
  (a) => [a, opcode]
/** No alignment is promised: the hint is 2^0. */
const load =
  (opcode: Code): Load =>
  (address, offset = 0) => [address, opcode, 0, unsigned(offset)]
const store =
  (opcode: Code): Store =>
  (address, value, offset = 0) => [address, value, opcode, 0, unsigned(offset)]
const simd = (opcode: number): Code => [0xfd, unsigned(opcode)]

export const i32 = {
  const: (value: number): Code => [0x41, signed(BigInt(value))],
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
}

export const i64 = {
  const: (value: bigint): Code => [0x42, signed(BigInt.asIntN(64, value))],
  load: load(0x29),
  load8: load(0x31),
  store: store(0x37),
  and: binary(0x83),
  or: binary(0x84),
}

export const v128 = {
  zero: [simd(12), Array.from({ length: 16 }, () => 0)] as Code,
  load: load(simd(0)),
  load32Splat: load(simd(9)),
  load64Splat: load(simd(10)),
  store: store(simd(11)),
  andNot: binary(simd(79)),
  or: binary(simd(80)),
  xor: binary(simd(81)),
}

export const i32x4 = { add: binary(simd(174)), dotI16x8: binary(simd(186)) }

export const i64x2 = {
  splat: unary(simd(18)),
  replaceLane: (lane: number, vector: Code, value: Code): Code => [vector, value, simd(30), lane],
  extractLane: (lane: number, vector: Code): Code => [vector, simd(29), lane],
  shl: binary(simd(203)),
  shrU: binary(simd(205)),
}

export const f64x2 = { add: binary(simd(240)), mul: binary(simd(242)) }

const EMPTY_BLOCK = 0x40

/** Runs `body` as often as `times` says, 0 included; `counter` counts down. */
export function repeat(counter: Variable, times: Code, body: Code): Code {
  const again: Code = [counter.tee(i32.sub(counter.get, i32.const(1))), 0x0d, 0]
  return [counter.set(times), counter.get, 0x04, EMPTY_BLOCK, 0x03, EMPTY_BLOCK, body, again, 0x0b, 0x0b]
}
