import { byteLength, type TensorType } from './tensor.ts'
import { dtypeSize } from './dtype.ts'
import { type Hash, outputElements, type Step } from './step.ts'

/** A feed-forward program: one segment, one iteration, no carried slots (docs/specification.md, section 3). */
export interface Program {
  readonly inputs: readonly TensorType[]
  /** Step indices, distinct, in the order in which a result lists them. */
  readonly outputs: readonly number[]
  readonly steps: readonly Step[]
}

/** Bytes of the constants that a program names, by Merkle root. */
export type Constants = ReadonlyMap<Hash, Uint8Array>

export const stepType = (step: Step): TensorType => ({ dtype: step.dtype, shape: step.outputExtents })
export const stepByteLength = (step: Step): number => outputElements(step) * dtypeSize(step.dtype)
export const inputByteLengths = (program: Program): readonly number[] => program.inputs.map(byteLength)
