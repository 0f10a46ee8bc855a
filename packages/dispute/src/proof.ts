import {
  encodeWitness,
  LEAF_BYTES,
  provePath,
  proveLeavesOf,
  provePathOf,
  readsOf,
  rootFromLeaves,
  rootOf,
  stepsTree,
  tensorLeaf,
  toHash,
} from '@plumbline/commitments'
import {
  dtypeSize,
  elementsOf,
  encodeStep,
  type Hash,
  operandsOf,
  type Step,
  stepByteLength,
} from '@plumbline/ir'
import { DisputeError } from './errors.ts'
import { leavesOf, publishedTree } from './published.ts'
import type { Trace } from './trace.ts'
import type { GameView } from './view.ts'

/** IDisputeGame.Proof: all that one wrong element needs to be shown. */
export interface Proof {
  readonly step: number
  readonly element: number
  readonly descriptor: Uint8Array
  readonly stepPath: readonly Hash[]
  readonly inputRoots: readonly Hash[]
  readonly jobHead: Hash
  readonly tracedRoots: readonly Hash[]
  readonly traceSiblings: readonly Hash[]
  readonly outputLeaf: Uint8Array
  readonly outputPath: readonly Hash[]
  readonly witness: Uint8Array
}

const NO_HASH: Hash = `0x${'0'.repeat(64)}`

/**
 * The proof that the committed `element` of `step` is not what its operands make of it.
 * @param own the prover's own trace, which agrees with the committed one in every operand of the step
 * @param leaf the committed leaf that holds the element, as it was opened
 * @throws DisputeError PROOF_UNKNOWN when what is published and known does not lead to the committed trace root
 */
export function buildProof(
  view: GameView,
  own: Trace,
  step: number,
  element: number,
  leaf: Uint8Array,
): Proof {
  const { program, result } = view
  const descriptor = program.steps[step]!
  const readsInput = operandsOf(descriptor).some(({ ref }) => ref.class === 'input')
  const traced = tracedSteps(descriptor, step)
  const trace = publishedTree(view, 0, own.root())
  const tensor = publishedTree(view, step + 1, own.tensor(step))
  const leaves = traced.map((index) => ({ index, hash: trace(0, index) }))
  const traceSiblings = proveLeavesOf(program.steps.length, traced, trace)
  const root = toHash(rootFromLeaves(program.steps.length, leaves, traceSiblings))
  if (root !== result.traceRoot)
    throw new DisputeError(
      'PROOF_UNKNOWN',
      `step ${step} cannot be proved yet: its operands are not all known`,
      {
        step,
        element,
      },
    )
  const index = Math.floor((element * dtypeSize(descriptor.dtype)) / LEAF_BYTES)
  const depth = Math.ceil(Math.log2(leavesOf(view, step + 1)))
  const outputPath = provePathOf(leavesOf(view, step + 1), 0, index, depth, tensor)
  const steps = stepsTree(program)
  return {
    step,
    element,
    descriptor: encodeStep(descriptor),
    stepPath: hashes(provePath(steps, 0, step, steps.levels.length - 1)),
    inputRoots: readsInput
      ? program.inputs.map((_, input) => toHash(rootOf(own.operand({ class: 'input', index: input }).tree)))
      : [],
    jobHead: readsInput ? result.jobHead : NO_HASH,
    tracedRoots: hashes(leaves.map(({ hash }) => hash)),
    traceSiblings: hashes(traceSiblings),
    outputLeaf: leaf,
    outputPath: hashes(outputPath),
    witness: witnessOf(own, descriptor, element),
  }
}

/** The bytes that evaluating one element reads, with their multiproofs. */
export function witnessOf(own: Trace, step: Step, element: number): Uint8Array {
  const { g } = step
  const readIndex = (address: number): number => elementsOf(g!.dtype, own.operand(g!.ref).bytes)[address]!
  return encodeWitness(readsOf(step, element, readIndex), (ref) => own.operand(ref))
}

/** The first element that differs between two 128-byte leaves, or undefined. */
export function differingElement(
  step: Step,
  leaf: number,
  own: Uint8Array,
  committed: Uint8Array,
): number | undefined {
  const size = dtypeSize(step.dtype)
  const from = leaf * LEAF_BYTES
  const length = Math.min(LEAF_BYTES, stepByteLength(step) - from)
  for (let i = 0; i < length; i++) if (own[i] !== committed[i]) return Math.floor((from + i) / size)
  return undefined
}

/** The leaves of an own tensor, by index. */
export const ownLeaf = (own: Trace, step: number, leaf: number): Uint8Array =>
  tensorLeaf(own.output(step), leaf)

function tracedSteps(descriptor: Step, step: number): readonly number[] {
  const steps = operandsOf(descriptor).flatMap(({ ref }) => (ref.class === 'step' ? [ref.index] : []))
  return [...new Set([...steps, step])].sort((a, b) => a - b)
}

const hashes = (nodes: readonly Uint8Array[]): readonly Hash[] => nodes.map(toHash)
