import { SdkError } from './errors.ts'

/** Decimals of the staking token and of the coin. */
const DECIMALS = 18

/** @throws SdkError AMOUNT_MALFORMED unless `text` is a non-negative decimal number with at most 18 places */
export function parseAmount(text: string): bigint {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d{1,18}))?$/.exec(text) ?? []
  if (whole === undefined)
    throw new SdkError('AMOUNT_MALFORMED', `"${text}" is no amount: write a decimal number such as 12.5`)
  return BigInt(whole + fraction.padEnd(DECIMALS, '0'))
}

/** Decimal number without trailing zeros. */
export function formatAmount(value: bigint): string {
  const digits = value.toString().padStart(DECIMALS + 1, '0')
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '')
  return digits.slice(0, -DECIMALS) + (fraction && `.${fraction}`)
}
