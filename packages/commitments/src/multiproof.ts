import { CommitmentError } from './errors.ts'
import { hashNode, levelSize, type Tree } from './tree.ts'

interface Known {
  readonly index: number
  readonly hash: Uint8Array
}

/**
 * Siblings that open the leaves at `indices` (strictly increasing), level by level, left to right
 * (docs/specification.md, section 4.1).
 */
export function proveLeaves(tree: Tree, indices: readonly number[]): readonly Uint8Array[] {
  const siblings: Uint8Array[] = []
  const known = indices.map((index) => ({ index, hash: tree.levels[0]![index]! }))
  climb(tree.levels[0]!.length, known, (level, index) => {
    const sibling = tree.levels[level]![index]!
    siblings.push(sibling)
    return sibling
  })
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
  sibling: (level: number, index: number) => Uint8Array,
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
      if (index % 2 === 1) next.push({ index: parent, hash: hashNode(sibling(level, index - 1), hash) })
      else if (index + 1 === size) next.push({ index: parent, hash })
      else if (right && right.index === index + 1) {
        next.push({ index: parent, hash: hashNode(hash, right.hash) })
        i++
      } else next.push({ index: parent, hash: hashNode(hash, sibling(level, index + 1)) })
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
export function provePath(tree: Tree, level: number, index: number, top: number): readonly Uint8Array[] {
  const path: Uint8Array[] = []
  for (let l = level, i = index; l < top; l++, i >>= 1) {
    const sibling = tree.levels[l]![i ^ 1]
    if (sibling) path.push(sibling)
  }
  return path
}
