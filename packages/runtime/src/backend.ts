import type { Model } from './model/model.ts'

/** A loaded model. Inputs and outputs are raw tensor bytes, in the order that the manifest lists them. */
export interface Session {
  /** @throws ModelError INPUT_COUNT, INPUT_LENGTH */
  run(inputs: readonly Uint8Array[]): Promise<readonly Uint8Array[]>
  close(): Promise<void>
}

/** Something that executes models, with the same bits as the reference interpreter. */
export interface Backend {
  readonly name: string
  load(model: Model): Promise<Session>
}
