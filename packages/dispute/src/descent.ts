import {
  leafCount,
  nodeAt,
  levelOfPosition,
  indexOfPosition,
  LEAF_BYTES,
  opensRaw,
  type Position,
  rawRange,
  ROOT,
  tensorLeaf,
  toHash,
  treeOfPosition,
} from '@plumbline/commitments'
import { stepByteLength } from '@plumbline/ir'
import { differingElement, ownLeaf } from './proof.ts'
import { childrenOf } from './published.ts'
import type { Trace } from './trace.ts'
import type { GameView } from './view.ts'

/** Where what is open of a wrong trace leads: to a node that is not open yet, or to a wrong element. */
export type Lead =
  | { readonly kind: 'open'; readonly position: Position }
  | {
      readonly kind: 'element'
      readonly step: number
      readonly element: number
      /** The committed leaf, zero-padded to 128 bytes. */
      readonly leaf: Uint8Array
    }

/**
 * Follows the leftmost differing child in the trace, and a differing child inside a tensor, as far as it is open.
 * Undefined when the committed trace is the own one.
 */
export function follow(view: GameView, own: Trace): Lead | undefined {
  let position = ROOT
  while (view.openings.has(position)) {
    if (opensRaw(position)) return wrongElement(view, own, position)
    const next = childrenOf(view, position).find(
      (child) => toHash(child.hash) !== toHash(ownNode(own, child.position)),
    )
    if (!next) return undefined
    position = next.position
  }
  return { kind: 'open', position }
}

/** The own hash at a position. */
export const ownNode = (own: Trace, position: Position): Uint8Array => {
  const tree = treeOfPosition(position)
  return nodeAt(
    tree === 0 ? own.root() : own.tensor(tree - 1),
    levelOfPosition(position, own.program.steps.length),
    indexOfPosition(position),
  )
}

function wrongElement(view: GameView, own: Trace, position: Position): Lead | undefined {
  const step = treeOfPosition(position) - 1
  const descriptor = view.program.steps[step]!
  const bytes = view.openings.get(position)!.bytes!
  const first = rawRange(position, stepByteLength(descriptor)).from / LEAF_BYTES
  for (let i = 0; i < leafCount(bytes.byteLength); i++) {
    const leaf = tensorLeaf(bytes, i)
    const element = differingElement(descriptor, first + i, ownLeaf(own, step, first + i), leaf)
    if (element !== undefined) return { kind: 'element', step, element, leaf }
  }
  return undefined
}
