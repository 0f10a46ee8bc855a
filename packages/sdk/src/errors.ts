export type SdkErrorCode =
  | 'AMOUNT_MALFORMED'
  | 'ACCOUNT_NEEDED'
  | 'FUNDS_MISSING'
  | 'INPUT_LENGTH'
  | 'INPUT_COUNT'
  | 'INPUT_NOT_FETCHABLE'
  | 'JOB_UNKNOWN'
  | 'VERSION_UNKNOWN'
  | 'VERSION_DEPRECATED'
  | 'MODEL_UNKNOWN'
  | 'NO_OUTPUT'
  | 'MODEL_NOT_AT_HAND'
  | 'STAKE_LOCKED'
  | 'OPTION_MALFORMED'
  | 'WAIT_TIMEOUT'
  | 'FILE_UNREADABLE'
  | 'FILE_TOO_LARGE'
  | 'FILE_MALFORMED'

/** What a caller of the sdk asked for and cannot have as asked. */
export class SdkError extends Error {
  override readonly name = 'SdkError'
  readonly code: SdkErrorCode
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: SdkErrorCode, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.data = data
  }
}
