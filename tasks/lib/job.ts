import type { JobRecord } from '@plumbline/chain'
import type { JobView } from '@plumbline/sdk'
import type { Report } from './action.ts'
import { UsageError } from './errors.ts'
import { facts, time, tokens } from './text.ts'

export function jobId(text: string): `0x${string}` {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return text.toLowerCase() as `0x${string}`
  throw new UsageError('ID_MALFORMED', `"${text}" is no id: 0x and 64 hex digits, as \`job list\` shows them`)
}

export const phaseOf = (record: JobRecord): string =>
  record.phase === 'open' && record.attempts.length > 0
    ? `open again after ${record.attempts.length} lost attempt${record.attempts.length > 1 ? 's' : ''}`
    : record.phase

export function jobReport({ record, state }: JobView): Report {
  const { terms, requester } = record.ticket
  const last = record.attempts.at(-1)
  return {
    json: { ...record, state },
    text: facts([
      ['job', record.id],
      ['phase', `${phaseOf(record)}${state.disputed ? ', disputed' : ''}`],
      ['model version', terms.version],
      ['requester', requester],
      ['requested', time(record.requestedAt)],
      ['price', `${tokens(terms.minPrice)} to ${tokens(terms.maxPrice)} over ${terms.rampSeconds} s`],
      ['input', record.input ? `${record.input.byteLength} bytes on chain` : record.inputRoots.join(' ')],
      ...(last
        ? ([
            ['attempt', last.number],
            ['executor', last.executor],
            ['claimed for', tokens(last.price)],
            ['post deadline', time(last.postDeadline)],
          ] as const)
        : []),
      ...(last?.posted
        ? ([
            ['posted', time(last.posted.at)],
            ['window ends', time(last.posted.windowEnd)],
            [
              'output',
              last.posted.output
                ? `${last.posted.output.byteLength} bytes on chain`
                : last.posted.outputRoots.join(' '),
            ],
          ] as const)
        : []),
      ...(last?.end ? ([['outcome', last.end]] as const) : []),
    ]),
  }
}
