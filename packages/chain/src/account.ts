import type { Signer } from 'ethers'
import type { Address } from './deployment.ts'
import { ChainError } from './errors.ts'
import { type Rpc, toQuantity } from './rpc.ts'

/** All fields of an EIP-1559 transaction. */
export interface Transaction {
  readonly chainId: number
  readonly to: string
  readonly data: string
  readonly value: bigint
  readonly nonce: number
  readonly gas: bigint
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
}

/** Whoever signs. */
export interface Account {
  readonly address: Address
  /** Signs and broadcasts; resolves to the transaction's hash. */
  readonly submit: (transaction: Transaction) => Promise<string>
}

/** An account whose key the provider holds: a local node's, or one of Hardhat's configured accounts. */
export function remoteAccount(rpc: Rpc, address: Address): Account {
  return {
    address,
    submit: async (t) =>
      (await rpc.request({
        method: 'eth_sendTransaction',
        params: [
          {
            from: address,
            to: t.to,
            data: t.data,
            value: toQuantity(t.value),
            nonce: toQuantity(t.nonce),
            gas: toQuantity(t.gas),
            maxFeePerGas: toQuantity(t.maxFeePerGas),
            maxPriorityFeePerGas: toQuantity(t.maxPriorityFeePerGas),
          },
        ],
      })) as string,
  }
}

/** An account whose key is in this process. */
export async function signerAccount(rpc: Rpc, signer: Signer): Promise<Account> {
  return {
    address: (await signer.getAddress()) as Address,
    submit: async ({ gas, ...rest }) => {
      const signed = await signer.signTransaction({ ...rest, gasLimit: gas, type: 2 })
      return (await rpc.request({ method: 'eth_sendRawTransaction', params: [signed] })) as string
    },
  }
}

/** @throws ChainError ACCOUNT_MISSING */
export async function accountAt(rpc: Rpc, which: number | string): Promise<Account> {
  const addresses = (await rpc.request({ method: 'eth_accounts' })) as readonly Address[]
  const found =
    typeof which === 'number'
      ? addresses[which]
      : addresses.find((address) => address.toLowerCase() === which.toLowerCase())
  if (!found)
    throw new ChainError(
      'ACCOUNT_MISSING',
      `account ${which} is not among the ${addresses.length} that this network can sign for`,
    )
  return remoteAccount(rpc, found)
}
