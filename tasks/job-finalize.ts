import { finalizeJob } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { jobId, jobReport } from './lib/job.ts'

interface Arguments {
  readonly json: boolean
  readonly account: string
  readonly id: string
}

export default action(async (args: Arguments, hre) =>
  jobReport(await finalizeJob(await openClient(hre, args), jobId(args.id))),
)
