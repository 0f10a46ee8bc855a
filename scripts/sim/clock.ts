/** Whose turn it is, exactly as the judge derives it (contracts/dispute/libraries/Clock.sol). Seconds. */

export interface Turn {
  /** When the position was picked. */
  readonly since: number
  /** When the position was opened, for whichever challenge; null before. */
  readonly openedAt: number | null
  readonly executorLeft: number
  readonly challengerLeft: number
  readonly extension: number
}

export type TurnState = 'executor-move' | 'challenger-move' | 'executor-lost' | 'challenger-lost'

/** State at `time` and the last second of the side on move; of a side that lost, its last second. */
export function stateAt(turn: Turn, time: number): { readonly state: TurnState; readonly deadline: number } {
  const executorEnd = turn.since + Math.max(turn.executorLeft, turn.extension)
  if (turn.openedAt === null)
    return { state: time <= executorEnd ? 'executor-move' : 'executor-lost', deadline: executorEnd }
  if (turn.openedAt > executorEnd) return { state: 'executor-lost', deadline: executorEnd }
  const end = Math.max(turn.since, turn.openedAt) + Math.max(turn.challengerLeft, turn.extension)
  return { state: time <= end ? 'challenger-move' : 'challenger-lost', deadline: end }
}

/** Budgets left after the challenger moves at `time`, in its turn. */
export function spend(turn: Turn, time: number): Pick<Turn, 'executorLeft' | 'challengerLeft'> {
  const handedOver = Math.max(turn.since, turn.openedAt ?? turn.since)
  return {
    executorLeft: Math.max(0, turn.executorLeft - (handedOver - turn.since)),
    challengerLeft: Math.max(0, turn.challengerLeft - (time - handedOver)),
  }
}

export interface Clocks {
  readonly window: number
  readonly executorBudget: number
  readonly challengerBudget: number
  readonly extension: number
  readonly margin: number
}

/** The longest that one challenge can take. */
export function longestDispute(clocks: Clocks, rounds: number): number {
  return clocks.executorBudget + clocks.challengerBudget + 2 * (rounds + 1) * clocks.extension
}

/** The longest that a challenger can hold up a result whose executor answers at once. */
export function longestGriefing(clocks: Clocks, rounds: number): number {
  return Math.max(clocks.challengerBudget, clocks.extension) + rounds * clocks.extension
}

/** After this many seconds from the post a result can be settled whatever is live. */
export function hardEnd(clocks: Clocks, rounds: number): number {
  return clocks.window + longestDispute(clocks, rounds) + clocks.margin
}
