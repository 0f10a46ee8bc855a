import { CommitmentError } from './errors.ts'
import { hashNode, levelSize, lookupIn, type NodeLookup, type Tree, treeLeaves } from './tree.ts'

interface Known {
  readonly index: number
  readonly hash: Uint8Array
}

/**
 * Siblings that open the leaves at `indices` (strictly increasing), level by level, left to right
 * (docs/specification.md, section 4.1).
 */
export const proveLeaves = (tree: Tree, indices: readonly number[]): readonly Uint8Array[] =>
  proveLeavesOf(treeLeaves(tree), indices, lookupIn(tree))

/** The same for a tree of which only some nodes are known: `node` is asked for the siblings alone. */
export function proveLeavesOf(
  leafCount: number,
  indices: readonly number[],
  node: NodeLookup,
): readonly Uint8Array[] {
  const siblings: Uint8Array[] = []
  const nothing = new Uint8Array(32)
  climb(
    leafCount,
    indices.map((index) => ({ index, hash: nothing })),
    (level, index) => {
      const sibling = node(level, index)
      siblings.push(sibling)
      return sibling
    },
    () => nothing,
  )
  return siblings
}

/**
 * The root that the leaf hashes and siblings lead to.
 * @throws CommitmentError PROOF_INDEX, PROOF_LENGTH
 */
export function rootFromLeaves(
  leafCount: number,
  leaves: readonly Known[],
  siblings: readonly Uint8Array[],
): Uint8Array {
  let used = 0
  const root = climb(leafCount, leaves, () => {
    const sibling = siblings[used++]
    if (!sibling) throw new CommitmentError('PROOF_LENGTH', 'the proof has too few siblings')
    return sibling
  })
  if (used !== siblings.length)
    throw new CommitmentError('PROOF_LENGTH', `the proof has ${siblings.length} siblings; ${used} are used`)
  return root
}

function climb(
  leafCount: number,
  leaves: readonly Known[],
  sibling: NodeLookup,
  join: (left: Uint8Array, right: Uint8Array) => Uint8Array = hashNode,
): Uint8Array {
  checkIndices(leafCount, leaves)
  let known = leaves
  for (let level = 0; levelSize(leafCount, level) > 1; level++) {
    const size = levelSize(leafCount, level)
    const next: Known[] = []
    for (let i = 0; i < known.length; i++) {
      const { index, hash } = known[i]!
      const right = known[i + 1]
      const parent = index >> 1
      if (index % 2 === 1) next.push({ index: parent, hash: join(sibling(level, index - 1), hash) })
      else if (index + 1 === size) next.push({ index: parent, hash })
      else if (right && right.index === index + 1) {
        next.push({ index: parent, hash: join(hash, right.hash) })
        i++
      } else next.push({ index: parent, hash: join(hash, sibling(level, index + 1)) })
    }
    known = next
  }
  return known[0]!.hash
}

function checkIndices(leafCount: number, leaves: readonly Known[]): void {
  if (leaves.length === 0) throw new CommitmentError('PROOF_INDEX', 'a proof opens at least one leaf')
  let previous = -1
  for (const { index } of leaves) {
    if (!Number.isInteger(index) || index <= previous || index >= leafCount)
      throw new CommitmentError(
        'PROOF_INDEX',
        `leaf ${index} of ${leafCount}: indices must increase and lie in the tree`,
        { index, leafCount },
      )
    previous = index
  }
}

/** Path from node (level, index) up to node (top, index >> (top - level)), bottom first; promoted levels have none. */
export const provePath = (tree: Tree, level: number, index: number, top: number): readonly Uint8Array[] =>
  provePathOf(treeLeaves(tree), level, index, top, lookupIn(tree))

/** The same for a tree of which only some nodes are known. */
export function provePathOf(
  leafCount: number,
  level: number,
  index: number,
  top: number,
  node: NodeLookup,
): readonly Uint8Array[] {
  const path: Uint8Array[] = []
  for (let l = level, i = index; l < top; l++, i = Math.floor(i / 2)) {
    const sibling = i % 2 === 0 ? i + 1 : i - 1
    if (sibling < levelSize(leafCount, l)) path.push(node(l, sibling))
  }
  return path
}
