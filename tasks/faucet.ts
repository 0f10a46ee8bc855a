import { parseAmount } from '@plumbline/sdk'
import { chainId, toQuantity } from '@plumbline/chain'
import { action } from './lib/action.ts'
import { accountName, isLocalChain, openClient, openRpc } from './lib/client.ts'
import { UsageError } from './lib/errors.ts'
import { facts } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
  readonly account: string
  readonly to: string
  readonly tokens: string
  readonly coins: string
}

export default action(async (args: Arguments, hre) => {
  const rpc = await openRpc(hre)
  const id = await chainId(rpc)
  if (!isLocalChain(id))
    throw new UsageError('LOCAL_ONLY', `the faucet works on local chains only; this is chain ${id}`)
  const client = await openClient(hre, args)
  const to = await addressOf(rpc, args.to)
  await client.send({ contract: 'token', fn: 'mint', args: [to, parseAmount(args.tokens)] })
  const coins = parseAmount(args.coins)
  if (coins > 0n) {
    const transfer = { from: client.address(), to, value: toQuantity(coins) }
    await rpc.request({ method: 'eth_sendTransaction', params: [transfer] })
  }
  return {
    json: { to, tokens: args.tokens, coins: args.coins },
    text: facts([
      ['to', to],
      ['tokens', args.tokens],
      ['coins', args.coins],
    ]),
  }
})

async function addressOf(rpc: Awaited<ReturnType<typeof openRpc>>, text: string): Promise<string> {
  const name = accountName(text)
  if (typeof name === 'string') return name
  const address = ((await rpc.request({ method: 'eth_accounts' })) as readonly string[])[name]
  if (!address) throw new UsageError('ACCOUNT_MALFORMED', `this network has no account ${name}`)
  return address
}
