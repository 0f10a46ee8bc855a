import { type AnyEvent, findEvents, read, revertName } from '@plumbline/chain'
import { depthOf, inputWord, nodeAt, programRoot, stepsTree, toHash, type Tree } from '@plumbline/commitments'
import { encodeStep, type Hash, type Program } from '@plumbline/ir'
import type { Client } from './client.ts'

/** Steps that one transaction checks at most, well below what a transaction's gas allows. */
const PAGE_STEPS = 256

export interface RegistrationProgress {
  readonly checkedSteps: number
  readonly steps: number
}

/**
 * Has the chain check a program, unless it has already; in pages where it is long, resuming what the account began.
 * @returns the program's root, and the transactions that it took
 */
export async function registerProgram(
  client: Client,
  program: Program,
  onProgress: (progress: RegistrationProgress) => void = () => {},
): Promise<{ readonly root: Hash; readonly transactions: number }> {
  const root = programRoot(program)
  const [registered] = await read(client.chain, 'programRegistry', 'isRegistered', [root])
  if (registered) return { root, transactions: 0 }
  const steps = program.steps.length
  const head = [program.inputs.map((type) => toHash(inputWord(type))), program.outputs, steps] as const
  if (steps <= PAGE_STEPS) {
    await client.send({ contract: 'programRegistry', fn: 'register', args: [...head, page(program, 0)] })
    onProgress({ checkedSteps: steps, steps })
    return { root, transactions: 1 }
  }
  return { root, transactions: await registerInPages(client, program, head, onProgress) }
}

type Head = readonly [inputs: readonly Hash[], outputs: readonly number[], stepCount: number]

/** What `DraftAdvanced` says: the next page must bring it back. */
interface DraftAdvanced {
  readonly draftId: Hash
  readonly draft: {
    readonly inputs: readonly Hash[]
    readonly outputs: readonly bigint[]
    readonly stepCount: bigint
    readonly checkedSteps: bigint
    readonly peaks: readonly Hash[]
  }
}

async function registerInPages(
  client: Client,
  program: Program,
  head: Head,
  onProgress: (progress: RegistrationProgress) => void,
): Promise<number> {
  const steps = program.steps.length
  let transactions = 0
  const send = async (fn: string, args: readonly unknown[]): Promise<DraftAdvanced | undefined> => {
    const { events } = await client.send({ contract: 'programRegistry', fn, args })
    transactions++
    return drafts(events).at(-1)
  }
  const append = async ({ draftId, draft }: DraftAdvanced): Promise<DraftAdvanced | undefined> => {
    const checkedSteps = Number(draft.checkedSteps)
    onProgress({ checkedSteps, steps })
    return send('append', [draftId, draft, page(program, checkedSteps)])
  }
  const begun = await begunDraft(client, program, head)
  // The registry forgets a draft that is finished: its next page is refused, and a new one begins.
  let last = begun && (await append(begun).catch(unlessForgotten))
  if (transactions === 0) last = await send('open', head)
  // The last page registers the program, and advances no draft.
  while (last) last = await append(last)
  onProgress({ checkedSteps: steps, steps })
  return transactions
}

function unlessForgotten(error: unknown): undefined {
  if (revertName(error) !== 'DraftMismatch') throw error
}

/** The account's furthest draft that begins as this program does. */
async function begunDraft(
  client: Client,
  program: Program,
  [inputs, outputs, stepCount]: Head,
): Promise<DraftAdvanced | undefined> {
  const events = await findEvents(client.chain, 'programRegistry', 'DraftAdvanced', [null, client.address()])
  const tree = stepsTree(program)
  return drafts(events).findLast(
    ({ draft }) =>
      Number(draft.stepCount) === stepCount &&
      draft.inputs.join() === inputs.join() &&
      draft.outputs.join() === outputs.join() &&
      draft.peaks.join() === peaksOf(tree, Number(draft.checkedSteps)).join(),
  )
}

/** Roots of the perfect subtrees over the first `count` leaves, largest first: what a draft keeps of them. */
function peaksOf(tree: Tree, count: number): readonly Hash[] {
  const peaks: Hash[] = []
  for (let level = depthOf(tree), first = 0; level >= 0; level--) {
    if ((count & (1 << level)) === 0) continue
    peaks.push(toHash(nodeAt(tree, level, first >> level)))
    first += 1 << level
  }
  return peaks
}

const drafts = (events: readonly AnyEvent[]): readonly DraftAdvanced[] =>
  events.flatMap(({ name, args }) => (name === 'DraftAdvanced' ? [args as unknown as DraftAdvanced] : []))

function page(program: Program, from: number): Uint8Array {
  return Buffer.concat(program.steps.slice(from, from + PAGE_STEPS).map(encodeStep))
}
