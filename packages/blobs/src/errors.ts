export type BlobErrorCode =
  | 'BLOB_KEY_MALFORMED'
  | 'BLOB_MISMATCH'
  | 'BLOB_TOO_LARGE'
  | 'BLOB_STORE_FULL'
  | 'BLOB_MISSING'
  | 'BLOB_UNREACHABLE'

/** Bytes that are absent, too many, or not what their key says. */
export class BlobError extends Error {
  override readonly name = 'BlobError'
  readonly code: BlobErrorCode
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: BlobErrorCode, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.data = data
  }
}
