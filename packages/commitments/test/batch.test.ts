import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  hashNode,
  keccak,
  leafCount,
  nodeAt,
  rootOf,
  tensorLeaf,
  tensorRoot,
  tensorTree,
  toHash,
} from '../src/index.ts'

const tensor = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => 1 + ((i * 7919 + (i >> 8)) % 255))

/** The tree by its definition, a hash at a time by another implementation of Keccak. */
function levelsOneByOne(bytes: Uint8Array): readonly (readonly Uint8Array[])[] {
  let level = Array.from({ length: leafCount(bytes.byteLength) }, (_, i) => keccak(tensorLeaf(bytes, i)))
  const levels = [level]
  while (level.length > 1) {
    const below = level
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, i) =>
      below[2 * i + 1] ? hashNode(below[2 * i]!, below[2 * i + 1]!) : below[2 * i]!,
    )
    levels.push(level)
  }
  return levels
}

// 4,096 messages go into one call of the kernel, in pairs. From long to short: nothing of a longer tensor may stay.
const LEAVES = 4_096
for (const length of [
  (2 * LEAVES + 3) * 128 + 77,
  (LEAVES + 1) * 128,
  LEAVES * 128 + 1,
  LEAVES * 128,
  LEAVES * 128 - 1,
  (LEAVES - 1) * 128,
  5 * 128 + 9,
  3 * 128,
  129,
  128,
  127,
  1,
])
  test(`the tree over ${length} bytes has the nodes that one hash after the other gives`, () => {
    const bytes = tensor(length)
    const tree = tensorTree(bytes)
    const expected = levelsOneByOne(bytes)
    assert.equal(tree.levels.length, expected.length)
    for (const [level, nodes] of expected.entries())
      assert.equal(Buffer.compare(Buffer.concat(nodes), tree.levels[level]!), 0, `level ${level}`)
    assert.deepEqual(nodeAt(tree, expected.length - 1, 0), rootOf(tree))
    assert.equal(tensorRoot(bytes), toHash(rootOf(tree)))
  })

test('a tensor of no bytes has no tree', () => {
  assert.throws(() => tensorTree(new Uint8Array(0)), { code: 'TENSOR_EMPTY' })
})

test('bytes that start anywhere in their buffer hash alike', () => {
  const bytes = tensor(1_001)
  const shifted = new Uint8Array(1_008)
  shifted.set(bytes, 3)
  assert.equal(tensorRoot(shifted.subarray(3, 1_004)), tensorRoot(bytes))
})
