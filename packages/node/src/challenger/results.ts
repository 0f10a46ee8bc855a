import {
  sameAddress,
  type AttemptRecord,
  type JobRecord,
  type Ledger,
  nextBlock,
  read,
  resultIdOf,
} from '@plumbline/chain'
import { tensorRoot } from '@plumbline/commitments'
import { type Hash, type Program, stepByteLength } from '@plumbline/ir'
import type { NodeContext } from '../context.ts'
import { split } from '../inputs.ts'
import type { ResultFacts } from './decide.ts'

export interface PostedAttempt {
  readonly job: JobRecord
  readonly attempt: AttemptRecord
  readonly result: Hash
}

/** Attempts that are posted and neither final nor defeated. */
export function postedAttempts(ledger: Ledger): readonly PostedAttempt[] {
  return [...ledger.jobs.values()].flatMap((job) => {
    const attempt = job.attempts.at(-1)
    return attempt?.posted && attempt.end === null
      ? [{ job, attempt, result: resultIdOf(job.id, attempt.number) }]
      : []
  })
}

/** The challenge that `self` made of a result and that is not over. */
export const ownChallenge = (ledger: Ledger, result: Hash, self: string): Hash | null =>
  ledger.results.get(result)?.challenges.find((id) => {
    const challenge = ledger.challenges.get(id)
    return challenge && sameAddress(challenge.challenger, self) && challenge.ended === null
  }) ?? null

/** Roots of the posted outputs, which travelled as bytes or as roots. */
export function postedRoots(program: Program, { posted }: AttemptRecord): readonly Hash[] {
  if (!posted) return []
  if (!posted.output) return posted.outputRoots
  return split(
    posted.output,
    program.outputs.map((step) => stepByteLength(program.steps[step]!)),
  ).map(tensorRoot)
}

/** What the challenger knows of the posted attempts; `honest` holds what it has executed so far. */
export async function resultFacts(
  context: NodeContext,
  ledger: Ledger,
  honest: ReadonlyMap<Hash, readonly Hash[]>,
): Promise<readonly ResultFacts[]> {
  const { chain, models, sender } = context
  const { baseFee } = await nextBlock(chain.rpc)
  return Promise.all(
    postedAttempts(ledger).map(async ({ job, attempt, result }) => {
      const model = await models(job.ticket.terms.program)
      const own = honest.get(result) ?? null
      const posted = model ? postedRoots(model.program, attempt) : []
      const differs = own !== null && own.join() !== posted.join()
      const [bond] = differs ? await read(chain, 'disputeGame', 'bondFor', [job.id, baseFee]) : [0n]
      return {
        job,
        attempt,
        post: attempt.posted!,
        honest: own,
        posted,
        served: model !== null,
        mine: ownChallenge(ledger, result, sender.address),
        bond: bond as bigint,
      }
    }),
  )
}
