/** Books of both currencies. Every movement has a source, so nothing appears or vanishes. */

export type Currency = 'coin' | 'token'

/** Where money rests that belongs to nobody's wallet. `network` is gas paid to the chain. */
export type Pot = 'escrow' | 'locks' | 'bonds' | 'burned' | 'network'
export const POTS: readonly Pot[] = ['escrow', 'locks', 'bonds', 'burned', 'network']

export interface Balance {
  readonly coin: bigint
  readonly token: bigint
}

export type Ledger = ReadonlyMap<string, Balance>

const EMPTY: Balance = { coin: 0n, token: 0n }

/** Wallets with what each brought, and empty pots. */
export function openBooks(wallets: Readonly<Record<string, Balance>>): Ledger {
  return new Map([...Object.entries(wallets), ...POTS.map((pot): [string, Balance] => [pot, EMPTY])])
}

export function balanceOf(ledger: Ledger, account: string): Balance {
  return ledger.get(account) ?? EMPTY
}

/** Moves an amount; a source that cannot pay is an error of whoever acts. */
export function transfer(
  ledger: Ledger,
  currency: Currency,
  from: string,
  to: string,
  amount: bigint,
): Ledger {
  if (amount === 0n) return ledger
  const source = balanceOf(ledger, from)
  if (amount < 0n || source[currency] < amount)
    throw new LedgerError(from, currency, source[currency], amount)
  const next = new Map(ledger)
  next.set(from, { ...source, [currency]: source[currency] - amount })
  const target = balanceOf(next, to)
  return next.set(to, { ...target, [currency]: target[currency] + amount })
}

/** All that there is; the same before and after every move. */
export function total(ledger: Ledger): Balance {
  return [...ledger.values()].reduce(
    (sum, balance) => ({ coin: sum.coin + balance.coin, token: sum.token + balance.token }),
    EMPTY,
  )
}

export class LedgerError extends Error {
  readonly code = 'SIM_UNCOVERED'
  readonly account: string
  readonly currency: Currency
  readonly balance: bigint
  readonly asked: bigint

  constructor(account: string, currency: Currency, balance: bigint, asked: bigint) {
    super(`${account} has ${balance} of ${currency}, ${asked} asked: give the agent a larger wallet`)
    this.account = account
    this.currency = currency
    this.balance = balance
    this.asked = asked
  }
}
