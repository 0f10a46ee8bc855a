import { finishUnstake, parseAmount, startUnstake } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { stakeReport } from './lib/stake.ts'

interface Arguments {
  readonly json: boolean
  readonly account: string
  readonly amount: string | undefined
}

export default action(async (args: Arguments, hre) => {
  const client = await openClient(hre, args)
  return stakeReport(
    args.amount === undefined
      ? await finishUnstake(client)
      : await startUnstake(client, parseAmount(args.amount)),
  )
})
