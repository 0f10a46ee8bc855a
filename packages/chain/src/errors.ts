export type ChainErrorCode =
  | 'RPC_UNREACHABLE'
  | 'RPC_FAILED'
  | 'CHAIN_WRONG'
  | 'DEPLOYMENT_MISSING'
  | 'DEPLOYMENT_MALFORMED'
  | 'REVERTED'
  | 'TRANSACTION_LOST'
  | 'EVENT_MALFORMED'
  | 'ACCOUNT_MISSING'

/** A chain that cannot be read, or a transaction that it refuses. `data` of REVERTED: `{contract, fn, error, args}`. */
export class ChainError extends Error {
  override readonly name = 'ChainError'
  readonly code: ChainErrorCode
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: ChainErrorCode, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** Name of the contract's error behind `error`, when it is a revert. */
export const revertName = (error: unknown): string | null =>
  error instanceof ChainError && error.code === 'REVERTED' ? String(error.data['error']) : null
