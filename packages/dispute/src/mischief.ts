import { opensRaw, parentPosition, type Position, ROOT, treeOfPosition } from '@plumbline/commitments'
import { pickMove } from './challenger.ts'
import { stateOf } from './clock.ts'
import type { Move } from './moves.ts'
import { childrenOf, leavesOf } from './published.ts'
import type { Address, GameView } from './view.ts'

/** How a challenger troubles an answer that is right. For tests and demonstrations on local chains. */
export interface Mischief {
  /** Where it goes at every fork. */
  readonly seed: number
  /** Picks after which it falls silent; 0 is silence after the challenge. */
  readonly silentAfter?: number
  /** Picks after which it gives up. */
  readonly withdrawAfter?: number
  /** Challenges that it keeps open at a time, each with forks of its own. */
  readonly challenges?: number
}

/** What a challenger sends who disputes an answer whatever it is, goes down at random, and proves nothing. */
export function mischiefMoves(view: GameView, self: Address, mischief: Mischief): readonly Move[] {
  const { seed, silentAfter = Infinity, withdrawAfter = Infinity, challenges = 1 } = mischief
  if (view.result.phase !== 'posted') return []
  const mine = view.challenges.filter(({ challenger }) => challenger.toLowerCase() === self.toLowerCase())
  if (mine.length < challenges)
    return view.now <= view.result.windowEnd
      ? [{ kind: 'challenge', result: view.result.id, outputRoot: view.result.outputRoot }]
      : []
  return mine.flatMap((challenge, number): readonly Move[] => {
    if (stateOf(view, challenge) !== 'challengerMove') return []
    const { id, position } = challenge
    const picks = picksBefore(view, position)
    if (picks >= withdrawAfter) return [{ kind: 'withdraw', challenge: id, from: position }]
    if (picks >= silentAfter || opensRaw(position)) return []
    const children = childrenOf(view, position)
    const { position: to } = children[scatter(seed + number, position) % children.length]!
    return [pickMove(view, challenge, to)]
  })
}

/** Groups between ROOT and a position: the picks of a challenger who goes down one at a time. */
function picksBefore(view: GameView, position: Position): number {
  let count = 0
  for (let at = position; at !== ROOT; count++)
    at = parentPosition(at, view.program.steps.length, leavesOf(view, treeOfPosition(at)))
  return count
}

/** A number that looks random and is the same every time. */
function scatter(seed: number, position: Position): number {
  let z =
    Math.imul(seed + 1, 0x9e3779b9) ^
    Math.floor(position / 2 ** 16) ^
    Math.imul(position % 2 ** 16, 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 16), 0xc2b2ae35)
  return (z ^ (z >>> 13)) >>> 0
}
