import { type Address, addressOf, chainTime, read } from '@plumbline/chain'
import type { Client } from './client.ts'
import { formatAmount } from './amounts.ts'
import { SdkError } from './errors.ts'
import { allow, type Balances, balancesOf } from './funding.ts'

/** A staking account. Tokens in their smallest unit, times in seconds since the epoch. */
export interface StakeState {
  readonly owner: Address
  readonly staked: bigint
  readonly locked: bigint
  readonly thawing: bigint
  readonly thawedAt: number
  readonly exposureLimit: bigint
  readonly beneficiary: Address
  /** What a new lock may use. */
  readonly free: bigint
  readonly balances: Balances
}

export async function stakeState(client: Client, owner: Address): Promise<StakeState> {
  const [[account], [free], balances] = await Promise.all([
    read(client.chain, 'staking', 'account', [owner]),
    read(client.chain, 'staking', 'free', [owner]),
    balancesOf(client, owner),
  ])
  return {
    owner,
    staked: account.staked,
    locked: account.locked,
    thawing: account.thawing,
    thawedAt: Number(account.thawedAt),
    exposureLimit: account.exposureLimit,
    beneficiary: account.beneficiary,
    free,
    balances,
  }
}

export interface StakeOptions {
  /** Tokens to add. */
  readonly amount: bigint
  /** Hot key that may claim for this account; the account itself when absent. */
  readonly operator?: Address
  /** Most that may be locked at once; all that is staked when absent. */
  readonly exposureLimit?: bigint
  /** Coins to put into the operator's internal balance in the market, for the bonds of its claims; wei. */
  readonly coins?: bigint
}

/** Stakes the account's tokens, authorises the market and names the operator: each only where it is not so yet. */
export async function stake(client: Client, options: StakeOptions): Promise<StakeState> {
  const owner = client.address()
  const { chain } = client
  if (options.amount > 0n) {
    await allow(client, 'staking', options.amount)
    await client.send({ contract: 'staking', fn: 'stake', args: [owner, options.amount] })
  }
  const market = addressOf(chain, 'jobMarket')
  const [authorised] = await read(chain, 'staking', 'isMarket', [owner, market])
  if (!authorised) await client.send({ contract: 'staking', fn: 'setMarket', args: [market, true] })
  const operator = options.operator ?? owner
  const [named] = await read(chain, 'staking', 'isOperator', [owner, operator])
  if (!named) await client.send({ contract: 'staking', fn: 'setOperator', args: [operator, true] })
  if (options.coins)
    await client.send({ contract: 'jobMarket', fn: 'depositCoins', args: [operator], value: options.coins })
  const { staked, exposureLimit } = await stakeState(client, owner)
  const limit = options.exposureLimit ?? staked
  if (limit !== exposureLimit)
    await client.send({ contract: 'staking', fn: 'setExposureLimit', args: [limit] })
  return stakeState(client, owner)
}

/** Starts the thaw of `amount` tokens. */
export async function startUnstake(client: Client, amount: bigint): Promise<StakeState> {
  const owner = client.address()
  const { staked, thawing } = await stakeState(client, owner)
  if (staked - thawing < amount)
    throw new SdkError(
      'FUNDS_MISSING',
      `${formatAmount(staked - thawing)} tokens are staked and not thawing already`,
    )
  await client.send({ contract: 'staking', fn: 'thaw', args: [amount] })
  return stakeState(client, owner)
}

/** Pays out what has thawed. */
export async function finishUnstake(client: Client): Promise<StakeState> {
  const owner = client.address()
  const { thawing, thawedAt } = await stakeState(client, owner)
  const now = await chainTime(client.chain.rpc)
  if (thawing === 0n || now < thawedAt)
    throw new SdkError(
      'STAKE_LOCKED',
      thawing === 0n ? 'nothing is thawing' : `the stake thaws for another ${thawedAt - now} seconds`,
    )
  await client.send({ contract: 'staking', fn: 'unstake', args: [] })
  return stakeState(client, owner)
}
