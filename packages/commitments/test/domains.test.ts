import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildTree,
  hashNode,
  keccak,
  TAG,
  tagged,
  tensorListRoot,
  tensorRoot,
  tensorTree,
  toHash,
} from '../src/index.ts'

// Property 10: no preimage of one kind of hash is a preimage of another.

test('every preimage but a leaf’s starts with its own tag, and only a leaf’s has 128 bytes', () => {
  assert.equal(new Set(Object.values(TAG)).size, Object.keys(TAG).length)
  // A tag and whole words never make 128 bytes, nor two words and a tag anything but a node.
  for (let words = 0; words < 20; words++) assert.notEqual(1 + 32 * words, 128)
})

test('a node is not a leaf of its two children, whatever they are', () => {
  const [left, right] = [keccak(Uint8Array.of(1)), keccak(Uint8Array.of(2))]
  const both = new Uint8Array([...left, ...right])
  assert.notEqual(toHash(hashNode(left, right)), tensorRoot(both))
  assert.notEqual(toHash(hashNode(left, right)), toHash(keccak(both)))
  assert.notEqual(toHash(hashNode(left, right)), toHash(hashNode(right, left)))
})

test('lists of tensors, steps and nodes of the same words differ', () => {
  const words = [keccak(Uint8Array.of(1)), keccak(Uint8Array.of(2))]
  const hashes = [TAG.node, TAG.step, TAG.tensors, TAG.program].map((tag) => toHash(tagged(tag, ...words)))
  assert.equal(new Set(hashes).size, 4)
  assert.equal(tensorListRoot(words.map(toHash)), hashes[2])
})

test('a tensor of one leaf is not the tensor that the leaf’s hash would be', () => {
  const bytes = new Uint8Array(128).fill(3)
  const root = tensorTree(bytes).levels[0]!
  assert.notEqual(tensorRoot(root), tensorRoot(bytes))
})

test('the same leaves in another order, or another number of them, have another root', () => {
  const leaves = Array.from({ length: 5 }, (_, i) => keccak(Uint8Array.of(i)))
  const roots = [leaves, leaves.toReversed(), leaves.slice(0, 4), [...leaves, leaves[4]!]].map((list) =>
    toHash(buildTree(list).levels.at(-1)!),
  )
  assert.equal(new Set(roots).size, 4)
})
