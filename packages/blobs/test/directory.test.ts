import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { keccak, tensorRoot, toHash } from '@plumbline/commitments'
import type { Hash } from '@plumbline/ir'
import {
  keccakKey,
  type BlobKey,
  defaultLimits,
  directoryStore,
  fetchTensor,
  layered,
  tensorKey,
} from '../src/index.ts'

const temporary = (): Promise<string> => mkdtemp(join(tmpdir(), 'plumbline-blobs-'))
const tensor = Uint8Array.from({ length: 300 }, (_, i) => i % 251)
const key = tensorKey(tensorRoot(tensor))
const filesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test('keeps tensors by root and other bytes by Keccak-256, over restarts', async () => {
  const folder = await temporary()
  const manifest = new TextEncoder().encode('{"name":"x"}')
  const store = directoryStore(folder)
  assert.equal(await store.get(key), null)
  await store.put(key, tensor)
  await store.put(keccakKey(toHash(keccak(manifest))), manifest)
  const again = directoryStore(folder)
  assert.deepEqual(new Uint8Array((await again.get(key))!), tensor)
  assert.deepEqual(new Uint8Array((await again.get(keccakKey(toHash(keccak(manifest)))))!), manifest)
  assert.equal(await again.has(keccakKey(key.hash)), false)
})

test('keeps nothing that does not hash to its name', async () => {
  const folder = await temporary()
  const store = directoryStore(folder)
  await assert.rejects(store.put(key, tensor.slice(1)), { code: 'BLOB_MISMATCH' })
  await assert.rejects(store.put(keccakKey(key.hash), tensor), { code: 'BLOB_MISMATCH' })
  await assert.rejects(store.put(key, new Uint8Array()), { code: 'BLOB_MISMATCH' })
  assert.deepEqual(await filesIn(folder), [])
})

test('a name is no path', async () => {
  const folder = await temporary()
  const store = directoryStore(join(folder, 'store'))
  await writeFile(join(folder, 'secret'), 'secret')
  for (const hash of [
    '../../secret',
    `${key.hash}/../../../../secret`,
    `0x${'0'.repeat(60)}/../`,
    key.hash.toUpperCase(),
    '',
  ]) {
    const hostile: BlobKey = { kind: 'tensor', hash: hash as Hash }
    await assert.rejects(store.get(hostile), { code: 'BLOB_KEY_MALFORMED' })
    await assert.rejects(store.has(hostile), { code: 'BLOB_KEY_MALFORMED' })
  }
  await assert.rejects(store.get({ kind: '..' as 'tensor', hash: key.hash }), { code: 'BLOB_KEY_MALFORMED' })
})

test('a file that rotted on disk is absent, and is written anew', async () => {
  const folder = await temporary()
  const store = directoryStore(folder)
  await store.put(key, tensor)
  const [path] = await filesIn(folder)
  await writeFile(path!, tensor.slice(0, 200))
  assert.equal(await store.get(key), null)
  await store.put(key, tensor)
  assert.deepEqual(new Uint8Array(await readFile(path!)), tensor)
})

test('refuses a blob that is too large and stops when it is full, counting what it found at the start', async () => {
  const folder = await temporary()
  const limits = { maxBlobBytes: 400, maxTotalBytes: 700 }
  const blobs = [1, 2, 3].map((value) => new Uint8Array(300).fill(value))
  const put = (index: number): Promise<void> =>
    directoryStore(folder, limits).put(tensorKey(tensorRoot(blobs[index]!)), blobs[index]!)
  await put(0)
  await put(0)
  await put(1)
  await assert.rejects(put(2), { code: 'BLOB_STORE_FULL' })
  const large = new Uint8Array(401)
  await assert.rejects(directoryStore(folder, limits).put(tensorKey(tensorRoot(large)), large), {
    code: 'BLOB_TOO_LARGE',
  })
  assert.equal((await filesIn(folder)).length, 2)
})

test('many writers of one blob leave one whole file', async () => {
  const folder = await temporary()
  await Promise.all(Array.from({ length: 20 }, () => directoryStore(folder, defaultLimits).put(key, tensor)))
  assert.equal((await filesIn(folder)).length, 1)
})

test('a tensor is read at the length that its reader knows, whatever zeros the keeper added', async () => {
  const store = directoryStore(await temporary())
  const padded = new Uint8Array(384)
  padded.set(tensor)
  await store.put(key, padded)
  assert.deepEqual(await fetchTensor(store, key.hash, 300), tensor)
  assert.equal((await fetchTensor(store, key.hash, 384)).byteLength, 384)
  await assert.rejects(fetchTensor(store, key.hash, 299), { code: 'BLOB_MISMATCH' })
  await assert.rejects(fetchTensor(store, key.hash, 385), { code: 'BLOB_MISMATCH' })
  await assert.rejects(fetchTensor(store, `0x${'00'.repeat(32)}`, 300), { code: 'BLOB_MISSING' })
})

test('layers read through to the next store and keep a copy in the first', async () => {
  const near = directoryStore(await temporary())
  const far = directoryStore(await temporary())
  await far.put(key, tensor)
  const broken = {
    get: () => Promise.reject(new Error('down')),
    has: () => Promise.reject(new Error('down')),
  }
  const store = layered([near, { ...near, ...broken }, far])
  assert.equal(await store.has(key), true)
  assert.deepEqual(new Uint8Array((await store.get(key))!), tensor)
  assert.equal(await near.has(key), true)
})
