import { type ErrorDescription, Interface } from 'ethers'
import { abi } from './abi.ts'
import type { Call } from './contracts.ts'
import { ChainError } from './errors.ts'

// One lookup over all contracts: a revert of one may come from another that it called.
const ERRORS = new Interface([
  ...new Set(Object.values(abi).flatMap((items) => items.filter((item) => item.startsWith('error ')))),
])

/** Revert bytes that a node put somewhere into its error, as each does in its own way; null when there are none. */
export function revertBytes(error: unknown, depth = 0): string | null {
  if (typeof error !== 'object' || error === null || depth > 4) return null
  const { data, cause, error: inner } = error as { data?: unknown; cause?: unknown; error?: unknown }
  if (typeof data === 'string' && /^0x([0-9a-f]{2})*$/i.test(data)) return data
  for (const next of [data, inner, cause]) {
    const found = revertBytes(next, depth + 1)
    if (found !== null) return found
  }
  return null
}

/** The typed error of a call that a node refused: the contract's own error by name, or the node's words. */
export function revertError(error: unknown, { contract, fn }: Pick<Call, 'contract' | 'fn'>): ChainError {
  const bytes = revertBytes(error)
  const where = `${contract}.${fn}`
  if (bytes === null) {
    const message = error instanceof Error ? error.message : String(error)
    return new ChainError('RPC_FAILED', `${where}: ${message}`, { contract, fn })
  }
  const described = describe(bytes)
  const data = { contract, fn, error: described?.name ?? null, args: argsOf(described), bytes }
  return new ChainError(
    'REVERTED',
    `${where} reverts: ${described ? print(described) : `no reason (${bytes})`}`,
    data,
  )
}

function describe(bytes: string): ErrorDescription | null {
  try {
    // Error(string) and Panic(uint256) are built into the interface.
    return ERRORS.parseError(bytes)
  } catch {
    return null
  }
}

const argsOf = (described: ErrorDescription | null): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    described?.fragment.inputs.map(({ name }, i) => [name || `${i}`, described.args[i]]) ?? [],
  )

const print = (described: ErrorDescription): string =>
  `${described.name}(${described.fragment.inputs
    .map(({ name }, i) => `${name ? `${name} ` : ''}${String(described.args[i])}`)
    .join(', ')})`
