import type { ChallengeView, GameView } from './view.ts'

export type ChallengeState = 'executorMove' | 'challengerMove' | 'executorLost' | 'challengerLost' | 'ended'

export interface Turn {
  readonly since: number
  /** When the position was opened, for whichever challenge; 0 before. */
  readonly openedAt: number
  readonly executorLeft: number
  readonly challengerLeft: number
  readonly extension: number
}

export interface Standing {
  readonly state: Exclude<ChallengeState, 'ended'>
  /** Last second of the side on move, or of the side that lost. */
  readonly deadline: number
}

/** The classifier of contracts/dispute/libraries/Clock.sol. */
export function stateAt(turn: Turn, time: number): Standing {
  const executorDeadline = turn.since + Math.max(turn.executorLeft, turn.extension)
  if (turn.openedAt === 0)
    return { state: time <= executorDeadline ? 'executorMove' : 'executorLost', deadline: executorDeadline }
  // Opened for another challenge, but too late for this one.
  if (turn.openedAt > executorDeadline) return { state: 'executorLost', deadline: executorDeadline }
  const deadline = Math.max(turn.since, turn.openedAt) + Math.max(turn.challengerLeft, turn.extension)
  return { state: time <= deadline ? 'challengerMove' : 'challengerLost', deadline }
}

/** Budgets left after the challenger moves at `time`, in its turn. */
export function spend(
  turn: Turn,
  time: number,
): { readonly executorLeft: number; readonly challengerLeft: number } {
  const handedOver = Math.max(turn.since, turn.openedAt)
  return {
    executorLeft: Math.max(0, turn.executorLeft - (handedOver - turn.since)),
    challengerLeft: Math.max(0, turn.challengerLeft - (time - handedOver)),
  }
}

export const turnOf = (view: GameView, challenge: ChallengeView): Turn => ({
  since: challenge.since,
  openedAt: view.openings.get(challenge.position)?.at ?? 0,
  executorLeft: challenge.executorLeft,
  challengerLeft: challenge.challengerLeft,
  extension: view.result.extension,
})

export function stateOf(view: GameView, challenge: ChallengeView): ChallengeState {
  if (challenge.ended || view.result.phase === 'defeated') return 'ended'
  return stateAt(turnOf(view, challenge), view.now).state
}
