import { readFileSync } from 'node:fs'
import {
  type Constants,
  decodeStep,
  encodeStep,
  type Hash,
  type Program,
  type TensorType,
} from '@plumbline/ir'
import { expandMacros, type MacroBase } from '@plumbline/ops'
import { type MacroCase, randomInputs, runReference, seededRandom } from '@plumbline/runtime'

/** One macro, the steps that it stands for, and what every step writes. Bytes in base64. */
export interface Vector {
  readonly macro: MacroBase
  readonly inputs: readonly { readonly type: TensorType; readonly bytes: string }[]
  readonly constants: readonly { readonly root: Hash; readonly bytes: string }[]
  readonly steps: readonly { readonly descriptor: string; readonly output: string }[]
}

export const vectorsFile = new URL('../vectors/macros.json', import.meta.url)

export const readVectors = (): readonly Vector[] => JSON.parse(readFileSync(vectorsFile, 'utf8')) as Vector[]

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/** The vector of a conformance case, by the definition. */
export function vectorOf(item: MacroCase, seed: number): Vector {
  const { program } = expandMacros({
    inputs: item.inputs,
    macros: [item.macro],
    outputs: [item.inputs.length],
  })
  const inputs = randomInputs(item, seededRandom(seed))
  const outputs = runReference(program, item.constants, inputs)
  return {
    macro: item.macro,
    inputs: item.inputs.map((type, i) => ({ type, bytes: encode(inputs[i]!) })),
    constants: [...item.constants].map(([root, bytes]) => ({ root, bytes: encode(bytes) })),
    steps: program.steps.map((step, i) => ({
      descriptor: encode(encodeStep(step)),
      output: encode(outputs[i]!),
    })),
  }
}

export interface LoadedVector {
  readonly item: MacroCase
  readonly program: Program
  readonly inputs: readonly Uint8Array[]
  readonly constants: Constants
  readonly outputs: readonly Uint8Array[]
}

/** A vector from the file, its program decoded from the descriptors rather than expanded. */
export function loadVector(vector: Vector): LoadedVector {
  const constants = new Map(vector.constants.map(({ root, bytes }) => [root, decode(bytes)]))
  const types = vector.inputs.map(({ type }) => type)
  const steps = vector.steps.map(({ descriptor }) => decodeStep(decode(descriptor)))
  return {
    item: { inputs: types, macro: vector.macro, constants },
    program: { inputs: types, outputs: [steps.length - 1], steps },
    inputs: vector.inputs.map(({ bytes }) => decode(bytes)),
    constants,
    outputs: vector.steps.map(({ output }) => decode(output)),
  }
}
