import type { Hash } from '@plumbline/ir'
import { BlobError } from './errors.ts'
import { type BlobKey, keyPath, tensorKey, withLength } from './key.ts'

/** Content-addressed bytes. Whoever reads or writes checks them: no store is trusted. */
export interface BlobStore {
  /** The bytes, already checked against the key; null when the store does not have them. */
  readonly get: (key: BlobKey) => Promise<Uint8Array | null>
  readonly has: (key: BlobKey) => Promise<boolean>
  /** Keeps bytes that match the key, refuses others. */
  readonly put: (key: BlobKey, bytes: Uint8Array) => Promise<void>
}

/**
 * The tensor of exactly `byteLength` bytes under `root`.
 * @throws BlobError BLOB_MISSING
 */
export async function fetchTensor(store: BlobStore, root: Hash, byteLength: number): Promise<Uint8Array> {
  return withLength(await fetchBytes(store, tensorKey(root)), byteLength)
}

/** @throws BlobError BLOB_MISSING */
export async function fetchBytes(store: BlobStore, key: BlobKey): Promise<Uint8Array> {
  const bytes = await store.get(key)
  if (bytes === null)
    throw new BlobError('BLOB_MISSING', `no blob store at hand has ${keyPath(key)}`, { key: keyPath(key) })
  return bytes
}

/**
 * Reads from the first store that answers, keeping a copy in the first; writes to all.
 * A store that fails to answer a read counts as not having the bytes.
 */
export function layered(stores: readonly BlobStore[]): BlobStore {
  const attempt = async <T>(run: Promise<T>, otherwise: T): Promise<T> => run.catch(() => otherwise)
  return {
    get: async (key) => {
      for (const [i, store] of stores.entries()) {
        const bytes = await attempt(store.get(key), null)
        if (bytes === null) continue
        if (i > 0) await attempt(stores[0]!.put(key, bytes), undefined)
        return bytes
      }
      return null
    },
    has: async (key) => {
      for (const store of stores) if (await attempt(store.has(key), false)) return true
      return false
    },
    put: async (key, bytes) => {
      for (const store of stores) await store.put(key, bytes)
    },
  }
}
