import { ChainError } from './errors.ts'

/** EIP-1193, as Hardhat's providers and browsers' wallets have it. */
export interface Rpc {
  readonly request: (call: {
    readonly method: string
    readonly params?: readonly unknown[]
  }) => Promise<unknown>
}

/** Error of a node: `data` may hold the bytes of a revert. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** JSON-RPC over HTTP POST. */
export function httpRpc(url: string, timeoutMs = 30_000): Rpc {
  let id = 0
  return {
    request: async ({ method, params }) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params: params ?? [] })
      const answer = await post(url, body, timeoutMs)
      if (answer.error)
        throw new RpcError(answer.error.code ?? 0, answer.error.message ?? 'no message', answer.error.data)
      return answer.result
    },
  }
}

interface Answer {
  readonly result?: unknown
  readonly error?: { readonly code?: number; readonly message?: string; readonly data?: unknown }
}

async function post(url: string, body: string, timeoutMs: number): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    return (await response.json()) as Answer
  } catch (error) {
    const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const why = inner instanceof Error ? inner.message : String(inner)
    throw new ChainError('RPC_UNREACHABLE', `cannot talk JSON-RPC to ${origin(url)}: ${why}`)
  }
}

/** Without the path and the user, which may hold an access token. */
const origin = (url: string): string => (URL.canParse(url) ? new URL(url).origin : 'the configured URL')

export const toQuantity = (value: number | bigint): string => `0x${value.toString(16)}`

export interface Block {
  readonly number: number
  readonly hash: string
  /** Seconds since the epoch. */
  readonly time: number
  /** Wei. */
  readonly baseFee: bigint
}

export async function chainId(rpc: Rpc): Promise<number> {
  return Number(await rpc.request({ method: 'eth_chainId' }))
}

/** Block at `at`; null when the node does not have it. */
export async function getBlock(rpc: Rpc, at: number | 'latest' | 'pending'): Promise<Block | null> {
  const tag = typeof at === 'number' ? toQuantity(at) : at
  const block = (await rpc.request({ method: 'eth_getBlockByNumber', params: [tag, false] })) as {
    number: string | null
    hash: string | null
    timestamp: string
    baseFeePerGas?: string
  } | null
  return (
    block && {
      number: Number(block.number ?? -1),
      hash: block.hash ?? '',
      time: Number(block.timestamp),
      baseFee: BigInt(block.baseFeePerGas ?? 0),
    }
  )
}

/**
 * The block that a transaction sent now is judged by: its time and its base fee.
 * A chain without transactions makes no blocks, so the latest block's time may lie far back.
 */
export async function nextBlock(rpc: Rpc): Promise<Block> {
  const pending = await getBlock(rpc, 'pending').catch(() => null)
  const block = pending ?? (await getBlock(rpc, 'latest'))
  if (!block) throw new ChainError('RPC_FAILED', 'the node has no latest block')
  return block
}

/** Time of the next block, seconds. */
export const chainTime = async (rpc: Rpc): Promise<number> => (await nextBlock(rpc)).time
