import {
  depthOf,
  groupAt,
  indexOfPosition,
  levelOfPosition,
  nodeAt,
  opensRaw,
  type Position,
  proveLeaves,
  provePath,
  rawRange,
  rootOf,
  ROOT,
  toHash,
  type Tree,
  treeOfPosition,
} from '@plumbline/commitments'
import type { Hash } from '@plumbline/ir'
import { stateAt, stateOf, turnOf } from './clock.ts'
import type { Move } from './moves.ts'
import { leavesOf } from './published.ts'
import type { Trace } from './trace.ts'
import type { ChallengeView, GameView, Opening } from './view.ts'

/**
 * What an executor, or its responder, has to send now: one opening for every position where some challenge waits, the
 * most urgent first, then the expiry of challenges that ran out of time.
 * @param committed the run that it posted, and commits
 */
export function responderMoves(view: GameView, committed: Trace): readonly Move[] {
  if (view.result.phase !== 'posted') return []
  const waiting = view.challenges
    .filter((challenge) => stateOf(view, challenge) === 'executorMove')
    .sort((a, b) => deadline(view, a) - deadline(view, b))
  const openings = new Map<Position, Move>()
  for (const challenge of waiting)
    if (!openings.has(challenge.position))
      openings.set(challenge.position, opening(view, challenge, committed))
  const expired = view.challenges
    .filter((challenge) => stateOf(view, challenge) === 'challengerLost')
    .map(({ id }): Move => ({ kind: 'expire', challenge: id }))
  return [...openings.values(), ...expired]
}

const deadline = (view: GameView, challenge: ChallengeView): number =>
  stateAt(turnOf(view, challenge), view.now).deadline

function opening(view: GameView, { id, position }: ChallengeView, committed: Trace): Move {
  if (position === ROOT) return commitment(view, id, committed)
  const path = pathToRoot(view, position, committed)
  const { nodes, bytes } = openingOf(view, position, committed)
  return bytes
    ? { kind: 'openLeaves', via: id, position, leaves: bytes, path }
    : { kind: 'open', via: id, position, group: (nodes ?? []).map(toHash), path }
}

/** What opening a position of a trace reveals. */
export function openingOf(view: GameView, position: Position, committed: Trace): Omit<Opening, 'at'> {
  const tree = treeOfPosition(position)
  if (opensRaw(position)) {
    const bytes = committed.output(tree - 1)
    const { from, to } = rawRange(position, bytes.byteLength)
    return { bytes: bytes.subarray(from, to) }
  }
  const { level, first, count } = groupAt(position, leavesOf(view, tree))
  const nodes = tree === 0 ? committed.root() : committed.tensor(tree - 1)
  return { nodes: Array.from({ length: count }, (_, i) => nodeAt(nodes, level, first + i)) }
}

/** Siblings from a position up to the root of the trace, through its tensor first. */
function pathToRoot(view: GameView, position: Position, committed: Trace): readonly Hash[] {
  const tree = treeOfPosition(position)
  const level = levelOfPosition(position, view.program.steps.length)
  const within = (nodes: Tree, from: number, index: number): readonly Hash[] =>
    provePath(nodes, from, index, depthOf(nodes)).map(toHash)
  if (tree === 0) return within(committed.root(), level, indexOfPosition(position))
  const inner = within(committed.tensor(tree - 1), level, indexOfPosition(position))
  return [...inner, ...within(committed.root(), 0, tree - 1)]
}

function commitment(view: GameView, via: Hash, committed: Trace): Move {
  const { program } = view
  const tree = committed.root()
  return {
    kind: 'commit',
    via,
    traceRoot: toHash(rootOf(tree)),
    group: openingOf(view, ROOT, committed).nodes!.map(toHash),
    outputRoots: program.outputs.map((step) => toHash(rootOf(committed.tensor(step)))),
    outputSiblings: proveLeaves(
      tree,
      [...program.outputs].sort((a, b) => a - b),
    ).map(toHash),
  }
}
