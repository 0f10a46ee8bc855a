import {
  buildTree,
  depthOfLeaves,
  groupAt,
  keccak,
  leafCount,
  levelOfPosition,
  indexOfPosition,
  nodeAt,
  type NodeLookup,
  type Position,
  positionAt,
  rawRange,
  tensorLeaf,
  type Tree,
  treeOfPosition,
} from '@plumbline/commitments'
import { stepByteLength } from '@plumbline/ir'
import type { GameView } from './view.ts'

/** Leaves of a tree of the game: 0 the trace, i + 1 the output of step i. */
export const leavesOf = (view: GameView, tree: number): number =>
  tree === 0 ? view.program.steps.length : leafCount(stepByteLength(view.program.steps[tree - 1]!))

/** Top of the output tensor of a step. */
export const tensorPosition = (view: GameView, step: number): Position =>
  positionAt(step + 1, depthOfLeaves(leavesOf(view, step + 1)), 0)

/**
 * The committed tree as far as its openings show it; elsewhere the verifier's own nodes. That is right wherever
 * committed and own tree agree: left of the leftmost leaf that differs (docs/security.md, Soundness).
 */
export function publishedTree(view: GameView, tree: number, own: Tree): NodeLookup {
  const known = new Map<number, Uint8Array>()
  const leaves = leavesOf(view, tree)
  for (const [position, { nodes, bytes }] of view.openings) {
    if (treeOfPosition(position) !== tree) continue
    if (nodes) {
      const group = groupAt(position, leaves)
      learn(known, nodes, group.level, group.first, levelOfPosition(position, view.program.steps.length))
    } else if (bytes) {
      const { from } = rawRange(position, stepByteLength(view.program.steps[tree - 1]!))
      const hashes = Array.from({ length: leafCount(bytes.byteLength) }, (_, i) =>
        keccak(tensorLeaf(bytes, i)),
      )
      learn(known, hashes, 0, from / 128, levelOfPosition(position, view.program.steps.length))
    }
  }
  return (level, index) => known.get(key(level, index)) ?? nodeAt(own, level, index)
}

/** A group's nodes and all that fold from them, up to the level of its top. */
function learn(
  known: Map<number, Uint8Array>,
  nodes: readonly Uint8Array[],
  level: number,
  first: number,
  top: number,
): void {
  const fold = buildTree(nodes)
  for (let l = level; l <= top; l++) {
    // Above its own root a group has one node, promoted unchanged.
    const height = Math.min(l - level, fold.levels.length - 1)
    const start = Math.floor(first / 2 ** (l - level))
    const count = fold.levels[height]!.byteLength / 32
    for (let i = 0; i < count; i++) known.set(key(l, start + i), nodeAt(fold, height, i))
  }
}

const key = (level: number, index: number): number => level * 2 ** 32 + index

/** The children that an open position reveals: what each is called as a position, and its hash. */
export function childrenOf(
  view: GameView,
  position: Position,
): readonly { readonly position: Position; readonly hash: Uint8Array }[] {
  const tree = treeOfPosition(position)
  const { level, first } = groupAt(position, leavesOf(view, tree))
  return (view.openings.get(position)?.nodes ?? []).map((hash, i) => ({
    hash,
    position:
      tree === 0 && level === 0 ? tensorPosition(view, first + i) : positionAt(tree, level, first + i),
  }))
}

/** Whether `below` lies under `above`, each in the trace or in a tensor. */
export function isUnder(view: GameView, below: Position, above: Position): boolean {
  const steps = view.program.steps.length
  const tree = treeOfPosition(below)
  const levelAbove = levelOfPosition(above, steps)
  if (tree !== treeOfPosition(above))
    return treeOfPosition(above) === 0 && Math.floor((tree - 1) / 2 ** levelAbove) === indexOfPosition(above)
  const height = levelAbove - levelOfPosition(below, steps)
  return height > 0 && Math.floor(indexOfPosition(below) / 2 ** height) === indexOfPosition(above)
}
