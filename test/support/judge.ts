import type { HardhatEthers } from '@nomicfoundation/hardhat-ethers/types'
import {
  buildTree,
  encodeWitness,
  keccak,
  leafCount,
  readsOf,
  rootOf,
  sameTensor,
  tensorLeaf,
  toHash,
  type Tree,
} from '@plumbline/commitments'
import { dtypeSize, encodeStep, type Operand, operandsOf, type Step, type TensorRef } from '@plumbline/ir'
import type { TensorReader } from '@plumbline/runtime'

/** Elements of one step with all that the verifier takes to judge them. */
export interface Batch {
  readonly descriptor: Uint8Array
  readonly operandRoots: readonly string[]
  readonly elements: readonly number[]
  readonly witnesses: readonly Uint8Array[]
}

export interface Outcome {
  readonly value: bigint
  readonly gasUsed: bigint
  /** What the verifier reverted with; '0x' when it did not. */
  readonly failure: string
}

/** Trees of a step's tensors, built once for many elements. */
function treesOf(step: Step, read: TensorReader): (ref: TensorRef) => { bytes: Uint8Array; tree: Tree } {
  const known: { ref: TensorRef; bytes: Uint8Array; tree: Tree }[] = []
  return (ref) => {
    let entry = known.find((other) => sameTensor(other.ref, ref))
    if (!entry) {
      const bytes = read(ref)
      const leaves = Array.from({ length: leafCount(bytes.byteLength) }, (_, i) =>
        keccak(tensorLeaf(bytes, i)),
      )
      known.push((entry = { ref, bytes, tree: buildTree(leaves) }))
    }
    return entry
  }
}

/** What an honest prover sends for each element. */
export function batchOf(step: Step, elements: readonly number[], read: TensorReader): Batch {
  const tensor = treesOf(step, read)
  return {
    descriptor: encodeStep(step),
    operandRoots: operandsOf(step).map(({ ref }) => toHash(rootOf(tensor(ref).tree))),
    elements,
    witnesses: elements.map((element) =>
      encodeWitness(readsOf(step, element, indexReader(step.g, read)), tensor),
    ),
  }
}

function indexReader(g: Operand | undefined, read: TensorReader): (address: number) => number {
  return (address) => {
    if (!g) throw new Error('the step has no index')
    const bytes = read(g.ref)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const at = address * dtypeSize(g.dtype)
    if (g.dtype === 'u8') return view.getUint8(at)
    return g.dtype === 'i16' ? view.getInt16(at, true) : view.getInt32(at, true)
  }
}

/** The real verifier, called many evaluations at a time. */
export interface Judge {
  readonly evaluate: (batches: readonly Batch[]) => Promise<readonly (readonly Outcome[])[]>
}

const CALL_GAS = 16_000_000n

export async function deployJudge(ethers: HardhatEthers): Promise<Judge> {
  const verifier = await ethers.deployContract('StepVerifier')
  const harness = await ethers.deployContract('VerifierHarness')
  return {
    evaluate: async (batches) => {
      const results = await harness.evaluateMany(
        verifier,
        batches.map((batch) => ({
          ...batch,
          operandRoots: [...batch.operandRoots],
          elements: [...batch.elements],
          witnesses: [...batch.witnesses],
        })),
        { gasLimit: CALL_GAS },
      )
      return results.map((outcomes) =>
        outcomes.map(({ value, gasUsed, failure }) => ({ value, gasUsed, failure })),
      )
    },
  }
}
