import { addressOf, type ContractName, read, sameAddress } from '@plumbline/chain'
import type { Client } from './client.ts'
import { formatAmount } from './amounts.ts'
import { SdkError } from './errors.ts'

export interface Balances {
  /** Tokens and coins that the account holds itself. */
  readonly tokens: bigint
  readonly coins: bigint
  /** Internal balance in the market: pays requests, bonds of claims; receives prices. */
  readonly marketTokens: bigint
  readonly marketCoins: bigint
  /** What was awarded in slashes. */
  readonly stakingCredit: bigint
  /** Gas of disputes to be collected, in coin. */
  readonly disputeCredit: bigint
}

export async function balancesOf(client: Client, account: string): Promise<Balances> {
  const { chain } = client
  const [[tokens], coins, internal, [stakingCredit], [disputeCredit]] = await Promise.all([
    read(chain, 'token', 'balanceOf', [account]),
    chain.rpc.request({ method: 'eth_getBalance', params: [account, 'latest'] }),
    read(chain, 'jobMarket', 'balanceOf', [account]),
    read(chain, 'staking', 'creditOf', [account]),
    read(chain, 'disputeGame', 'creditOf', [account]),
  ])
  return {
    tokens,
    coins: BigInt(coins as string),
    marketTokens: internal.tokens,
    marketCoins: internal.coins,
    stakingCredit,
    disputeCredit,
  }
}

/**
 * Lets `spender` take `amount` of the account's tokens.
 * @throws SdkError FUNDS_MISSING
 */
export async function allow(client: Client, spender: ContractName, amount: bigint): Promise<void> {
  const owner = client.address()
  const to = addressOf(client.chain, spender)
  const [[held], [allowed]] = await Promise.all([
    read(client.chain, 'token', 'balanceOf', [owner]),
    read(client.chain, 'token', 'allowance', [owner, to]),
  ])
  if (held < amount)
    throw new SdkError(
      'FUNDS_MISSING',
      `${owner} has ${formatAmount(held)} tokens, ${formatAmount(amount)} are needed`,
      {
        held,
        needed: amount,
      },
    )
  if (allowed < amount) await client.send({ contract: 'token', fn: 'approve', args: [to, amount] })
}

/** Raises the account's internal balance in the market to at least `amount` tokens. */
export async function fundMarket(client: Client, amount: bigint): Promise<void> {
  const owner = client.address()
  const internal = await read(client.chain, 'jobMarket', 'balanceOf', [owner])
  const missing = amount - (internal.tokens as bigint)
  if (missing <= 0n) return
  await allow(client, 'jobMarket', missing)
  await client.send({ contract: 'jobMarket', fn: 'deposit', args: [owner, missing] })
}

/** Pulls everything that the protocol owes the account. Returns what was owed. */
export async function withdrawAll(client: Client): Promise<Balances> {
  const me = client.address()
  await collectRoyalties(client)
  const before = await balancesOf(client, me)
  if (before.disputeCredit > 0n) await client.send({ contract: 'disputeGame', fn: 'collect', args: [me] })
  if (before.stakingCredit > 0n)
    await client.send({ contract: 'staking', fn: 'withdraw', args: [me, before.stakingCredit] })
  const internal = await read(client.chain, 'jobMarket', 'balanceOf', [me])
  if (internal.tokens > 0n)
    await client.send({ contract: 'jobMarket', fn: 'withdraw', args: [me, internal.tokens] })
  if (internal.coins > 0n)
    await client.send({ contract: 'jobMarket', fn: 'withdrawCoins', args: [me, internal.coins] })
  return before
}

/** Credits the account with what the versions of its models earned. */
async function collectRoyalties(client: Client): Promise<void> {
  for (const { id, model } of (await client.ledger()).versions.values()) {
    const [owner] = await read(client.chain, 'modelRegistry', 'ownerOf', [model])
    if (!sameAddress(owner, client.address())) continue
    const [royalty] = await read(client.chain, 'jobMarket', 'royaltyOf', [id])
    if (royalty > 0n) await client.send({ contract: 'jobMarket', fn: 'collectRoyalty', args: [id] })
  }
}
