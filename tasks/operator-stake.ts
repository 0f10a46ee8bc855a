import { parseAmount, stake } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { accountName, openClient } from './lib/client.ts'
import { UsageError } from './lib/errors.ts'
import { stakeReport } from './lib/stake.ts'

interface Arguments {
  readonly json: boolean
  readonly account: string
  readonly amount: string
  readonly operator: string | undefined
  readonly exposure: string | undefined
  readonly coins: string
}

export default action(async (args: Arguments, hre) => {
  const client = await openClient(hre, args)
  const operator = args.operator === undefined ? undefined : accountName(args.operator)
  if (typeof operator === 'number') throw new UsageError('ACCOUNT_MALFORMED', '--operator takes an address')
  return stakeReport(
    await stake(client, {
      amount: parseAmount(args.amount),
      ...(operator !== undefined && { operator: operator as `0x${string}` }),
      coins: parseAmount(args.coins),
      ...(args.exposure !== undefined && { exposureLimit: parseAmount(args.exposure) }),
    }),
  )
})
