export type NodeErrorCode = 'MODEL_MISSING'

/** Why a daemon cannot do what is due. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly code: NodeErrorCode

  constructor(code: NodeErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
