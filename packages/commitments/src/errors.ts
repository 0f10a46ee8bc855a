/** A tree, proof or witness that cannot be built or does not hold. */
export class CommitmentError extends Error {
  readonly code: string
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'CommitmentError'
    this.code = code
    this.data = data
  }
}
