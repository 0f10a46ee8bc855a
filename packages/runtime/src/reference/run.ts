import {
  allocate,
  bytesOf,
  type Constants,
  outputElements,
  type Program,
  ProgramError,
  type TensorRef,
} from '@plumbline/ir'
import { evaluateElement, type TensorReader } from './evaluate.ts'

/** A reader over the inputs, the constants and the outputs of the steps done so far. */
export function tensorReader(
  inputs: readonly Uint8Array[],
  constants: Constants,
  done: readonly Uint8Array[],
): TensorReader {
  return (ref: TensorRef) => {
    const bytes =
      ref.class === 'constant'
        ? constants.get(ref.root)
        : ref.class === 'input'
          ? inputs[ref.index]
          : done[ref.index]
    if (bytes === undefined)
      throw new ProgramError(
        'TENSOR_MISSING',
        `${ref.class} ${ref.class === 'constant' ? ref.root : ref.index} is not at hand`,
        { ref },
      )
    return bytes
  }
}

/** Runs every step by its definition; slow. Returns the bytes of every step's output. */
export function runReference(
  program: Program,
  constants: Constants,
  inputs: readonly Uint8Array[],
): readonly Uint8Array[] {
  const done: Uint8Array[] = []
  const read = tensorReader(inputs, constants, done)
  for (const step of program.steps) {
    const out = allocate(step.dtype, outputElements(step))
    for (let element = 0; element < out.length; element++) out[element] = evaluateElement(step, element, read)
    done.push(bytesOf(out))
  }
  return done
}
