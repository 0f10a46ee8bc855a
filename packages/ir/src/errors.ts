/** A program, step or tensor that breaks a rule of the specification. `code` is stable; `data` says where and what. */
export class ProgramError extends Error {
  readonly code: string
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'ProgramError'
    this.code = code
    this.data = data
  }
}
