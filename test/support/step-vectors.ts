import { readFileSync } from 'node:fs'
import {
  byteLength,
  dtypeSize,
  decodeStep,
  encodeStep,
  type Hash,
  type Program,
  type TensorType,
  validateProgram,
} from '@plumbline/ir'
import { runReference } from '@plumbline/runtime'
import type { StepCase } from '../vectors/cases/build.ts'
import { foldCases } from '../vectors/cases/folds.ts'
import { mapCases } from '../vectors/cases/maps.ts'
import { roundingCases } from '../vectors/cases/rounding.ts'

/** One registrable step, what it reads and what it writes. Bytes in base64. */
export interface StepVector {
  readonly name: string
  readonly inputs: readonly { readonly type: TensorType; readonly bytes: string }[]
  readonly constants: readonly { readonly root: Hash; readonly bytes: string }[]
  readonly descriptor: string
  readonly output: string
}

export const stepVectorsFile = new URL('../vectors/steps.json', import.meta.url)

export const readStepVectors = (): readonly StepVector[] =>
  JSON.parse(readFileSync(stepVectorsFile, 'utf8')) as StepVector[]

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/** The vectors of all hand-made cases, by the definition. */
export const makeStepVectors = (): readonly StepVector[] =>
  [...roundingCases(), ...foldCases(), ...mapCases()].map(vectorOf)

function vectorOf({ name, step, inputs, constants }: StepCase): StepVector {
  const types = inputs.map(({ dtype, bytes }) => ({ dtype, shape: [bytes.byteLength / dtypeSize(dtype)] }))
  const program: Program = { inputs: types, outputs: [0], steps: [step] }
  try {
    validateProgram(program)
  } catch (error) {
    throw new Error(`case "${name}" cannot be registered`, { cause: error })
  }
  const [output] = runReference(
    program,
    constants,
    inputs.map(({ bytes }) => bytes),
  )
  return {
    name,
    inputs: inputs.map(({ bytes }, i) => ({ type: types[i]!, bytes: encode(bytes) })),
    constants: [...constants].map(([root, bytes]) => ({ root, bytes: encode(bytes) })),
    descriptor: encode(encodeStep(step)),
    output: encode(output!),
  }
}

export interface LoadedStepVector {
  readonly name: string
  readonly program: Program
  readonly inputs: readonly Uint8Array[]
  readonly constants: ReadonlyMap<Hash, Uint8Array>
  readonly output: Uint8Array
}

/** A vector from the file as a program of one step. */
export function loadStepVector(vector: StepVector): LoadedStepVector {
  const types = vector.inputs.map(({ type }) => type)
  const inputs = vector.inputs.map(({ bytes }) => decode(bytes))
  inputs.forEach((bytes, i) => {
    if (bytes.byteLength !== byteLength(types[i]!)) throw new Error(`${vector.name}: input ${i} is cut short`)
  })
  return {
    name: vector.name,
    program: { inputs: types, outputs: [0], steps: [decodeStep(decode(vector.descriptor))] },
    inputs,
    constants: new Map(vector.constants.map(({ root, bytes }) => [root, decode(bytes)])),
    output: decode(vector.output),
  }
}
