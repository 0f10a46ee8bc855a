import Table from 'cli-table3'
import type { Check } from './checks.ts'
import { DISPUTE_MOVES, JOB_MOVES } from './play.ts'
import type { Move, Timeline } from './timeline.ts'

export interface Story {
  readonly timeline: Timeline
  readonly checks: readonly Check[]
  /** Durations of the phases, seconds. */
  readonly marks: readonly { readonly what: string; readonly at: number }[]
  readonly accuracy: { readonly float: number | null; readonly integer: number | null } | null
  readonly begun: number
}

export interface Outcome {
  readonly story: Story
  readonly json: {
    readonly outcome: 'caught' | 'failed'
    readonly dispute: { readonly transactions: number; readonly gas: number }
    readonly job: { readonly gas: number }
    readonly accuracy: { readonly float: number | null; readonly integer: number | null } | null
    readonly seconds: number
  }
}

export function summarise(story: Story): Outcome {
  const { moves } = story.timeline
  const dispute = moves.filter(isDispute)
  return {
    story,
    json: {
      outcome: story.checks.every(({ holds }) => holds) ? 'caught' : 'failed',
      dispute: { transactions: dispute.length, gas: sum(dispute) },
      job: { gas: sum(firstJob(moves)) },
      accuracy: story.accuracy && { float: story.accuracy.float, integer: story.accuracy.integer },
      seconds: Number(((performance.now() - story.begun) / 1_000).toFixed(1)),
    },
  }
}

export function printOutcome({ story, json }: Outcome): void {
  const { moves } = story.timeline
  const style = { head: [], border: [], compact: true }
  const table = new Table({ head: ['', 'transactions', 'gas'], colAligns: ['left', 'right', 'right'], style })
  const row = (what: string, of: readonly Move[]): number => table.push([what, of.length, number(sum(of))])
  row('unchallenged job: request, claim, post, finalize', firstJob(moves))
  row(
    'dispute, the liar',
    moves.filter((move) => isDispute(move) && move.who === 'liar'),
  )
  row(
    'dispute, the challenger',
    moves.filter((move) => isDispute(move) && move.who === 'challenger'),
  )
  row('dispute, both sides', moves.filter(isDispute))
  console.log(`\n${table.toString()}`)
  const times = new Table({ head: ['phase', 'seconds'], colAligns: ['left', 'right'], style })
  for (const { what, at } of story.marks) times.push([what, at.toFixed(1)])
  times.push(['everything', json.seconds.toFixed(1)])
  console.log(times.toString())
  const failed = story.checks.filter(({ holds }) => !holds)
  console.log(
    failed.length === 0
      ? `\nAll ${story.checks.length} outcomes hold on chain: the honest were paid, the liar paid.`
      : `\nFAILED: ${failed.map(({ what }) => what).join('; ')}`,
  )
}

const isDispute = ({ contract, fn }: Move): boolean => contract === 'disputeGame' && DISPUTE_MOVES.has(fn)

/** The transactions of the first job: it is over before the second one is requested. */
function firstJob(moves: readonly Move[]): readonly Move[] {
  const job = moves.filter(({ contract, fn }) => contract === 'jobMarket' && JOB_MOVES.has(fn))
  return job.slice(0, job.findIndex(({ fn }) => fn === 'finalize') + 1)
}

const sum = (moves: readonly Move[]): number => moves.reduce((total, { gas }) => total + gas, 0)
const number = (value: number): string => value.toLocaleString('en-US')
