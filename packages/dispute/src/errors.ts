/** A game, trace or move that cannot be. `code` is stable; `data` says where and what. */
export class DisputeError extends Error {
  readonly code: string
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'DisputeError'
    this.code = code
    this.data = data
  }
}
