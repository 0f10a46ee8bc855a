/** What the command line asks for cannot be done as it is written. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
