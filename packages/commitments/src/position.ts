import { CommitmentError } from './errors.ts'
import { LEAF_BYTES } from './tensor.ts'
import { levelSize } from './tree.ts'

/**
 * A node of the trace (tree 0) or of the output tensor of step i (tree i + 1), packed as
 * `tree << 32 | level << 24 | index` (docs/specification.md, section 6.1). At most 49 bits, so a number holds it.
 */
export type Position = number

/** The top of the trace. A leaf of the trace is picked as the top of its tensor, so 0 names nothing else. */
export const ROOT: Position = 0

/** Level in a tensor from which raw leaves are opened. */
export const RAW_LEVEL = 3
const MAX_DROP = 6
const INDEXES = 2 ** 24

export const positionAt = (tree: number, level: number, index: number): Position =>
  tree * 2 ** 32 + level * INDEXES + index
export const treeOfPosition = (position: Position): number => Math.floor(position / 2 ** 32)
/** @param steps leaves of the trace */
export const levelOfPosition = (position: Position, steps: number): number =>
  position === ROOT ? depthOfLeaves(steps) : Math.floor(position / INDEXES) % 256
export const indexOfPosition = (position: Position): number => position % INDEXES

/** Depth of a tree of n leaves. */
export function depthOfLeaves(leaves: number): number {
  let depth = 0
  while (2 ** depth < leaves) depth++
  return depth
}

/** Levels that the group under a node spans; 0 where raw leaves are opened, and for the one node of a one-step trace. */
export function groupDrop(tree: number, level: number): number {
  const distance = level - (tree === 0 ? 0 : RAW_LEVEL)
  return distance <= 0 ? 0 : Math.ceil(distance / Math.ceil(distance / MAX_DROP))
}

/** The nodes that the opening of a position reveals: `count` from index `first` of level `level`. */
export interface Group {
  readonly level: number
  readonly first: number
  readonly count: number
}

/** @param leaves of the position's tree; the trace has the program's steps */
export function groupAt(position: Position, leaves: number): Group {
  const level = levelOfPosition(position, leaves)
  const drop = groupDrop(treeOfPosition(position), level)
  const first = indexOfPosition(position) * 2 ** drop
  const end = Math.min(first + 2 ** drop, levelSize(leaves, level - drop))
  return { level: level - drop, first, count: end - first }
}

export const opensRaw = (position: Position): boolean =>
  treeOfPosition(position) !== 0 && Math.floor(position / INDEXES) % 256 <= RAW_LEVEL

/** The bytes of the tensor that the raw opening of a position reveals. */
export function rawRange(
  position: Position,
  byteLength: number,
): { readonly from: number; readonly to: number } {
  const size = LEAF_BYTES * 2 ** (Math.floor(position / INDEXES) % 256)
  const from = indexOfPosition(position) * size
  return { from, to: Math.min(from + size, byteLength) }
}

/** Openings on the longest way down after the commit, for tensors of these byte lengths. */
export function disputeRounds(byteLengths: readonly number[]): number {
  const trace = Math.max(1, Math.ceil(depthOfLeaves(byteLengths.length) / MAX_DROP))
  const tensors = byteLengths.map((length) => {
    const distance = depthOfLeaves(Math.ceil(length / LEAF_BYTES)) - RAW_LEVEL
    return distance <= 0 ? 1 : Math.ceil(distance / MAX_DROP) + 1
  })
  return trace - 1 + Math.max(...tensors)
}

/**
 * The position whose opening reveals the node `to`.
 * @param steps leaves of the trace
 * @param leaves of the tree that `to` is in
 * @throws CommitmentError POSITION_UNREACHABLE when no group reveals it
 */
export function parentPosition(to: Position, steps: number, leaves: number): Position {
  let [tree, level, index] = [treeOfPosition(to), levelOfPosition(to, steps), indexOfPosition(to)]
  let depth = depthOfLeaves(leaves)
  const unreachable = (): CommitmentError =>
    new CommitmentError('POSITION_UNREACHABLE', `no opening reveals position ${to}`, { position: to })
  if (to === ROOT || (tree === 0 && level === 0)) throw unreachable()
  if (tree !== 0 && level === depth) {
    ;[index, tree, level, depth] = [tree - 1, 0, 0, depthOfLeaves(steps)]
    if (depth === 0) return ROOT
  }
  let top = depth
  while (top > level) {
    const drop = groupDrop(tree, top)
    if (drop === 0) break
    if (top - drop === level)
      return tree === 0 && top === depth ? ROOT : positionAt(tree, top, Math.floor(index / 2 ** drop))
    top -= drop
  }
  throw unreachable()
}
