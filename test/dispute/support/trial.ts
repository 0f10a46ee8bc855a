import { network } from 'hardhat'
import type { BaseContract } from 'ethers'
import {
  fromHash,
  ROOT,
  rootOf,
  stepsTree,
  tagged,
  tensorListRoot,
  tensorRoot,
  toHash,
} from '@plumbline/commitments'
import {
  buildProof,
  follow,
  type GameView,
  type Opening,
  openingOf,
  type Proof,
  type Trace,
} from '@plumbline/dispute'
import type { Hash, Program } from '@plumbline/ir'

const JOB_HEAD: Hash = `0x${'5'.repeat(64)}`
const JOB_TAG = 5

/** The id that specification section 4 gives a job of these inputs. */
export function jobIdOf(inputs: readonly Uint8Array[]): Hash {
  const list = tensorListRoot(inputs.map((bytes) => tensorRoot(bytes)))
  const id = toHash(tagged(JOB_TAG, fromHash(JOB_HEAD), fromHash(list)))
  return `0x${id.slice(2, 50)}${'0'.repeat(16)}`
}

/** A committed trace of which nothing but ROOT is open. */
export function committedView(program: Program, inputs: readonly Uint8Array[], committed: Trace): GameView {
  const bare: GameView = {
    now: 2,
    program,
    result: {
      id: jobIdOf(inputs),
      phase: 'posted',
      jobHead: JOB_HEAD,
      outputRoot: JOB_HEAD,
      windowEnd: 1,
      extension: 1,
      traceRoot: toHash(rootOf(committed.root())),
    },
    challenges: [],
    openings: new Map(),
  }
  return { ...bare, openings: new Map([[ROOT, { at: 1, ...openingOf(bare, ROOT, committed) }]]) }
}

export interface Fall {
  readonly view: GameView
  readonly proof: Proof
  readonly openings: number
}

/** Lets a challenger follow its leads, a committed trace open whatever is asked, and builds the proof at the end. */
export function bringDown(view: GameView, own: Trace, committed: Trace): Fall | undefined {
  for (;;) {
    const lead = follow(view, own)
    if (!lead) return undefined
    if (lead.kind === 'element')
      return {
        view,
        proof: buildProof(view, own, lead.step, lead.element, lead.leaf),
        openings: view.openings.size,
      }
    const opening: Opening = { at: 1, ...openingOf(view, lead.position, committed) }
    view = { ...view, openings: new Map([...view.openings, [lead.position, opening]]) }
  }
}

/** The contract's opinion on proofs, many in a call. */
export interface Trial {
  /** What each proof reverted with; '0x' where the trace was defeated. */
  readonly prove: (program: Program, falls: readonly Fall[]) => Promise<readonly string[]>
  /** The name of the error that a proof reverted with. */
  readonly errorOf: (failure: string) => string | undefined
}

const CALL_GAS = 16_000_000n

export async function openTrial(): Promise<Trial> {
  const { ethers } = await network.create()
  const verifier = (await ethers.deployContract('StepVerifier')) as unknown as BaseContract
  const game = (await ethers.deployContract('TrialGame', [verifier])) as unknown as BaseContract
  return {
    errorOf: (failure) =>
      (game.interface.parseError(failure) ?? verifier.interface.parseError(failure))?.name,
    prove: async (program, falls) => {
      const failures = (await game.getFunction('proveMany').staticCall(
        falls[0]!.view.result.id,
        toHash(rootOf(stepsTree(program))),
        program.steps.length,
        falls.map(({ view }) => view.result.traceRoot),
        falls.map(({ proof }) => proof),
        { gasLimit: CALL_GAS },
      )) as string[]
      return [...failures]
    },
  }
}
