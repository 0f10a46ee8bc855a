import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readItem, readItems } from '../src/index.ts'

async function file(bytes: readonly number[]): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'plumbline-items-')), 'file')
  await writeFile(path, Uint8Array.from(bytes))
  return path
}

test('an IDX file of bytes holds its items', async () => {
  const path = await file([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6])
  const items = await readItems(path)
  assert.equal(items.count, 2)
  assert.deepEqual(items.item(1), Uint8Array.of(4, 5, 6))
  assert.deepEqual(await readItem(`${path}#1`), Uint8Array.of(4, 5, 6))
  assert.deepEqual(await readItem(path), Uint8Array.of(1, 2, 3))
  await assert.rejects(readItem(`${path}#2`), { code: 'FILE_MALFORMED' })
})

test('an IDX file of floats is read from big-endian', async () => {
  const path = await file([0, 0, 0x0d, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0])
  assert.deepEqual(await readItem(path), Float32Array.of(1, -2))
})

test('any other file is one item of its bytes', async () => {
  for (const bytes of [
    [1, 2, 3],
    // Begins like IDX, and is a byte too short or too long for what it says.
    [0, 0, 8, 1, 0, 0, 0, 3, 1, 2],
    [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3, 4],
    [0, 0, 8, 0, 0, 0, 0, 0],
  ])
    assert.deepEqual(await readItem(await file(bytes)), Uint8Array.from(bytes))
  await assert.rejects(readItem(await file([])), { code: 'FILE_MALFORMED' })
  await assert.rejects(readItem('/nonexistent/file'), { code: 'FILE_UNREADABLE' })
})
