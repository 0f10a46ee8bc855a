/** A model that cannot be compiled or run as it is. `code` is stable; `data` names the node and the tensor. */
export class ModelError extends Error {
  readonly code: string
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'ModelError'
    this.code = code
    this.data = data
  }
}
