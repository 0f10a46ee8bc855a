import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attemptOf, challengeIdOf, jobOf, resultIdOf, resultOf } from '../src/index.ts'

test('ids nest: a challenge names its result, a result its job', () => {
  const job = `0x${'ab'.repeat(24)}${'00'.repeat(8)}` as const
  const result = resultIdOf(job, 0x01020304)
  const challenge = challengeIdOf(result, 7)
  assert.equal(result, `0x${'ab'.repeat(24)}0102030400000000`)
  assert.equal(challenge, `0x${'ab'.repeat(24)}0102030400000007`)
  assert.equal(resultOf(challenge), result)
  assert.equal(jobOf(challenge), job)
  assert.equal(attemptOf(challenge), 0x01020304)
})
