import { read } from '@plumbline/chain'
import type { NodeContext } from './context.ts'

/** Wei of the account itself. */
export async function coinsOf({ chain, sender }: NodeContext): Promise<bigint> {
  return BigInt(
    (await chain.rpc.request({ method: 'eth_getBalance', params: [sender.address, 'latest'] })) as string,
  )
}

/** Pulls what is owed, when `everyMs` have passed since the last time. */
export function createCollector(context: NodeContext, everyMs: number | undefined): () => Promise<void> {
  let next = performance.now() + (everyMs ?? Infinity)
  return async () => {
    if (performance.now() < next) return
    next = performance.now() + everyMs!
    await collectCredits(context)
  }
}

/** Pulls what slashes and disputes owe the account, and the tokens that its jobs earned. */
async function collectCredits({ chain, sender, log }: NodeContext): Promise<void> {
  const me = sender.address
  const [[reward], [gas], internal] = await Promise.all([
    read(chain, 'staking', 'creditOf', [me]),
    read(chain, 'disputeGame', 'creditOf', [me]),
    read(chain, 'jobMarket', 'balanceOf', [me]),
  ])
  if (reward > 0n) await sender.send({ contract: 'staking', fn: 'withdraw', args: [me, reward] })
  if (gas > 0n) await sender.send({ contract: 'disputeGame', fn: 'collect', args: [me] })
  if (internal.tokens > 0n)
    await sender.send({ contract: 'jobMarket', fn: 'withdraw', args: [me, internal.tokens] })
  if (reward > 0n || gas > 0n || internal.tokens > 0n)
    log.info({ reward: String(reward), gas: String(gas), tokens: String(internal.tokens) }, 'withdrawn')
}
