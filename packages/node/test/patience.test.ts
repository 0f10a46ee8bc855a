import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPatience, type Logger } from '../src/index.ts'

test('what fails stops nothing else and is tried again ever more slowly, up to the longest pause', async () => {
  const warnings: unknown[] = []
  const log: Logger = { info: () => {}, error: () => {}, warn: (fields) => warnings.push(fields) }
  let now = 0
  const done: string[] = []
  const patience = createPatience(log, 3_000, () => now)
  const round = (): Promise<void> =>
    patience.forEach(
      ['bad', 'good'],
      (item) => item,
      async (item) => {
        done.push(item)
        await Promise.resolve()
        if (item === 'bad') throw new Error('no')
      },
    )
  await round()
  assert.deepEqual(done, ['bad', 'good'])
  now = 999
  await round()
  assert.deepEqual(done.slice(2), ['good'])
  now = 1_000
  await round()
  assert.deepEqual(done.slice(3), ['bad', 'good'])
  now = 2_999
  await round()
  assert.deepEqual(done.slice(5), ['good'])
  now = 3_000
  await round()
  assert.deepEqual(done.slice(6), ['bad', 'good'])
  now = 6_000
  await round()
  assert.deepEqual(done.slice(8), ['bad', 'good'])
  assert.equal(warnings.length, 4)
})
