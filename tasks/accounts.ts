import { balancesOf } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient, openRpc } from './lib/client.ts'
import { coins, table, tokens } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
}

export default action(async (_args: Arguments, hre) => {
  const client = await openClient(hre)
  const rpc = await openRpc(hre)
  const addresses = (await rpc.request({ method: 'eth_accounts' })) as readonly string[]
  const rows = await Promise.all(
    addresses.map(async (address, index) => ({ index, address, ...(await balancesOf(client, address)) })),
  )
  return {
    json: rows,
    text: table(
      ['#', 'address', 'coins', 'tokens', 'in the market'],
      rows.map((row) => [
        row.index,
        row.address,
        coins(row.coins),
        tokens(row.tokens),
        `${tokens(row.marketTokens)}, ${coins(row.marketCoins)}`,
      ]),
      'this network signs for no account',
    ),
  }
})
