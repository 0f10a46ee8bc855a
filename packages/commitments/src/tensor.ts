import type { Hash } from '@plumbline/ir'
import { CommitmentError } from './errors.ts'
import { hashesOfLeaves } from './batch.ts'
import { TAG, tagged, fromHash, toHash } from './keccak.ts'
import { rootOf, type Tree, treeOfHashes } from './tree.ts'

export const LEAF_BYTES = 128

export const leafCount = (byteLength: number): number => Math.ceil(byteLength / LEAF_BYTES)

/** The 128 bytes of leaf `index`, zero-padded after the end of the tensor. */
export function tensorLeaf(bytes: Uint8Array, index: number): Uint8Array {
  const leaf = bytes.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES)
  if (leaf.byteLength === LEAF_BYTES) return leaf
  const padded = new Uint8Array(LEAF_BYTES)
  padded.set(leaf)
  return padded
}

/** @throws CommitmentError TENSOR_EMPTY */
export function tensorTree(bytes: Uint8Array): Tree {
  if (bytes.byteLength === 0) throw new CommitmentError('TENSOR_EMPTY', 'a tensor has at least one byte')
  return treeOfHashes(hashesOfLeaves(bytes))
}

export const tensorRoot = (bytes: Uint8Array): Hash => toHash(rootOf(tensorTree(bytes)))

/** Commitment to an ordered list of tensors: a job's inputs, or its outputs. */
export const tensorListRoot = (roots: readonly Hash[]): Hash =>
  toHash(tagged(TAG.tensors, ...roots.map(fromHash)))
