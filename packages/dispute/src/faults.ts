import {
  HASH_BYTES,
  keccak,
  LEAF_BYTES,
  leafCount,
  tensorLeaf,
  tensorTree,
  type Tree,
  treeOfHashes,
} from '@plumbline/commitments'
import { type Constants, dtypeSize, outputElements, type Program } from '@plumbline/ir'
import { DisputeError } from './errors.ts'
import type { Move } from './moves.ts'
import { responderMoves } from './responder.ts'
import { createTrace, type Trace } from './trace.ts'
import type { GameView } from './view.ts'

/** An element of a step's output. */
export interface Spot {
  readonly step: number
  readonly element: number
}

/** What a lying executor gets wrong. For tests and demonstrations on local chains. */
export type Lie =
  /** Elements changed, everything downstream recomputed consistently. */
  | { readonly kind: 'elements'; readonly spots: readonly Spot[] }
  /** An element of an output changed, nothing else: the trace is consistent up to the output's step. */
  | { readonly kind: 'output'; readonly spot: Spot }
  /** Garbage behind the end of a step's output, in its last leaf; and, to be wrong at all, the first output changed. */
  | { readonly kind: 'padding'; readonly step: number }
  /** A wrong output posted, the honest trace committed: it ends elsewhere than the posted output. */
  | { readonly kind: 'elsewhere' }

export interface Fault {
  readonly lie: Lie
  /** Openings after which it falls silent; 0 is silence after the challenge. */
  readonly silentAfter?: number
}

/** Both sides of a lie: what is posted, and what is committed when somebody asks. */
export interface LyingRun {
  readonly posted: Trace
  readonly committed: Trace
}

/** Runs the program; changes that `onStep` makes to an output in place are what later steps read. */
export type Run = (onStep?: (step: number, output: Uint8Array) => void) => Promise<readonly Uint8Array[]>

/**
 * Reads `STEP:ELEMENT`, several of them joined by `+`, `output:ELEMENT`, `padding:STEP` or `elsewhere`; `@N` behind it
 * makes the executor fall silent after N openings.
 * @throws DisputeError FAULT_UNKNOWN
 */
export function parseFault(text: string, program: Program): Fault {
  const parts = /^(?:(elsewhere)|padding:(\d+)|output:(\d+)|(\d+:\d+(?:\+\d+:\d+)*))(?:@(\d+))?$/.exec(text)
  if (!parts)
    throw new DisputeError(
      'FAULT_UNKNOWN',
      `fault "${text}": use STEP:ELEMENT[+STEP:ELEMENT…], output:ELEMENT, padding:STEP or elsewhere, and @N to fall silent after N openings`,
      { text },
    )
  const [, elsewhere, padding, output, spots, silence] = parts
  const lie: Lie = elsewhere
    ? { kind: 'elsewhere' }
    : padding
      ? { kind: 'padding', step: Number(padding) }
      : output
        ? { kind: 'output', spot: { step: program.outputs[0]!, element: Number(output) } }
        : { kind: 'elements', spots: spots!.split('+').map(spotOf) }
  for (const { step, element } of spotsOf(lie, program)) {
    const descriptor = program.steps[step]
    if (!descriptor || element >= outputElements(descriptor))
      throw new DisputeError('FAULT_RANGE', `the program has no element ${element} of step ${step}`, {
        step,
        element,
      })
  }
  return { lie, ...(silence !== undefined && { silentAfter: Number(silence) }) }
}

function spotOf(text: string): Spot {
  const [step, element] = text.split(':').map(Number)
  return { step: step!, element: element! }
}

const spotsOf = (lie: Lie, program: Program): readonly Spot[] => {
  if (lie.kind === 'elements') return lie.spots
  if (lie.kind === 'output') return [lie.spot]
  return [{ step: lie.kind === 'padding' ? lie.step : program.outputs[0]!, element: 0 }]
}

/**
 * Carries a lie out.
 * @throws DisputeError FAULT_USELESS when the output stays right, so that there is nothing to catch
 */
export async function lyingRun(
  lie: Lie,
  program: Program,
  constants: Constants,
  inputs: readonly Uint8Array[],
  run: Run,
): Promise<LyingRun> {
  const honest = await run()
  const trace = (outputs: readonly Uint8Array[], forgedTree?: (step: number) => Tree | undefined): Trace =>
    createTrace({
      program,
      constants,
      inputs,
      output: (step) => outputs[step]!,
      ...(forgedTree && { forgedTree }),
    })
  const wrong =
    lie.kind === 'elements'
      ? await run((step, output) => {
          for (const spot of lie.spots) if (spot.step === step) change(program, output, spot)
        })
      : withOneChanged(
          program,
          honest,
          lie.kind === 'output' ? lie.spot : { step: program.outputs[0]!, element: 0 },
        )
  if (program.outputs.every((step) => Buffer.compare(honest[step]!, wrong[step]!) === 0))
    throw new DisputeError('FAULT_USELESS', 'this fault does not reach the output: choose another element')
  if (lie.kind === 'elsewhere') return { posted: trace(wrong), committed: trace(honest) }
  if (lie.kind !== 'padding') {
    const liar = trace(wrong)
    return { posted: liar, committed: liar }
  }
  const dirty = dirtyTree(wrong[lie.step]!)
  const liar = trace(wrong, (step) => (step === lie.step ? dirty : undefined))
  return { posted: liar, committed: liar }
}

/** What a liar sends: the answers of an honest responder from its own trace, until it falls silent. */
export const liarMoves = (
  view: GameView,
  committed: Trace,
  { silentAfter = Infinity }: Fault,
): readonly Move[] => (view.openings.size >= silentAfter ? [] : responderMoves(view, committed))

function withOneChanged(program: Program, outputs: readonly Uint8Array[], spot: Spot): readonly Uint8Array[] {
  const changed = outputs[spot.step]!.slice()
  change(program, changed, spot)
  return outputs.map((bytes, step) => (step === spot.step ? changed : bytes))
}

/** Mirrors the low byte: never the same value, and for bytes a far one. */
function change(program: Program, output: Uint8Array, { step, element }: Spot): void {
  const at = element * dtypeSize(program.steps[step]!.dtype)
  output[at] = 255 - output[at]!
}

/** The tree of a tensor whose last leaf is padded with other than zeros. */
function dirtyTree(bytes: Uint8Array): Tree {
  if (bytes.byteLength % LEAF_BYTES === 0)
    throw new DisputeError('FAULT_USELESS', 'this output fills its last leaf: there is no padding to forge')
  const last = leafCount(bytes.byteLength) - 1
  const hashes = tensorTree(bytes).levels[0]!.slice()
  const leaf = tensorLeaf(bytes, last).slice()
  leaf[LEAF_BYTES - 1] = 1
  hashes.set(keccak(leaf), last * HASH_BYTES)
  return treeOfHashes(hashes)
}
