import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAmount, parseAmount } from '../src/index.ts'

test('amounts are decimal numbers of 18 places, there and back', () => {
  for (const [text, value] of [
    ['0', 0n],
    ['1', 10n ** 18n],
    ['12.5', 125n * 10n ** 17n],
    ['0.000000000000000001', 1n],
    ['340282366920938463463', 340282366920938463463n * 10n ** 18n],
  ] as const) {
    assert.equal(parseAmount(text), value)
    assert.equal(formatAmount(value), text)
  }
  assert.equal(parseAmount('1.50'), 15n * 10n ** 17n)
})

test('what is no amount is refused', () => {
  for (const text of [
    '',
    '-1',
    '+1',
    '1e3',
    '.5',
    '1.',
    '1,5',
    '0x10',
    ' 1',
    '1.0000000000000000001',
    'Infinity',
  ])
    assert.throws(() => parseAmount(text), { code: 'AMOUNT_MALFORMED' })
})
