import {
  depthOf,
  type Position,
  provePath,
  rootOf,
  stepsTree,
  tensorListRoot,
  toHash,
  treeOfPosition,
} from '@plumbline/commitments'
import { encodeStep, type Hash } from '@plumbline/ir'
import { stateOf } from './clock.ts'
import { follow } from './descent.ts'
import type { Move } from './moves.ts'
import { buildProof } from './proof.ts'
import { isUnder } from './published.ts'
import type { Trace } from './trace.ts'
import type { Address, ChallengeView, GameView } from './view.ts'

/** Root of the list of a trace's outputs. */
export const outputRootOf = (trace: Trace): Hash =>
  tensorListRoot(trace.program.outputs.map((step) => toHash(rootOf(trace.tensor(step)))))

/**
 * What an honest challenger has to send now, in this order. Empty when it is not its turn, or nothing is wrong.
 * @param own the challenger's own run of the program on the job's inputs
 */
export function challengerMoves(view: GameView, self: Address, own: Trace): readonly Move[] {
  const mine = view.challenges.filter((challenge) => same(challenge.challenger, self))
  if (view.result.phase !== 'posted') return settlements(mine)
  if (outputRootOf(own) === view.result.outputRoot) return []
  const verdict = verdictMove(view, own)
  if (verdict) return [...expirations(view, self), verdict]
  // A challenge that ran out of time holds nobody to anything: another one takes its place.
  const live = mine.filter((challenge) => !['ended', 'challengerLost'].includes(stateOf(view, challenge)))
  if (live.length === 0) return entry(view)
  return live.flatMap((challenge) => descent(view, challenge, own))
}

/** What ends the game at once: a proof when what is open shows a wrong element, else an executor out of time. */
function verdictMove(view: GameView, own: Trace): Move | undefined {
  const late = view.challenges.find((challenge) => stateOf(view, challenge) === 'executorLost')
  if (late) return { kind: 'timeout', challenge: late.id }
  const lead = view.result.traceRoot === undefined ? undefined : follow(view, own)
  if (lead?.kind !== 'element') return undefined
  return {
    kind: 'prove',
    result: view.result.id,
    proof: buildProof(view, own, lead.step, lead.element, lead.leaf),
  }
}

/** Lost challenges before one's own would take its reward. */
function expirations(view: GameView, self: Address): readonly Move[] {
  const first = view.challenges.findIndex(
    (challenge) =>
      same(challenge.challenger, self) && stateOf(view, challenge) !== 'challengerLost' && !challenge.ended,
  )
  return view.challenges
    .slice(0, Math.max(0, first))
    .filter((challenge) => stateOf(view, challenge) === 'challengerLost')
    .map(({ id }) => ({ kind: 'expire', challenge: id }))
}

const entry = (view: GameView): readonly Move[] =>
  view.now <= view.result.windowEnd
    ? [{ kind: 'challenge', result: view.result.id, outputRoot: view.result.outputRoot }]
    : []

function descent(view: GameView, challenge: ChallengeView, own: Trace): readonly Move[] {
  if (stateOf(view, challenge) !== 'challengerMove') return []
  const lead = follow(view, own)
  if (lead?.kind !== 'open' || !isUnder(view, lead.position, challenge.position)) return []
  return [pickMove(view, challenge, lead.position)]
}

/** The pick from where a challenge is to a position below it whose parent group is open. */
export function pickMove(view: GameView, challenge: ChallengeView, to: Position): Move {
  const from = challenge.position
  const step = treeOfPosition(to) - 1
  const enters = treeOfPosition(from) === 0 && step >= 0
  const descriptors = stepsTree(view.program)
  return {
    kind: 'pick',
    challenge: challenge.id,
    from,
    to,
    traceRoot: view.result.traceRoot!,
    descriptor: enters ? encodeStep(view.program.steps[step]!) : new Uint8Array(),
    stepPath: enters ? provePath(descriptors, 0, step, depthOf(descriptors)).map(toHash) : [],
  }
}

const settlements = (mine: readonly ChallengeView[]): readonly Move[] =>
  mine.filter(({ ended }) => !ended).map(({ id }) => ({ kind: 'settle', challenge: id }))

const same = (a: Address, b: Address): boolean => a.toLowerCase() === b.toLowerCase()
