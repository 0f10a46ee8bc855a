import { type GameView, type Move, responderMoves, type Trace, traceOf } from '@plumbline/dispute'
import type { ServedModel } from '../models.ts'

/** How an executor behaves, where it has a choice. There is one honest way; the others are for tests. */
export interface Conduct {
  readonly name: string
  /** The output tensors that it posts. */
  readonly outputs: (model: ServedModel, inputs: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>
  /** The run that it commits and opens when challenged. */
  readonly committed: (model: ServedModel, inputs: readonly Uint8Array[]) => Promise<Trace>
  /** What it does in a dispute about `committed`. */
  readonly answer: (view: GameView, committed: Trace) => readonly Move[]
}

export const HONEST: Conduct = {
  name: 'honest',
  outputs: (model, inputs) => model.run(inputs),
  committed: async (model, inputs) =>
    traceOf(model.program, model.constants, inputs, await model.trace(inputs)),
  answer: responderMoves,
}
