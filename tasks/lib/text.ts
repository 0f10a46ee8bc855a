import Table from 'cli-table3'
import { formatAmount } from '@plumbline/sdk'

export const tokens = (value: bigint): string => `${formatAmount(value)} tokens`
export const coins = (value: bigint): string => `${formatAmount(value)} ETH`
export const time = (seconds: number): string =>
  seconds === 0 ? '-' : new Date(seconds * 1_000).toISOString()

/** `name  value` lines, aligned. */
export function facts(entries: readonly (readonly [string, unknown])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${String(value)}`).join('\n')
}

export function table(head: readonly string[], rows: readonly (readonly unknown[])[], none: string): string {
  if (rows.length === 0) return none
  const made = new Table({ head: [...head], style: { head: [], border: [], compact: true } })
  for (const row of rows) made.push(row.map(String))
  return made.toString()
}
