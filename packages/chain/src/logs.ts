import type { ParamType } from 'ethers'
import { type Chain, INTERFACES } from './contracts.ts'
import { type ContractName, contractNames } from './deployment.ts'
import { ChainError } from './errors.ts'
import { getBlock, type Rpc, toQuantity } from './rpc.ts'

/** An event of one of the protocol's contracts, arguments by name. */
export interface AnyEvent {
  readonly contract: ContractName
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

export interface RawLog {
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
  readonly blockNumber: string
  readonly blockTimestamp?: string
  readonly logIndex: string
  readonly transactionHash: string
}

export interface LogFilter {
  readonly address: readonly string[]
  readonly topics?: readonly (string | null)[]
}

/** Logs of blocks `from` to `to`, in order. Asks for fewer blocks at once where the node refuses. */
export async function fetchLogs(
  rpc: Rpc,
  filter: LogFilter,
  from: number,
  to: number,
): Promise<readonly RawLog[]> {
  try {
    const params = [{ ...filter, fromBlock: toQuantity(from), toBlock: toQuantity(to) }]
    return (await rpc.request({ method: 'eth_getLogs', params })) as readonly RawLog[]
  } catch (error) {
    // Nodes cap ranges and answers in many ways, and word it in more: half is tried until it is one block.
    if (from === to) throw error
    const middle = Math.floor((from + to) / 2)
    return [
      ...(await fetchLogs(rpc, filter, from, middle)),
      ...(await fetchLogs(rpc, filter, middle + 1, to)),
    ]
  }
}

/** All events of one name that a contract ever logged, whose indexed arguments are `indexed` (null: any). */
export async function findEvents(
  chain: Chain,
  contract: ContractName,
  name: string,
  indexed: readonly unknown[] = [],
): Promise<readonly AnyEvent[]> {
  const topics = INTERFACES[contract].encodeFilterTopics(name, [...indexed]) as (string | null)[]
  const latest = await getBlock(chain.rpc, 'latest')
  const filter = { address: [chain.deployment.contracts[contract]], topics }
  const logs = await fetchLogs(chain.rpc, filter, chain.deployment.block, latest?.number ?? 0)
  return logs.flatMap((log) => parseLog(chain, log) ?? [])
}

/** Null for a log of another contract, or of an event that the ABI does not have. */
export function parseLog(chain: Chain, { address, topics, data }: RawLog): AnyEvent | null {
  const contract = contractNames(chain.deployment).get(address.toLowerCase())
  const parsed = contract && INTERFACES[contract].parseLog({ topics: [...topics], data })
  if (!parsed) return null
  const { inputs } = parsed.fragment
  const args = Object.fromEntries(inputs.map((input, i) => [input.name, plain(input, parsed.args[i])]))
  return { contract, name: parsed.name, args }
}

/** Structs as objects, lists as arrays: the library's own results are neither. */
function plain(type: ParamType, value: unknown): unknown {
  if (type.isArray())
    return Array.from(value as ArrayLike<unknown>, (item) => plain(type.arrayChildren, item))
  if (type.isTuple())
    return Object.fromEntries(
      type.components.map((component, i) => [
        component.name,
        plain(component, (value as readonly unknown[])[i]),
      ]),
    )
  return value
}

/** Time of every block that has one of the logs, seconds since the epoch. */
export async function blockTimes(rpc: Rpc, logs: readonly RawLog[]): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>()
  for (const { blockNumber, blockTimestamp } of logs) {
    if (times.has(blockNumber)) continue
    const time =
      blockTimestamp === undefined ? (await getBlock(rpc, Number(blockNumber)))?.time : Number(blockTimestamp)
    if (time === undefined)
      throw new ChainError('RPC_FAILED', `the node has a log of block ${blockNumber}, not the block`)
    times.set(blockNumber, time)
  }
  return times
}
