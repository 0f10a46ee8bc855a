import { openDispute } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { jobId } from './lib/job.ts'
import { coins, facts } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
  readonly account: string
  readonly id: string
}

export default action(async (args: Arguments, hre) => {
  const client = await openClient(hre, args)
  const { challenge, bond, receipt } = await openDispute(client, jobId(args.id))
  return {
    json: { challenge, bond, transaction: receipt.hash, gas: receipt.gasUsed },
    text: facts([
      ['challenge', challenge],
      ['bond', coins(bond)],
      ['gas', receipt.gasUsed],
      [
        'next',
        `keep \`operator run --role challenger --account ${args.account}\` running: it must move in time`,
      ],
    ]),
  }
})
