import { createHash } from 'node:crypto'
import { keccak, LEAF_BYTES, leafCount, tensorRoot, toHash } from '@plumbline/commitments'
import type { Hash } from '@plumbline/ir'
import { BlobError } from './errors.ts'

/**
 * What names some bytes: the Merkle root of a tensor, the Keccak-256 (a manifest) or the SHA-256 (an ONNX file).
 * A root fixes the bytes up to zeros after the end of the last leaf: a reader asks with the length it knows.
 */
export interface BlobKey {
  readonly kind: 'tensor' | 'keccak' | 'sha256'
  readonly hash: Hash
}

const HASHES: Readonly<Record<BlobKey['kind'], (bytes: Uint8Array) => string>> = {
  // No tensor is empty.
  tensor: (bytes) => (bytes.byteLength === 0 ? 'nothing' : tensorRoot(bytes)),
  keccak: (bytes) => toHash(keccak(bytes)),
  sha256: (bytes) => `0x${createHash('sha256').update(bytes).digest('hex')}`,
}

export const tensorKey = (root: Hash): BlobKey => ({ kind: 'tensor', hash: root })
export const keccakKey = (hash: Hash): BlobKey => ({ kind: 'keccak', hash })
export const sha256Key = (hash: Hash): BlobKey => ({ kind: 'sha256', hash })
export const keyPath = ({ kind, hash }: BlobKey): string => `${kind}/${hash}`

/** @throws BlobError BLOB_KEY_MALFORMED unless `kind` exists and `hash` is 0x and 64 lower-case hex digits */
export function parseKey(kind: string, hash: string): BlobKey {
  if (isKind(kind) && /^0x[0-9a-f]{64}$/.test(hash)) return { kind, hash: hash as Hash }
  throw new BlobError(
    'BLOB_KEY_MALFORMED',
    'a blob is named KIND/HASH: tensor, keccak or sha256, and 0x with 64 lower-case hex digits',
  )
}

const isKind = (kind: string): kind is BlobKey['kind'] => Object.hasOwn(HASHES, kind)

/** @throws BlobError BLOB_MISMATCH unless the bytes are those that `key` names */
export function checkBytes(key: BlobKey, bytes: Uint8Array): void {
  const actual = HASHES[key.kind](bytes)
  if (actual !== key.hash)
    throw new BlobError('BLOB_MISMATCH', `${bytes.byteLength} bytes hash to ${actual}, not ${keyPath(key)}`, {
      key: keyPath(key),
      actual,
    })
}

/**
 * `bytes`, which have the wanted root, cut or zero-extended to `byteLength`.
 * SAFETY: the root fixes the zero-padded leaves, so only zeros of the last leaf are cut or added.
 * @throws BlobError BLOB_MISMATCH when the leaf counts differ or bytes after the end are not zero
 */
export function withLength(bytes: Uint8Array, byteLength: number): Uint8Array {
  if (bytes.byteLength === byteLength) return bytes
  const tail = bytes.subarray(byteLength)
  if (leafCount(bytes.byteLength) !== leafCount(byteLength) || tail.some((byte) => byte !== 0))
    throw new BlobError(
      'BLOB_MISMATCH',
      `${bytes.byteLength} bytes are no tensor of ${byteLength}: they end in another ${LEAF_BYTES}-byte leaf`,
    )
  const exact = new Uint8Array(byteLength)
  exact.set(bytes.subarray(0, byteLength))
  return exact
}
