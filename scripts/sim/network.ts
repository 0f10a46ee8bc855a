import type { Clocks } from './clock.ts'
import type { Program } from './gas.ts'
import type { Lognormal } from './lognormal.ts'

export const MINUTE = 60
export const HOUR = 3_600
export const DAY = 24 * HOUR
export const YEAR = 365 * DAY
export const COIN = 10n ** 18n
export const TOKEN = 10n ** 18n
export const GWEI = 10n ** 9n

/** What governance and model owners choose. */
export interface Parameters extends Clocks {
  /** Collateral as a multiple of the price. */
  readonly collateralMultiple: number
  /** Least collateral, tokens. */
  readonly collateralFloor: number
  /** Least price of a unit of gas that bonds are reckoned with, gwei. */
  readonly gasFloor: number
  /** Most that a rewarded challenger gets, tokens. */
  readonly rewardCap: number
  /** Part of a no-show's bond that the requester gets. */
  readonly noShowShare: number
  /** Suggested time from the least to the highest price, seconds. */
  readonly ramp: number
  /** Suggested time from claim to post, seconds. */
  readonly postSeconds: number
}

/** What the world is taken to be like: not ours to choose, yours to change with --set. */
export interface Assumptions {
  /** Dollars. */
  readonly coinPrice: number
  readonly tokenPrice: number
  /** Yearly cost of capital that is tied up. */
  readonly capitalRate: number
  /** Seconds. */
  readonly block: number
  /** Usual base fee, gwei, and the spread of its logarithm over the days. */
  readonly baseFee: number
  readonly feeSpread: number
  /** Sudden rises of the base fee: how often in a year, by what factor, until when it is halved. */
  readonly spikesPerYear: number
  readonly spike: Lognormal
  readonly spikeHalfLife: number
  /** Times in which nobody on the honest side can transact: how often in a year, how long. */
  readonly outagesPerYear: number
  readonly outage: Lognormal
  /** From a post to a watcher's first transaction, and from one move to the next; seconds. */
  readonly reaction: number
  /** Time to build the trace, seconds. */
  readonly trace: number
  /** Gas of a full block, and by what factor a full block raises the base fee. */
  readonly blockGas: number
  readonly blockGrowth: number
  /** How often a lazy executor's cheap answer is wrong. */
  readonly lazyWrong: number
}

export interface JobTerms {
  readonly name: string
  /** Tokens. */
  readonly price: number
  /** What the requester says that a wrong answer would cost it. */
  readonly value: number
  /** Cost of running the model once, dollars: what an executor pays, a lazy one saves, a watcher pays to check. */
  readonly compute: number
}

export interface Network {
  readonly name: string
  readonly parameters: Parameters
  readonly assumptions: Assumptions
  readonly program: Program
  readonly jobs: readonly JobTerms[]
}

/** The digit model's size, and SqueezeNet's. */
export const SMALL: Program = {
  name: 'small',
  rounds: 2,
  traceDepth: 4,
  outputs: 1,
  groupNodes: 16,
  proof: 250_000,
  worstProof: 350_000,
}
export const LARGE: Program = {
  name: 'large',
  rounds: 4,
  traceDepth: 7,
  outputs: 1,
  groupNodes: 32,
  proof: 420_000,
  worstProof: 600_000,
}

const ASSUMED = {
  coinPrice: 3_000,
  tokenPrice: 1,
  capitalRate: 0.15,
  spikesPerYear: 24,
  spikeHalfLife: 1 * HOUR,
  outagesPerYear: 6,
  reaction: 5 * MINUTE,
  trace: 20 * MINUTE,
  lazyWrong: 0.1,
} as const

/** A chain like Ethereum's first layer: blocks keep coming, gas is dear, what fails is people's access to it. */
export const PUBLIC: Network = {
  name: 'public',
  parameters: {
    window: 4 * HOUR,
    executorBudget: 5 * HOUR,
    challengerBudget: 4 * HOUR,
    extension: 15 * MINUTE,
    margin: 30 * MINUTE,
    collateralMultiple: 60,
    collateralFloor: 250,
    gasFloor: 8,
    rewardCap: 600,
    noShowShare: 0.25,
    ramp: 10 * MINUTE,
    postSeconds: 10 * MINUTE,
  },
  assumptions: {
    ...ASSUMED,
    block: 12,
    blockGas: 60e6,
    blockGrowth: 1.125,
    baseFee: 3,
    feeSpread: 0.7,
    spike: { median: 10, sigma: 0.8 },
    outage: { median: 1 * HOUR, sigma: 1 },
  },
  program: LARGE,
  jobs: [
    { name: 'everyday', price: 10, value: 100, compute: 0.5 },
    { name: 'valuable', price: 50, value: 10_000, compute: 5 },
  ],
}

/** A rollup: gas costs next to nothing, and one sequencer can stop for hours. */
export const ROLLUP: Network = {
  name: 'rollup',
  parameters: {
    window: 3 * HOUR,
    executorBudget: 4 * HOUR,
    challengerBudget: 3 * HOUR,
    extension: 20 * MINUTE,
    margin: 40 * MINUTE,
    collateralMultiple: 60,
    collateralFloor: 8,
    gasFloor: 1,
    rewardCap: 75,
    noShowShare: 0.5,
    ramp: 2 * MINUTE,
    postSeconds: 5 * MINUTE,
  },
  assumptions: {
    ...ASSUMED,
    block: 2,
    blockGas: 100e6,
    blockGrowth: 1.02,
    baseFee: 0.02,
    feeSpread: 0.7,
    spike: { median: 20, sigma: 1 },
    outage: { median: 45 * MINUTE, sigma: 1 },
  },
  program: LARGE,
  jobs: [
    { name: 'everyday', price: 0.1, value: 5, compute: 0.03 },
    { name: 'valuable', price: 2, value: 1_000, compute: 0.6 },
  ],
}

export const NETWORKS: readonly Network[] = [PUBLIC, ROLLUP]

/** A network with single figures replaced, `name=value`, parameters and assumptions alike. */
export function override(network: Network, settings: readonly string[]): Network {
  return settings.reduce((changed, setting) => {
    const [name = '', text = ''] = setting.split('=', 2)
    const value = Number(text)
    if (text === '' || !Number.isFinite(value) || value < 0)
      throw new SettingError(setting, 'not a number >= 0')
    if (name in changed.parameters)
      return { ...changed, parameters: { ...changed.parameters, [name]: value } }
    const assumptions = changed.assumptions as unknown as Record<string, unknown>
    const [field = '', part] = name.split('.', 2)
    const old = assumptions[field]
    if (part === undefined && typeof old === 'number')
      return { ...changed, assumptions: { ...changed.assumptions, [field]: value } }
    if (part !== undefined && typeof old === 'object' && old !== null && part in old)
      return { ...changed, assumptions: { ...changed.assumptions, [field]: { ...old, [part]: value } } }
    throw new SettingError(setting, `there is no such figure; there are ${settingNames(network).join(', ')}`)
  }, network)
}

export function settingNames(network: Network): readonly string[] {
  return [
    ...Object.keys(network.parameters),
    ...Object.entries(network.assumptions).flatMap(([name, value]) =>
      typeof value === 'object' ? Object.keys(value as object).map((part) => `${name}.${part}`) : [name],
    ),
  ]
}

export class SettingError extends Error {
  readonly code = 'SIM_SETTING'
  constructor(setting: string, why: string) {
    super(`--set ${setting}: ${why}`)
  }
}

export const wei = (gwei: number): bigint => BigInt(Math.round(gwei * 1e9))
export const tokens = (amount: number): bigint => BigInt(Math.round(amount * 1e9)) * (TOKEN / 10n ** 9n)
export const coinDollars = (a: Assumptions, amount: bigint): number => (Number(amount) / 1e18) * a.coinPrice
export const tokenDollars = (a: Assumptions, amount: bigint): number => (Number(amount) / 1e18) * a.tokenPrice
