import { showJob } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { jobId, jobReport } from './lib/job.ts'

interface Arguments {
  readonly json: boolean
  readonly id: string
}

export default action(async (args: Arguments, hre) =>
  jobReport(await showJob(await openClient(hre), jobId(args.id))),
)
