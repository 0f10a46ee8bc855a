import {
  type Block,
  type JobRecord,
  type Ledger,
  nextBlock,
  read,
  readJob,
  revertName,
  sameAddress,
} from '@plumbline/chain'
import { coinsOf } from '../money.ts'
import { GAS_RESERVE, type NodeContext } from '../context.ts'
import type { ExecutorFacts, JobFacts } from './decide.ts'

const RULINGS = ['pending', 'stands', 'falls'] as const

/** What `dueJobs` decides from, as of now. */
export async function executorFacts(
  context: NodeContext,
  ledger: Ledger,
  owner: string,
): Promise<ExecutorFacts> {
  const { chain, sender } = context
  const [block, [free], [account], internal, coins] = await Promise.all([
    nextBlock(chain.rpc),
    read(chain, 'staking', 'free', [owner]),
    read(chain, 'staking', 'account', [owner]),
    read(chain, 'jobMarket', 'balanceOf', [sender.address]),
    coinsOf(context),
  ])
  const exposure = (account.exposureLimit as bigint) - (account.locked as bigint)
  const relevant = [...ledger.jobs.values()].filter((job) => concerns(job, sender.address))
  return {
    now: block.time,
    me: sender.address,
    free: free < exposure ? free : exposure,
    coins: coins + (internal.coins as bigint) - GAS_RESERVE,
    jobs: (await Promise.all(relevant.map((job) => jobFacts(context, job, block)))).filter(
      (job) => job !== null,
    ),
  }
}

/** Whether anything may be due: an open or claimed job, one of ours that is posted or not delivered. */
function concerns(job: JobRecord, self: string): boolean {
  if (job.phase === 'open' || job.phase === 'claimed') return true
  const executor = job.attempts.at(-1)?.executor
  if (!executor || !sameAddress(executor, self)) return false
  return (
    job.phase === 'posted' || (job.phase === 'final' && job.ticket.terms.callbackGas > 0 && !job.delivered)
  )
}

/** Null when the job moves on while it is read: the next round knows more. */
async function jobFacts(context: NodeContext, record: JobRecord, block: Block): Promise<JobFacts | null> {
  try {
    return await readFacts(context, record, block)
  } catch (error) {
    if (revertName(error) === null) throw error
    return null
  }
}

async function readFacts({ chain, models }: NodeContext, record: JobRecord, block: Block): Promise<JobFacts> {
  const [state, model] = await Promise.all([readJob(chain, record.id), models(record.ticket.terms.program)])
  const served = model !== null
  const facts = { record, state, served, price: 0n, cost: null, ruling: null }
  if (served && state.phase === 'open') {
    const [[price], cost] = await Promise.all([
      read(chain, 'jobMarket', 'priceAt', [record.ticket, block.time]),
      read(chain, 'jobMarket', 'claimCost', [record.ticket]),
    ])
    // A view may see no base fee: nodes reckon calls without a price at zero. The fee may rise by an eighth a block.
    const atFee = (2n * BigInt(state.bondGas) * block.baseFee * 9n) / 8n
    return {
      ...facts,
      price,
      cost: { collateral: cost.collateral, bond: atFee > cost.bond ? atFee : cost.bond },
    }
  }
  if (state.phase === 'posted' && state.disputed && block.time > state.deadline) {
    const [ruling] = await read(chain, 'disputeGame', 'ruling', [record.id, state.attempt])
    return { ...facts, ruling: RULINGS[Number(ruling)] ?? 'pending' }
  }
  return facts
}
