import { HASH_BYTES, hashesAbove } from './batch.ts'
import { CommitmentError } from './errors.ts'
import { keccak, TAG } from './keccak.ts'

/** The hash of a node by level and index. */
export type NodeLookup = (level: number, index: number) => Uint8Array

/**
 * The hashes of every level, concatenated: levels[0] are the leaves, the last level is the root.
 * Positional, an unpaired last node is promoted.
 */
export interface Tree {
  readonly levels: readonly Uint8Array[]
}

const pair = new Uint8Array(1 + 2 * HASH_BYTES)
pair[0] = TAG.node

export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1)
  pair.set(right, 1 + HASH_BYTES)
  return keccak(pair)
}

/** @throws CommitmentError TREE_EMPTY */
export function buildTree(leaves: readonly Uint8Array[]): Tree {
  const hashes = new Uint8Array(leaves.length * HASH_BYTES)
  leaves.forEach((leaf, i) => hashes.set(leaf, i * HASH_BYTES))
  return treeOfHashes(hashes)
}

/** The tree over leaf hashes that lie one after the other. */
export function treeOfHashes(leaves: Uint8Array): Tree {
  if (leaves.byteLength === 0) throw new CommitmentError('TREE_EMPTY', 'a tree has at least one leaf')
  const levels = [leaves]
  for (let level = leaves; level.byteLength > HASH_BYTES;) {
    level = hashesAbove(level)
    levels.push(level)
  }
  return { levels }
}

export const rootOf = (tree: Tree): Uint8Array => tree.levels.at(-1)!
export const depthOf = (tree: Tree): number => tree.levels.length - 1
export const treeLeaves = (tree: Tree): number => tree.levels[0]!.byteLength / HASH_BYTES

/** @throws CommitmentError NODE_MISSING */
export function nodeAt(tree: Tree, level: number, index: number): Uint8Array {
  const hashes = tree.levels[level]
  if (!hashes || index < 0 || (index + 1) * HASH_BYTES > hashes.byteLength)
    throw new CommitmentError('NODE_MISSING', `the tree has no node ${index} at level ${level}`, {
      level,
      index,
    })
  return hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
}

export const lookupIn =
  (tree: Tree): NodeLookup =>
  (level, index) =>
    nodeAt(tree, level, index)

/** Number of nodes at `level` of a tree of `leaves` leaves. */
export const levelSize = (leaves: number, level: number): number => Math.ceil(leaves / 2 ** level)

/** Folds adjacent nodes (a whole group, left to right) up to the one node above them. */
export const foldGroup = (nodes: readonly Uint8Array[]): Uint8Array => rootOf(buildTree(nodes))
