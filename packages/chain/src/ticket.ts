import type { Hash } from '@plumbline/ir'
import type { Address } from './deployment.ts'
import type { TermsArgs } from './events.ts'

/** What a requester offers. Money in the token's smallest unit, times in seconds. */
export interface Terms {
  readonly version: number
  readonly program: Hash
  readonly minPrice: bigint
  readonly maxPrice: bigint
  readonly rampSeconds: number
  readonly claimDeadline: number
  readonly postSeconds: number
  readonly value: bigint
  readonly callbackGas: number
  /** Index of the market's parameter set. */
  readonly parameters: number
  readonly salt: Hash
}

/** Everything that a job's id commits to; whoever moves a job brings it. Encodes as the contract's struct. */
export interface Ticket {
  readonly requester: Address
  readonly terms: Terms
  readonly inputRoot: Hash
}

export const parseTerms = (terms: TermsArgs): Terms => ({
  version: Number(terms.version),
  program: terms.program,
  minPrice: terms.minPrice,
  maxPrice: terms.maxPrice,
  rampSeconds: Number(terms.rampSeconds),
  claimDeadline: Number(terms.claimDeadline),
  postSeconds: Number(terms.postSeconds),
  value: terms.value,
  callbackGas: Number(terms.callbackGas),
  parameters: Number(terms.parameters),
  salt: terms.salt,
})
