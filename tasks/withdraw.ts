import { withdrawAll } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { coins, facts, tokens } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
  readonly account: string
}

export default action(async (args: Arguments, hre) => {
  const client = await openClient(hre, args)
  const { marketTokens, marketCoins, stakingCredit, disputeCredit } = await withdrawAll(client)
  return {
    json: { account: client.address(), marketTokens, marketCoins, stakingCredit, disputeCredit },
    text: facts([
      ['account', client.address()],
      ['from the market', `${tokens(marketTokens)}, ${coins(marketCoins)}`],
      ['from slashes', tokens(stakingCredit)],
      ['from disputes', coins(disputeCredit)],
    ]),
  }
})
