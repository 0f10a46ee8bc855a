import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildTree,
  keccak,
  nodeAt,
  proveLeaves,
  provePath,
  rootFromLeaves,
  rootOf,
  tensorRoot,
  toHash,
} from '../src/index.ts'

const leaves = (n: number) => Array.from({ length: n }, (_, i) => keccak(Uint8Array.of(i)))

test('keccak is Ethereum’s Keccak-256', () => {
  assert.equal(toHash(keccak()), '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')
})

test('every subset of leaves of every small tree opens, and only to its root', () => {
  for (let n = 1; n <= 9; n++) {
    const tree = buildTree(leaves(n))
    for (let mask = 1; mask < 1 << n; mask++) {
      const indices = Array.from({ length: n }, (_, i) => i).filter((i) => mask & (1 << i))
      const siblings = proveLeaves(tree, indices)
      const known = indices.map((index) => ({ index, hash: nodeAt(tree, 0, index) }))
      assert.deepEqual(rootFromLeaves(n, known, siblings), rootOf(tree))
      const forged = known.map((leaf, i) => (i === 0 ? { ...leaf, hash: keccak(leaf.hash) } : leaf))
      assert.notDeepEqual(rootFromLeaves(n, forged, siblings), rootOf(tree))
    }
  }
})

test('a proof refuses indices outside the tree, out of order, and siblings left over or missing', () => {
  const tree = buildTree(leaves(5))
  const siblings = proveLeaves(tree, [1])
  const leaf = { index: 1, hash: nodeAt(tree, 0, 1) }
  const code = (run: () => unknown, expected: string) => assert.throws(run, { code: expected })
  code(() => rootFromLeaves(5, [{ ...leaf, index: 5 }], siblings), 'PROOF_INDEX')
  code(() => rootFromLeaves(5, [leaf, leaf], siblings), 'PROOF_INDEX')
  code(() => rootFromLeaves(5, [leaf], siblings.slice(1)), 'PROOF_LENGTH')
  code(() => rootFromLeaves(5, [leaf], [...siblings, siblings[0]!]), 'PROOF_LENGTH')
})

test('a path skips promoted levels', () => {
  assert.equal(provePath(buildTree(leaves(5)), 0, 4, 3).length, 1)
})

test('a root does not bind a length: zero padding is part of the leaf', () => {
  assert.equal(tensorRoot(new Uint8Array(9)), tensorRoot(new Uint8Array(10)))
  assert.notEqual(tensorRoot(new Uint8Array(128)), tensorRoot(new Uint8Array(129)))
})
