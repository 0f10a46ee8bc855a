import type { Constants, Hash, Program } from '@plumbline/ir'

/** A model at hand, as a node needs it. */
export interface ServedModel {
  readonly program: Program
  readonly constants: Constants
  /** The fast way: output tensors, in the program's order. */
  readonly run: (inputs: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>
  /** Every step's output tensor, in order: asked for only in a dispute. What `onStep` changes, later steps read. */
  readonly trace: (
    inputs: readonly Uint8Array[],
    options?: { readonly onStep?: (step: number, output: Uint8Array) => void },
  ) => Promise<readonly Uint8Array[]>
}

/** The models of this node by program root; null where it has none. */
export type ModelSource = (program: Hash) => Promise<ServedModel | null>
