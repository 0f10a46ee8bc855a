import { ChainError } from './errors.ts'

/** 0x-prefixed, checksummed or not: compared case-insensitively. */
export type Address = `0x${string}`

export const CONTRACTS = [
  'token',
  'accessManager',
  'programRegistry',
  'modelRegistry',
  'staking',
  'stepVerifier',
  'jobMarket',
  'disputeGame',
] as const
export type ContractName = (typeof CONTRACTS)[number]

/** Where the protocol lives on one chain. */
export interface Deployment {
  readonly chainId: number
  /** Block from which its logs begin. */
  readonly block: number
  readonly contracts: Readonly<Record<ContractName, Address>>
}

/** @throws ChainError DEPLOYMENT_MALFORMED */
export function parseDeployment(json: unknown): Deployment {
  const malformed = (why: string): ChainError =>
    new ChainError('DEPLOYMENT_MALFORMED', `deployment file: ${why}; write it with \`npx hardhat deploy\``)
  if (typeof json !== 'object' || json === null) throw malformed('no JSON object')
  const { chainId, block, contracts } = json as Record<string, unknown>
  if (!Number.isSafeInteger(chainId)) throw malformed('chainId is no integer')
  if (!Number.isSafeInteger(block)) throw malformed('block is no integer')
  if (typeof contracts !== 'object' || contracts === null) throw malformed('contracts are missing')
  const addresses = Object.fromEntries(
    CONTRACTS.map((name) => {
      const address = (contracts as Record<string, unknown>)[name]
      if (typeof address !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(address))
        throw malformed(`contracts.${name} is no address`)
      return [name, address]
    }),
  )
  return {
    chainId: chainId as number,
    block: block as number,
    contracts: addresses as Deployment['contracts'],
  }
}

export const sameAddress = (x: string, y: string): boolean => x.toLowerCase() === y.toLowerCase()

/** Name of each contract by its lower-case address. */
export const contractNames = (deployment: Deployment): ReadonlyMap<string, ContractName> =>
  new Map(CONTRACTS.map((name) => [deployment.contracts[name].toLowerCase(), name]))
