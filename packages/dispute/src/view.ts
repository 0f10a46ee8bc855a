import type { Position } from '@plumbline/commitments'
import type { Hash, Program } from '@plumbline/ir'

export type Address = `0x${string}`

/** What a group's opening revealed, and when (seconds since the epoch). */
export interface Opening {
  readonly at: number
  /** Hashes of the group's nodes; absent where raw bytes were opened. */
  readonly nodes?: readonly Uint8Array[]
  readonly bytes?: Uint8Array
}

export interface ChallengeView {
  readonly id: Hash
  readonly challenger: Address
  /** When the position was picked, seconds since the epoch. */
  readonly since: number
  /** Time budgets left at `since`, seconds. */
  readonly executorLeft: number
  readonly challengerLeft: number
  readonly position: Position
  /** Withdrawn, expired or settled. */
  readonly ended: boolean
}

export interface ResultView {
  readonly id: Hash
  /** `posted` until the market finalises it or the judge defeats it. */
  readonly phase: 'posted' | 'final' | 'defeated'
  /** What the job's id commits to besides its inputs. */
  readonly jobHead: Hash
  /** Root of the list of posted output roots. */
  readonly outputRoot: Hash
  /** Last second to challenge, seconds since the epoch. */
  readonly windowEnd: number
  /** Least time for a move, seconds. */
  readonly extension: number
  readonly traceRoot?: Hash
}

/** All that is public about a disputed, or disputable, result. Challenges in order of their opening. */
export interface GameView {
  /** Time of the next block, seconds since the epoch. */
  readonly now: number
  readonly program: Program
  readonly result: ResultView
  readonly challenges: readonly ChallengeView[]
  /** Openings by position; ROOT's is the commit's. */
  readonly openings: ReadonlyMap<Position, Opening>
}
