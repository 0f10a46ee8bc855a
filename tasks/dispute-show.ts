import { showDisputes } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { disputeText } from './lib/dispute.ts'
import { jobId } from './lib/job.ts'

interface Arguments {
  readonly json: boolean
  readonly id: string
}

export default action(async (args: Arguments, hre) => {
  const disputes = await showDisputes(await openClient(hre), jobId(args.id))
  return {
    json: disputes,
    text: disputes.length === 0 ? 'nobody challenged this job' : disputes.map(disputeText).join('\n\n'),
  }
})
