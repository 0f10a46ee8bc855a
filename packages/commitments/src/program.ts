import { dtypeCode, encodeStep, type Hash, type Program, type Step, type TensorType } from '@plumbline/ir'
import { TAG, tagged, toHash } from './keccak.ts'
import { buildTree, rootOf, type Tree } from './tree.ts'

export const stepLeaf = (step: Step): Uint8Array => tagged(TAG.step, encodeStep(step))

/** Tree over the step descriptors. */
export const stepsTree = (program: Program): Tree => buildTree(program.steps.map(stepLeaf))

/** Identity of a program, as the registry computes it (docs/specification.md, section 4). */
export function programRoot(program: Program): Hash {
  const { inputs, outputs, steps } = program
  const segments = [segmentWord(steps.length, 1)]
  return toHash(
    tagged(
      TAG.program,
      word(inputs.length),
      ...inputs.map(inputWord),
      word(outputs.length),
      ...outputs.map(word),
      word(segments.length),
      ...segments,
      word(0),
      rootOf(stepsTree(program)),
    ),
  )
}

/** dtype u8, rank u8, 7 x u32 dimensions, 2 zero bytes. */
export function inputWord({ dtype, shape }: TensorType): Uint8Array {
  const bytes = new Uint8Array(32)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, dtypeCode(dtype))
  view.setUint8(1, shape.length)
  shape.forEach((size, i) => view.setUint32(2 + 4 * i, size))
  return bytes
}

function segmentWord(steps: number, iterations: number): Uint8Array {
  const bytes = word(iterations)
  new DataView(bytes.buffer).setUint32(24, steps)
  return bytes
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setUint32(28, value)
  return bytes
}
