import { type AnyEvent, findEvents, read } from '@plumbline/chain'
import { inputWord, programRoot, toHash } from '@plumbline/commitments'
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
  }
}

async function registerInPages(
  client: Client,
  program: Program,
  head: Head,
  onProgress: (progress: RegistrationProgress) => void,
): Promise<number> {
  let transactions = 0
  const advance = async (fn: string, args: readonly unknown[]): Promise<DraftAdvanced | undefined> => {
    const { events } = await client.send({ contract: 'programRegistry', fn, args })
    transactions++
    return drafts(events).at(-1)
  }
  let last = (await begunDraft(client, head)) ?? (await advance('open', head))
  const steps = program.steps.length
  while (last) {
    const checkedSteps = Number(last.draft.checkedSteps)
    onProgress({ checkedSteps, steps })
    if (checkedSteps === steps) break
    last = await advance('append', [last.draftId, last.draft, page(program, checkedSteps)])
  }
  return transactions
}

/** The account's furthest draft of the same program head. A draft of other steps under it fails at the end. */
async function begunDraft(
  client: Client,
  [inputs, outputs, stepCount]: Head,
): Promise<DraftAdvanced | undefined> {
  const events = await findEvents(client.chain, 'programRegistry', 'DraftAdvanced', [null, client.address()])
  return drafts(events).findLast(
    ({ draft }) =>
      Number(draft.stepCount) === stepCount &&
      draft.inputs.join() === inputs.join() &&
      draft.outputs.join() === outputs.join(),
  )
}

const drafts = (events: readonly AnyEvent[]): readonly DraftAdvanced[] =>
  events.flatMap(({ name, args }) => (name === 'DraftAdvanced' ? [args as unknown as DraftAdvanced] : []))

function page(program: Program, from: number): Uint8Array {
  return Buffer.concat(program.steps.slice(from, from + PAGE_STEPS).map(encodeStep))
}
