import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withSection } from '../../scripts/lib/bench-page.ts'

const row = (value: number) => ({
  bench: 'b',
  case: 'c',
  metric: 'm',
  value,
  unit: 'gas',
  target: 'at most 2',
  met: value <= 2,
})

test('a benchmark’s table is added once and then replaced, and nothing else of the page changes', () => {
  const first = withSection('# Page\n', 'b', 'a machine', [row(1)])
  assert.match(first, /# Page\n\n## b\n/)
  assert.match(first, /\| c \| m \| 1 \| gas \| at most 2 \| yes \|/)
  const second = withSection(`${first}\nAfter.\n`, 'b', 'a machine', [row(3)])
  assert.match(second, /\| c \| m \| 3 \| gas \| at most 2 \| NO \|/)
  assert.doesNotMatch(second, /\| 1 \|/)
  assert.equal(second.match(/## b/g)?.length, 1)
  assert.match(second, /\nAfter\.\n$/)
})
