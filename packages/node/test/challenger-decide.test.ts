import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AttemptRecord, JobRecord } from '@plumbline/chain'
import { dueResults, type ResultFacts } from '../src/index.ts'

const posted = { outputRoot: '0xfe', windowEnd: 110 } as unknown as ResultFacts['post']

const result = (id: string, change: Partial<ResultFacts> = {}): ResultFacts => ({
  job: { id } as unknown as JobRecord,
  attempt: { number: 2 } as unknown as AttemptRecord,
  post: posted,
  honest: ['0x01'],
  posted: ['0x02'],
  served: true,
  mine: null,
  bond: 7n,
  ...change,
})
const due = (results: readonly ResultFacts[], coins = 100n, now = 100) =>
  dueResults({ now, coins, results }).map((action) => `${action.do} ${action.job}`)

test('re-executes what it has not, and disputes what differs', () => {
  assert.deepEqual(due([result('a', { honest: null })]), ['execute a'])
  assert.deepEqual(due([result('a')]), ['challenge a'])
  assert.deepEqual(due([result('a', { honest: ['0x02'] })]), [])
  assert.deepEqual(due([result('a', { honest: ['0x02', '0x03'] })]), ['challenge a'])
  assert.deepEqual(due([result('a', { honest: ['0x02'], posted: ['0x02', '0x03'] })]), ['challenge a'])
})

test('names the attempt and the answer that it disputes', () => {
  assert.deepEqual(dueResults({ now: 100, coins: 7n, results: [result('a')] }), [
    { do: 'challenge', job: 'a', attempt: 2, outputRoot: '0xfe', bond: 7n },
  ])
})

test('leaves alone what it has challenged, does not have, or what is past its window', () => {
  assert.deepEqual(due([result('a', { mine: '0x09' })]), [])
  assert.deepEqual(due([result('a', { served: false, honest: null })]), [])
  assert.deepEqual(due([result('a')], 100n, 110), ['challenge a'])
  assert.deepEqual(due([result('a'), result('b', { honest: null })], 100n, 111), [])
})

test('takes the window that closes first first, and spends no coin twice', () => {
  const late = { ...posted, windowEnd: 120 }
  assert.deepEqual(due([result('a', { post: late }), result('b')]), ['challenge b', 'challenge a'])
  assert.deepEqual(due([result('a', { post: late }), result('b')], 13n), ['challenge b'])
})
