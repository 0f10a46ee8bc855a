import type { Random } from './random.ts'

/** A field of a descriptor: bytes from the start of its word. */
type Field = readonly [offset: number, size: number]

const HEADER: readonly Field[] = [
  ...[0, 1, 2, 3, 4].map((offset): Field => [offset, 1]),
  ...[5, 9, 13, 17, 21].map((offset): Field => [offset, 4]),
  [25, 7],
]
const EXTENTS = Array.from({ length: 8 }, (_, axis): Field => [4 * axis, 4])
const HEAD: readonly Field[] = [
  ...[0, 1, 2, 3].map((offset): Field => [offset, 1]),
  ...[4, 8, 12, 16, 20].map((offset): Field => [offset, 4]),
  [24, 8],
]
const COORDINATE: readonly Field[] = [
  ...[0, 4, 8].map((offset): Field => [offset, 4]),
  ...Array.from({ length: 5 }, (_, term): readonly Field[] => [
    [12 + 4 * term, 1],
    [13 + 4 * term, 3],
  ]).flat(),
]

/** The descriptor with a few fields changed, mostly by a little; now and then a word more or less. */
export function mutate(r: Random, descriptor: Uint8Array): Uint8Array {
  let bytes = Uint8Array.from(descriptor)
  for (let left = r.pick([1, 1, 1, 2, 3]); left > 0; left--) {
    if (r.chance(0.04)) {
      const at = 32 * r.int(0, bytes.length / 32 - 1)
      const rest = [...bytes.subarray(at + 32)]
      const word = [...bytes.subarray(at, at + 32)]
      bytes = Uint8Array.from([
        ...bytes.subarray(0, at),
        ...(r.chance(0.5) ? [...word, ...word] : []),
        ...rest,
      ])
      continue
    }
    changeField(r, bytes)
  }
  return bytes
}

function changeField(r: Random, bytes: Uint8Array): void {
  const word = r.int(0, bytes.length / 32 - 1)
  const fields = word === 0 ? HEADER : word === 1 ? EXTENTS : r.chance(0.5) ? HEAD : COORDINATE
  const [offset, size] = r.pick(fields)
  const at = 32 * word + offset
  let value = 0n
  for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(bytes[at + i]!)
  const all = (1n << BigInt(8 * size)) - 1n
  const changed = r.pick([
    value + 1n,
    value - 1n,
    value + 1n,
    value - 1n,
    0n,
    1n,
    all,
    all >> 1n,
    (all >> 1n) + 1n,
    value * 2n,
    value >> 1n,
    ~value,
    BigInt(r.int(0, 300)),
    BigInt(r.int(0, 2 ** 32 - 1)),
  ])
  for (let i = 0; i < size; i++) bytes[at + i] = Number((changed >> BigInt(8 * (size - 1 - i))) & 255n)
}
