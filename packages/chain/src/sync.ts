import type { Chain } from './contracts.ts'
import { ChainError } from './errors.ts'
import { type ChainEvent, fetchEvents } from './events.ts'
import { emptyLedger, enter, type Ledger } from './ledger.ts'
import { getBlock } from './rpc.ts'

/** Follows the logs of a chain; made anew from the chain at every start. */
export interface Sync {
  readonly ledger: Ledger
  /** Enters what came since the last call. Returns the new events; all of them after a reorganisation. */
  readonly advance: () => Promise<readonly ChainEvent[]>
}

/** Blocks asked for at once while catching up. */
const PAGE = 2_000

export function createSync(chain: Chain): Sync {
  const first = chain.deployment.block
  let ledger = emptyLedger()
  /** Last block entered, and its hash: if the chain no longer has it, everything is read again. */
  let head: { readonly number: number; readonly hash: string } | null = null

  const advance = async (): Promise<readonly ChainEvent[]> => {
    const latest = await getBlock(chain.rpc, 'latest')
    if (!latest) throw new ChainError('RPC_FAILED', 'the node has no latest block')
    if (head && (await getBlock(chain.rpc, head.number))?.hash !== head.hash) {
      ledger = emptyLedger()
      head = null
    }
    const entered: ChainEvent[] = []
    for (let from = head ? head.number + 1 : first; from <= latest.number; from += PAGE) {
      const to = Math.min(latest.number, from + PAGE - 1)
      const events = await fetchEvents(chain, from, to)
      // The page's last block is named after its logs are read: a block replaced in between shows at the next call.
      const last = to === latest.number ? latest : await getBlock(chain.rpc, to)
      if (!last) throw new ChainError('RPC_FAILED', `the node lost block ${to} while its logs were read`)
      for (const event of events) enter(ledger, event)
      entered.push(...events)
      head = { number: last.number, hash: last.hash }
    }
    return entered
  }
  return {
    get ledger() {
      return ledger
    },
    advance,
  }
}
