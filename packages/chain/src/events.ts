import type { Hash } from '@plumbline/ir'
import type { Chain } from './contracts.ts'
import type { Address, ContractName } from './deployment.ts'
import { blockTimes, fetchLogs, parseLog } from './logs.ts'

/** Arguments of the events that the ledger follows, by name. */
export interface EventArgs {
  readonly ModelCreated: { readonly model: bigint; readonly owner: Address; readonly name: string }
  readonly VersionPublished: {
    readonly version: bigint
    readonly model: bigint
    readonly program: Hash
    readonly manifestHash: Hash
    readonly manifestUri: string
  }
  readonly VersionDeprecated: { readonly version: bigint }
  readonly Requested: {
    readonly id: Hash
    readonly requester: Address
    readonly version: bigint
    readonly terms: TermsArgs
    readonly inputRoot: Hash
    readonly inputRoots: readonly Hash[]
    readonly input: Hash
  }
  readonly Claimed: {
    readonly id: Hash
    readonly attempt: bigint
    readonly executor: Address
    readonly owner: Address
    readonly responder: Address
    readonly price: bigint
    readonly postDeadline: bigint
  }
  readonly Posted: {
    readonly id: Hash
    readonly attempt: bigint
    readonly executor: Address
    readonly outputRoot: Hash
    readonly outputRoots: readonly Hash[]
    readonly output: Hash
    readonly windowEnd: bigint
  }
  readonly Finalized: { readonly id: Hash; readonly attempt: bigint }
  readonly Expired: { readonly id: Hash; readonly attempt: bigint; readonly toRequester: bigint }
  readonly Defeated: { readonly id: Hash; readonly attempt: bigint; readonly rewarded: Address }
  readonly Cancelled: { readonly id: Hash }
  readonly Delivered: { readonly id: Hash; readonly accepted: boolean }
  readonly Challenged: {
    readonly result: Hash
    readonly challenge: Hash
    readonly challenger: Address
    readonly gasPrice: bigint
  }
  readonly Committed: { readonly result: Hash; readonly traceRoot: Hash; readonly group: readonly Hash[] }
  readonly Opened: { readonly result: Hash; readonly position: bigint; readonly group: readonly Hash[] }
  readonly OpenedLeaves: { readonly result: Hash; readonly position: bigint; readonly leaves: Hash }
  readonly Picked: { readonly challenge: Hash; readonly position: bigint; readonly node: Hash }
  readonly Proved: {
    readonly result: Hash
    readonly prover: Address
    readonly step: bigint
    readonly element: bigint
    readonly value: bigint
  }
  readonly TimedOut: { readonly result: Hash; readonly challenge: Hash }
  readonly ChallengeEnded: { readonly challenge: Hash; readonly withdrawn: boolean }
  readonly Settled: { readonly challenge: Hash; readonly refund: bigint }
}

export interface TermsArgs {
  readonly version: bigint
  readonly program: Hash
  readonly minPrice: bigint
  readonly maxPrice: bigint
  readonly rampSeconds: bigint
  readonly claimDeadline: bigint
  readonly postSeconds: bigint
  readonly value: bigint
  readonly callbackGas: bigint
  readonly parameters: bigint
  readonly salt: Hash
}

export type EventName = keyof EventArgs

interface Place {
  readonly block: number
  /** Time of the block, seconds since the epoch. */
  readonly time: number
  readonly logIndex: number
  readonly transaction: string
}

export type ChainEvent = {
  readonly [Name in EventName]: { readonly name: Name; readonly args: EventArgs[Name] } & Place
}[EventName]

const FOLLOWED: Readonly<Partial<Record<ContractName, ReadonlySet<string>>>> = {
  modelRegistry: new Set<EventName>(['ModelCreated', 'VersionPublished', 'VersionDeprecated']),
  jobMarket: new Set<EventName>([
    'Requested',
    'Claimed',
    'Posted',
    'Finalized',
    'Expired',
    'Defeated',
    'Cancelled',
    'Delivered',
  ]),
  disputeGame: new Set<EventName>([
    'Challenged',
    'Committed',
    'Opened',
    'OpenedLeaves',
    'Picked',
    'Proved',
    'TimedOut',
    'ChallengeEnded',
    'Settled',
  ]),
}

/** The followed events of blocks `from` to `to`, in order. Asks for fewer blocks at once where the node refuses. */
export async function fetchEvents(chain: Chain, from: number, to: number): Promise<readonly ChainEvent[]> {
  const { contracts } = chain.deployment
  const address = [contracts.modelRegistry, contracts.jobMarket, contracts.disputeGame]
  const logs = await fetchLogs(chain.rpc, { address }, from, to)
  const times = await blockTimes(chain.rpc, logs)
  return logs.flatMap((log) => {
    const event = parseLog(chain, log)
    if (!event || !FOLLOWED[event.contract]?.has(event.name)) return []
    const place: Place = {
      block: Number(log.blockNumber),
      time: times.get(log.blockNumber)!,
      logIndex: Number(log.logIndex),
      transaction: log.transactionHash,
    }
    // SAFETY: the name is followed, and EventArgs spells the event that the ABI has under that name.
    return [{ name: event.name, args: event.args, ...place } as unknown as ChainEvent]
  })
}
