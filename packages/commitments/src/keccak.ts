import { createKeccak } from 'hash-wasm'
import type { Hash } from '@plumbline/ir'

// One WebAssembly instance, loaded once; every call after that is synchronous.
const hasher = await createKeccak(256)

/** Keccak-256 of the concatenated chunks: 32 bytes. */
export function keccak(...chunks: readonly Uint8Array[]): Uint8Array {
  hasher.init()
  for (const chunk of chunks) hasher.update(chunk)
  return hasher.digest('binary')
}

export const toHash = (bytes: Uint8Array): Hash =>
  `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
export const fromHash = (hash: Hash): Uint8Array => Uint8Array.from(Buffer.from(hash.slice(2), 'hex'))

/** First byte of every preimage except a tensor leaf's (docs/specification.md, section 4). */
export const TAG = { node: 1, step: 2, tensors: 3, program: 4 } as const

export const tagged = (tag: number, ...chunks: readonly Uint8Array[]): Uint8Array =>
  keccak(Uint8Array.of(tag), ...chunks)
