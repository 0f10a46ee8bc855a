import { indexOfPosition, levelOfPosition, type Position, ROOT, treeOfPosition } from '@plumbline/commitments'
import type { DisputeReport } from '@plumbline/sdk'
import { facts, table, time } from './text.ts'

/** `trace, level 3, node 0` or `step 4, level 6, node 17`. */
export function positionText(position: Position): string {
  if (position === ROOT) return 'the whole trace'
  const tree = treeOfPosition(position)
  // SAFETY: only ROOT's level depends on the program's length.
  const place = `level ${levelOfPosition(position, 0)}, node ${indexOfPosition(position)}`
  return `${tree === 0 ? 'trace' : `step ${tree - 1}`}, ${place}`
}

export const disputeText = (report: DisputeReport): string =>
  [
    facts([
      ['job', report.job],
      ['attempt', report.attempt],
      ['result', `${report.result.id}: ${report.result.phase}`],
      ['executor', report.executor],
      ['trace', report.result.traceRoot ?? 'not committed'],
      ['openings', report.openings.size],
      ...(report.proved
        ? ([
            [
              'proved wrong',
              `step ${report.proved.step}, element ${report.proved.element}, by ${report.proved.prover}`,
            ],
          ] as const)
        : []),
    ]),
    table(
      ['challenge by', 'state', 'until', 'at', 'picks'],
      report.challenges.map((challenge) => [
        challenge.challenger,
        challenge.state,
        time(challenge.deadline),
        positionText(challenge.position),
        challenge.picks,
      ]),
      'no challenges',
    ),
  ].join('\n')
