import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mutate } from '../../../test/support/mutate.ts'
import { randomCase } from '../../../test/support/random-step.ts'
import { randomFrom, seedFromEnvironment } from '../../../test/support/random.ts'
import { fullStep } from '../../../test/support/programs.ts'
import { decodeStep, encodeStep, ProgramError } from '../src/index.ts'

test('a step survives its encoding', () => {
  assert.deepEqual(decodeStep(encodeStep(fullStep())), fullStep())
  for (let seed = seedFromEnvironment(); seed < seedFromEnvironment() + 300; seed++) {
    const { step } = randomCase(randomFrom(seed))
    assert.deepEqual(decodeStep(encodeStep(step)), step, `seed ${seed}`)
  }
})

test('bytes are the encoding of what they decode to, or are refused by name', () => {
  let decoded = 0
  for (let seed = seedFromEnvironment(); seed < seedFromEnvironment() + 300; seed++) {
    const r = randomFrom(seed)
    const descriptor = encodeStep(randomCase(r).step)
    for (let i = 0; i < 10; i++) {
      const bytes = mutate(r, descriptor)
      try {
        assert.deepEqual(encodeStep(decodeStep(bytes)), bytes, `seed ${seed}`)
        decoded += 1
      } catch (error) {
        assert.ok(error instanceof ProgramError, `seed ${seed}: ${String(error)}`)
      }
    }
  }
  assert.ok(decoded > 500)
})

test('every truncation is refused, and so are bytes that follow the end', () => {
  const descriptor = encodeStep(fullStep())
  for (let length = 0; length < descriptor.length; length++)
    assert.throws(() => decodeStep(descriptor.subarray(0, length)), { code: 'DESCRIPTOR_MALFORMED' })
  const longer = new Uint8Array(descriptor.length + 32)
  longer.set(descriptor)
  assert.throws(() => decodeStep(longer), { code: 'DESCRIPTOR_MALFORMED' })
})
