import { dtypeSize, outputElements, type Program } from '@plumbline/ir'
import type { LoadedModel } from '@plumbline/sdk'

const TRIES_A_STEP = 200

/**
 * An element inside the network whose mirrored byte changes the answer, sought from the middle of the program onwards:
 * `STEP:ELEMENT`. Where none of those tried does, one that changes any output.
 */
export async function findFault(
  model: LoadedModel,
  inputs: readonly Uint8Array[],
  answerOf: (outputs: readonly Uint8Array[]) => string,
): Promise<string> {
  const { program } = model
  const honest = outputsOf(program, await model.trace(inputs))
  let weaker: string | undefined
  for (let step = Math.floor(program.steps.length / 2); step < program.steps.length; step++) {
    const elements = outputElements(program.steps[step]!)
    for (let tried = 0; tried < Math.min(TRIES_A_STEP, elements); tried++) {
      // A prime stride spreads the tries over the tensor.
      const element = (tried * 7_919) % elements
      const lie = outputsOf(program, await model.trace(inputs, { onStep: mirror(program, step, element) }))
      if (answerOf(lie) !== answerOf(honest)) return `${step}:${element}`
      if (Buffer.compare(Buffer.concat(lie), Buffer.concat(honest)) !== 0) weaker ??= `${step}:${element}`
    }
  }
  if (weaker === undefined) throw new Error('no element tried reaches the output: give --fault STEP:ELEMENT')
  return weaker
}

const outputsOf = (program: Program, trace: readonly Uint8Array[]): readonly Uint8Array[] =>
  program.outputs.map((step) => trace[step]!)

/** The change that `operator run --fault STEP:ELEMENT` makes. */
const mirror =
  (program: Program, wrong: number, element: number) =>
  (step: number, output: Uint8Array): void => {
    const at = element * dtypeSize(program.steps[wrong]!.dtype)
    if (step === wrong) output[at] = 255 - output[at]!
  }
