import { CommitmentError } from './errors.ts'
import { TAG, tagged } from './keccak.ts'

/** levels[0] are the leaf hashes, the last level is the root. Positional, an unpaired last node is promoted. */
export interface Tree {
  readonly levels: readonly (readonly Uint8Array[])[]
}

export const hashNode = (left: Uint8Array, right: Uint8Array): Uint8Array => tagged(TAG.node, left, right)

/** @throws CommitmentError TREE_EMPTY */
export function buildTree(leaves: readonly Uint8Array[]): Tree {
  if (leaves.length === 0) throw new CommitmentError('TREE_EMPTY', 'a tree has at least one leaf')
  const levels: (readonly Uint8Array[])[] = [leaves]
  for (let level = leaves; level.length > 1;) {
    level = parents(level)
    levels.push(level)
  }
  return { levels }
}

function parents(nodes: readonly Uint8Array[]): readonly Uint8Array[] {
  const next: Uint8Array[] = []
  for (let i = 0; i < nodes.length; i += 2) {
    const right = nodes[i + 1]
    next.push(right === undefined ? nodes[i]! : hashNode(nodes[i]!, right))
  }
  return next
}

export const rootOf = (tree: Tree): Uint8Array => tree.levels.at(-1)![0]!
export const depthOf = (tree: Tree): number => tree.levels.length - 1

/** @throws CommitmentError NODE_MISSING */
export function nodeAt(tree: Tree, level: number, index: number): Uint8Array {
  const node = tree.levels[level]?.[index]
  if (!node)
    throw new CommitmentError('NODE_MISSING', `the tree has no node ${index} at level ${level}`, {
      level,
      index,
    })
  return node
}

/** Number of nodes at `level` of a tree of `leaves` leaves. */
export const levelSize = (leaves: number, level: number): number => Math.ceil(leaves / 2 ** level)

/** Folds adjacent nodes (a whole group, left to right) up to the one node above them. */
export function foldGroup(nodes: readonly Uint8Array[]): Uint8Array {
  return rootOf(buildTree(nodes))
}
