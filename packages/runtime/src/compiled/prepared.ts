import type { TensorData } from '@plumbline/ir'

/** The tensors of a step's operands. */
export interface StepTensors {
  readonly a: TensorData
  readonly b?: TensorData
  readonly g?: TensorData
  readonly p?: Uint8Array
}

/** Writes the output of one step. */
export type PreparedStep = (tensors: StepTensors, out: TensorData) => void
