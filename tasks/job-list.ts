import { listJobs } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { phaseOf } from './lib/job.ts'
import { table, time, tokens } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
  readonly phase: string | undefined
}

export default action(async (args: Arguments, hre) => {
  const jobs = (await listJobs(await openClient(hre))).filter(
    ({ phase }) => args.phase === undefined || phase === args.phase,
  )
  return {
    json: jobs,
    text: table(
      ['job', 'phase', 'version', 'at most', 'requested', 'executor'],
      jobs.map((job) => [
        job.id,
        phaseOf(job),
        job.ticket.terms.version,
        tokens(job.ticket.terms.maxPrice),
        time(job.requestedAt),
        job.attempts.at(-1)?.executor ?? '-',
      ]),
      'no jobs',
    ),
  }
})
