import { instantiate } from '@plumbline/wasm'
import { hashLeaves, hashNodes, roundConstants } from './keccak-kernel.ts'

export const HASH_BYTES = 32
const LEAF_BYTES = 128
const NODE_BYTES = 64
/** Messages a call; even, since the kernel takes pairs. */
const CHUNK = 4_096
/** Behind the round constants, and not at 0: the kernel reads the byte before a node. */
const INPUT = 1_024
const OUTPUT = INPUT + CHUNK * LEAF_BYTES

const kernel = instantiate([hashLeaves, hashNodes])
const memory = new Uint8Array(kernel.memory(OUTPUT + CHUNK * HASH_BYTES))
memory.set(roundConstants())

type Hash = (input: number, output: number, pairs: number) => void

function digests(hash: Hash, messages: Uint8Array, messageBytes: number): Uint8Array {
  const count = Math.ceil(messages.byteLength / messageBytes)
  const result = new Uint8Array(count * HASH_BYTES)
  for (let first = 0; first < count; first += CHUNK) {
    const taken = Math.min(CHUNK, count - first)
    const chunk = messages.subarray(first * messageBytes, (first + taken) * messageBytes)
    memory.set(chunk, INPUT)
    memory.fill(0, INPUT + chunk.byteLength, INPUT + taken * messageBytes)
    hash(INPUT, OUTPUT, Math.ceil(taken / 2))
    result.set(memory.subarray(OUTPUT, OUTPUT + taken * HASH_BYTES), first * HASH_BYTES)
  }
  return result
}

/** Hashes of the leaves of a tensor, one after another; zeros follow the tensor's end. */
export const hashesOfLeaves = (bytes: Uint8Array): Uint8Array =>
  digests(kernel.call.hashLeaves, bytes, LEAF_BYTES)

/** The level above a level of hashes, one after another; an unpaired last one is promoted. */
export function hashesAbove(level: Uint8Array): Uint8Array {
  const paired = level.byteLength - (level.byteLength % NODE_BYTES)
  const above = digests(kernel.call.hashNodes, level.subarray(0, paired), NODE_BYTES)
  if (paired === level.byteLength) return above
  const promoted = new Uint8Array(above.byteLength + HASH_BYTES)
  promoted.set(above)
  promoted.set(level.subarray(paired), above.byteLength)
  return promoted
}
