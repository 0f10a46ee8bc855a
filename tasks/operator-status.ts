import { stakeState } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { stakeReport } from './lib/stake.ts'

interface Arguments {
  readonly json: boolean
  readonly account: string
}

export default action(async (args: Arguments, hre) => {
  const client = await openClient(hre, args)
  return stakeReport(await stakeState(client, client.address()))
})
