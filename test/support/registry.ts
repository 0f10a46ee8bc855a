import { inputWord } from '@plumbline/commitments'
import { dtypeCode, encodeStep, type Program, stepByteLength } from '@plumbline/ir'

/** What `register` takes for a program. */
export interface Registration {
  readonly inputs: Uint8Array[]
  readonly outputs: number[]
  readonly stepCount: number
  readonly descriptors: Uint8Array
}

export const registrationOf = (program: Program): Registration => ({
  inputs: program.inputs.map(inputWord),
  outputs: [...program.outputs],
  stepCount: program.steps.length,
  descriptors: Buffer.concat(program.steps.map(encodeStep)),
})

/** Data type and byte length of each step's output, five bytes each, as the registry keeps them. */
export function tableOf(steps: Program['steps']): Uint8Array {
  const bytes = new Uint8Array(5 * steps.length)
  const view = new DataView(bytes.buffer)
  steps.forEach((step, i) => {
    view.setUint8(5 * i, dtypeCode(step.dtype))
    view.setUint32(5 * i + 1, stepByteLength(step))
  })
  return bytes
}
