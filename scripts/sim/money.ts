/** Splits and sizes of money, exactly as the contracts reckon them: base units, rounded down unless said otherwise. */

export const BASIS = 10_000n

/** What a bond is reckoned with: units of gas, and wei for each. */
export interface GasTerms {
  /** Worst gas of either side in one challenge. */
  readonly worst: number
  readonly floor: bigint
}

/** Price of a unit of gas, frozen at a claim and at a challenge. */
export function frozenGasPrice(floor: bigint, baseFee: bigint): bigint {
  return larger(floor, baseFee)
}

/** The bond of either side: twice the worst gas at the frozen price. */
export function gasBond(gas: GasTerms, baseFee: bigint): bigint {
  return 2n * BigInt(gas.worst) * frozenGasPrice(gas.floor, baseFee)
}

export interface CollateralRule {
  readonly floor: bigint
  /** Of the price, in basis points. */
  readonly basisPoints: bigint
}

/** What is locked behind a result, tokens. */
export function collateral(rule: CollateralRule, price: bigint, value: bigint): bigint {
  return larger(rule.floor, larger(value, (price * rule.basisPoints) / BASIS))
}

export interface SlashRule {
  /** Part of the lock that is the operator's own stake, as opposed to delegated. */
  readonly own: bigint
  readonly rewardCap: bigint
  /** Whether a challenge is left to reward. */
  readonly rewarded: boolean
  readonly requesterMax: bigint
}

export interface SlashSplit {
  readonly reward: bigint
  readonly requester: bigint
  readonly burned: bigint
}

/** At least half, rounded up, burns: reward and requester share the other half. */
export function splitSlash(lock: bigint, rule: SlashRule): SlashSplit {
  const half = lock / 2n
  const reward = rule.rewarded ? smaller(rule.rewardCap, smaller(rule.own / 2n, half)) : 0n
  const requester = smaller(rule.requesterMax, half - reward)
  return { reward, requester, burned: lock - reward - requester }
}

/** A defeated executor's bond: the prover's gas, then the rewarded challenger's, the rest burns. */
export function splitExecutorBond(
  bond: bigint,
  proverGas: bigint,
  rewardedGas: bigint,
): { readonly prover: bigint; readonly rewarded: bigint; readonly burned: bigint } {
  const prover = smaller(proverGas, bond)
  const rewarded = smaller(rewardedGas, bond - prover)
  return { prover, rewarded, burned: bond - prover - rewarded }
}

/** A lost challenge's bond: the executor's metered gas, the rest burns. */
export function splitLostChallenge(
  bond: bigint,
  executorGas: bigint,
): { readonly executor: bigint; readonly burned: bigint } {
  const executor = smaller(executorGas, bond)
  return { executor, burned: bond - executor }
}

/** A no-show's bond. */
export function splitNoShow(
  bond: bigint,
  basisPoints: bigint,
): { readonly requester: bigint; readonly executor: bigint } {
  const requester = (bond * basisPoints) / BASIS
  return { requester, executor: bond - requester }
}

export interface Ramp {
  readonly minPrice: bigint
  readonly maxPrice: bigint
  readonly seconds: number
}

/** Price `elapsed` seconds after an attempt opened; `from` is what the attempt before was claimed at, 0 in the first. */
export function rampPrice(ramp: Ramp, from: bigint, elapsed: number): bigint {
  if (elapsed >= ramp.seconds) return ramp.maxPrice
  const climbed = ((ramp.maxPrice - ramp.minPrice) * BigInt(elapsed)) / BigInt(ramp.seconds)
  return smaller(ramp.maxPrice, larger(from, ramp.minPrice) + climbed)
}

/** What a liar loses in tokens when its accomplices are the rewarded challenger and the requester: only the burn. */
export function costOfLie(lock: bigint, rewardCap: bigint, price: bigint): bigint {
  return splitSlash(lock, { own: lock, rewardCap, rewarded: true, requesterMax: price }).burned
}

export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)
export const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
