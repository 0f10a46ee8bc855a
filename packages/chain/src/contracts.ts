import { Interface, type Result } from 'ethers'
import { abi } from './abi.ts'
import { CONTRACTS, type ContractName, type Deployment } from './deployment.ts'
import { ChainError } from './errors.ts'
import { revertBytes, revertError } from './revert.ts'
import { chainId, type Rpc, toQuantity } from './rpc.ts'

/** A chain and the protocol on it. */
export interface Chain {
  readonly rpc: Rpc
  readonly deployment: Deployment
}

/** A transaction to one of the protocol's contracts, not yet sent. */
export interface Call {
  readonly contract: ContractName
  readonly fn: string
  readonly args: readonly unknown[]
  /** Wei. */
  readonly value?: bigint
}

export const INTERFACES: Readonly<Record<ContractName, Interface>> = Object.fromEntries(
  CONTRACTS.map((name) => [name, new Interface(abi[name])]),
) as Record<ContractName, Interface>

/** @throws ChainError CHAIN_WRONG unless the node serves the deployment's chain and the contracts are there */
export async function openChain(rpc: Rpc, deployment: Deployment): Promise<Chain> {
  const actual = await chainId(rpc)
  if (actual !== deployment.chainId)
    throw new ChainError(
      'CHAIN_WRONG',
      `the node serves chain ${actual}, the deployment is on ${deployment.chainId}`,
    )
  const code = await rpc.request({
    method: 'eth_getCode',
    params: [deployment.contracts.jobMarket, 'latest'],
  })
  if (code === '0x')
    throw new ChainError(
      'DEPLOYMENT_MISSING',
      `no contract at ${deployment.contracts.jobMarket} on chain ${actual}: deploy first, with \`npx hardhat deploy\``,
    )
  return { rpc, deployment }
}

export const addressOf = (chain: Chain, contract: ContractName): string =>
  chain.deployment.contracts[contract]

export const encodeCall = ({ contract, fn, args }: Call): string =>
  INTERFACES[contract].encodeFunctionData(fn, [...args])

/** `contract.fn(args)` without a transaction, as of the block that would be next. */
export async function read(
  chain: Chain,
  contract: ContractName,
  fn: string,
  args: readonly unknown[] = [],
  block: number | 'latest' | 'pending' = 'pending',
): Promise<Result> {
  const call = { contract, fn, args }
  const at = typeof block === 'number' ? toQuantity(block) : block
  try {
    const data = await chain.rpc.request({
      method: 'eth_call',
      params: [{ to: addressOf(chain, contract), data: encodeCall(call) }, at],
    })
    return INTERFACES[contract].decodeFunctionResult(fn, data as string)
  } catch (error) {
    throw revertBytes(error) === null ? error : revertError(error, call)
  }
}
