import { type Chain, contractNames, getBlock, INTERFACES, toQuantity } from '@plumbline/chain'

/** A transaction to the protocol, as the chain has it. */
export interface Move {
  /** Seconds since the timeline began, by this machine's clock. */
  readonly seconds: number
  readonly who: string
  readonly from: string
  readonly contract: string
  readonly fn: string
  readonly gas: number
  readonly block: number
  readonly hash: string
}

interface RawTransaction {
  readonly hash: string
  readonly from: string
  readonly to: string | null
  readonly input: string
}

/** Follows the transactions of a chain by name. */
export interface Timeline {
  readonly moves: readonly Move[]
  /** Transactions mined since the last call. */
  readonly advance: () => Promise<readonly Move[]>
}

export function createTimeline(chain: Chain, names: ReadonlyMap<string, string>, started: number): Timeline {
  const contracts = contractNames(chain.deployment)
  const moves: Move[] = []
  let next = 0

  const advance = async (): Promise<readonly Move[]> => {
    const latest = (await getBlock(chain.rpc, 'latest'))!.number
    const fresh: Move[] = []
    for (; next <= latest; next++) fresh.push(...(await movesOf(next)))
    moves.push(...fresh)
    return fresh
  }

  const movesOf = async (block: number): Promise<readonly Move[]> => {
    const params = [toQuantity(block), true]
    const { transactions } = (await chain.rpc.request({ method: 'eth_getBlockByNumber', params })) as {
      transactions: readonly RawTransaction[]
    }
    const found: Move[] = []
    for (const { hash, from, to, input } of transactions) {
      const contract = to === null ? undefined : contracts.get(to.toLowerCase())
      const receipt = (await chain.rpc.request({ method: 'eth_getTransactionReceipt', params: [hash] })) as {
        gasUsed: string
      }
      found.push({
        seconds: (performance.now() - started) / 1_000,
        who: names.get(from.toLowerCase()) ?? from,
        from: from.toLowerCase(),
        contract: contract ?? (to === null ? 'deployment' : to),
        fn: (contract && INTERFACES[contract].getFunction(input.slice(0, 10))?.name) ?? '-',
        gas: Number(receipt.gasUsed),
        block,
        hash,
      })
    }
    return found
  }
  return { moves, advance }
}
