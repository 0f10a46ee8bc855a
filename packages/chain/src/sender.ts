import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from './account.ts'
import { addressOf, type Call, type Chain, encodeCall } from './contracts.ts'
import { ChainError } from './errors.ts'
import { type AnyEvent, parseLog, type RawLog } from './logs.ts'
import { revertBytes, revertError } from './revert.ts'
import { getBlock, type Rpc, toQuantity } from './rpc.ts'

export interface Receipt {
  readonly hash: string
  readonly block: number
  readonly gasUsed: bigint
  /** Wei a unit of gas. */
  readonly gasPrice: bigint
  /** What the protocol's contracts logged, in order. */
  readonly events: readonly AnyEvent[]
}

/** Sends transactions of one account, one after another: the only owner of that account's nonces. */
export interface Sender {
  readonly address: Account['address']
  /** @throws ChainError REVERTED, before anything is sent whenever the node can tell */
  readonly send: (call: Call) => Promise<Receipt>
}

/** No transaction may have more gas (EIP-7825). */
const TRANSACTION_GAS_CAP = 2n ** 24n
/** Where the node suggests no tip, wei. */
const DEFAULT_TIP = 10n ** 9n
const RECEIPT_TIMEOUT_MS = 120_000

export function createSender(chain: Chain, account: Account): Sender {
  const { rpc } = chain
  let queue: Promise<unknown> = Promise.resolve()

  const submit = async (call: Call): Promise<string> => {
    const to = addressOf(chain, call.contract)
    const fields = { to, data: encodeCall(call), value: call.value ?? 0n }
    const gas = await estimate(rpc, account.address, fields, call)
    const { baseFee } = (await getBlock(rpc, 'latest'))!
    const tip = await suggestedTip(rpc)
    const count = await rpc.request({
      method: 'eth_getTransactionCount',
      params: [account.address, 'pending'],
    })
    return account
      .submit({
        ...fields,
        chainId: chain.deployment.chainId,
        nonce: Number(count),
        gas,
        maxPriorityFeePerGas: tip,
        maxFeePerGas: 2n * baseFee + tip,
      })
      .catch((error: unknown) => {
        throw revertError(error, call)
      })
  }

  const send = async (call: Call): Promise<Receipt> => {
    // One at a time until the node has it, so that the pending count is the next nonce.
    const submitted = queue.then(() => submit(call))
    queue = submitted.catch(() => {})
    const hash = await submitted
    const { status, ...receipt } = await waitForReceipt(chain, hash)
    if (status === 0) throw await failure(chain, account.address, call, receipt)
    return receipt
  }
  return { address: account.address, send }
}

const suggestedTip = (rpc: Rpc): Promise<bigint> =>
  rpc.request({ method: 'eth_maxPriorityFeePerGas' }).then(
    (tip) => BigInt(tip as string),
    () => DEFAULT_TIP,
  )

async function estimate(
  rpc: Rpc,
  from: string,
  { to, data, value }: { to: string; data: string; value: bigint },
  call: Call,
): Promise<bigint> {
  const params = [{ from, to, data, value: toQuantity(value) }, 'pending']
  const used = await rpc.request({ method: 'eth_estimateGas', params }).catch((error: unknown) => {
    throw revertError(error, call)
  })
  // A fifth more: a callee's share is 63/64 of what is left, and state may move between estimate and block.
  const gas = (BigInt(used as string) * 6n) / 5n
  return gas < TRANSACTION_GAS_CAP ? gas : TRANSACTION_GAS_CAP
}

async function waitForReceipt(chain: Chain, hash: string): Promise<Receipt & { readonly status: number }> {
  const started = performance.now()
  for (let delay = 20; ; delay = Math.min(1_000, delay * 1.5)) {
    const receipt = (await chain.rpc.request({ method: 'eth_getTransactionReceipt', params: [hash] })) as {
      blockNumber: string
      gasUsed: string
      effectiveGasPrice: string
      status: string
      logs: readonly RawLog[]
    } | null
    if (receipt)
      return {
        hash,
        block: Number(receipt.blockNumber),
        gasUsed: BigInt(receipt.gasUsed),
        gasPrice: BigInt(receipt.effectiveGasPrice),
        events: receipt.logs.flatMap((log) => parseLog(chain, log) ?? []),
        status: Number(receipt.status),
      }
    if (performance.now() - started > RECEIPT_TIMEOUT_MS)
      throw new ChainError('TRANSACTION_LOST', `transaction ${hash} is not mined after 2 minutes`, { hash })
    await sleep(delay)
  }
}

/** Why a mined transaction failed: asked again at the state before its block. */
async function failure(chain: Chain, from: string, call: Call, receipt: Receipt): Promise<ChainError> {
  const fields = {
    from,
    to: addressOf(chain, call.contract),
    data: encodeCall(call),
    value: toQuantity(call.value ?? 0n),
  }
  const error: unknown = await chain.rpc
    .request({ method: 'eth_call', params: [fields, toQuantity(receipt.block - 1)] })
    .then(
      () => null,
      (reason: unknown) => reason,
    )
  return revertBytes(error) === null
    ? new ChainError('REVERTED', `${call.contract}.${call.fn} failed in block ${receipt.block}`, {
        hash: receipt.hash,
      })
    : revertError(error, call)
}
