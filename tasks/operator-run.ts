import {
  createLogger,
  lyingConduct,
  mischievousChallenger,
  type NodeContext,
  type Pace,
  parseMischief,
  runChallenger,
  runExecutor,
} from '@plumbline/node'
import { chainId } from '@plumbline/chain'
import { listModels, openModels, parseAmount } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { accountName, isLocalChain, openNode, openRpc } from './lib/client.ts'
import { UsageError } from './lib/errors.ts'
import { interruptSignal } from './lib/interrupt.ts'
import { modelsFolder } from './lib/model.ts'

interface Arguments {
  readonly json: boolean
  readonly role: string
  readonly account: string
  readonly owner: string | undefined
  readonly store: string | undefined
  readonly models: string | undefined
  readonly minPrice: string
  readonly maxJobs: number
  readonly interval: number
  readonly withdrawEvery: number
  readonly fault: string | undefined
}

export default action(async (args: Arguments, hre) => {
  const { role } = args
  if (role !== 'executor' && role !== 'challenger')
    throw new UsageError('OPTION_MALFORMED', `--role is executor or challenger, not "${role}"`)
  if (args.fault !== undefined && !isLocalChain(await chainId(await openRpc(hre))))
    throw new UsageError('FAULT_REFUSED', '--fault lies on purpose: it works on local chains only')
  const { chain, sender, blobs } = await openNode(hre, args)
  const log = createLogger({ role, account: sender.address })
  const folder = args.models ?? modelsFolder(hre)
  const models = openModels(folder, (program, error) => log.error({ program, error }, 'model is broken'))
  // Loaded, and proven exact on this machine, before the first job waits for it.
  for (const program of await listModels(folder))
    if (await models(program)) log.info({ program }, 'model is ready')
  const context = { chain, sender, models, blobs, log }
  const pace = {
    signal: interruptSignal(),
    intervalMs: args.interval,
    ...(args.withdrawEvery > 0 && { withdrawEveryMs: args.withdrawEvery * 1_000 }),
  }
  await (role === 'executor' ? execute(context, args, pace) : challenge(context, args, pace))
  return null
})

async function execute(context: NodeContext, args: Arguments, pace: Pace): Promise<void> {
  const owner = args.owner === undefined ? context.sender.address : accountName(args.owner)
  if (typeof owner === 'number') throw new UsageError('ACCOUNT_MALFORMED', '--owner takes an address')
  await runExecutor(context, {
    ...pace,
    owner,
    policy: { minPrice: parseAmount(args.minPrice), maxJobs: args.maxJobs },
    ...(args.fault !== undefined && { conduct: lyingConduct(args.fault) }),
  })
}

async function challenge(context: NodeContext, { fault }: Arguments, pace: Pace): Promise<void> {
  await runChallenger(
    context,
    pace,
    fault === undefined ? undefined : mischievousChallenger(parseMischief(fault)),
  )
}
