import type { AttemptRecord, JobRecord, PostRecord } from '@plumbline/chain'
import type { Hash } from '@plumbline/ir'

/** A posted result that may still be challenged. */
export interface ResultFacts {
  readonly job: JobRecord
  readonly attempt: AttemptRecord
  readonly post: PostRecord
  /** Roots of the outputs as this node computed them; null while it has not. */
  readonly honest: readonly Hash[] | null
  /** Roots of the outputs as posted. */
  readonly posted: readonly Hash[]
  /** Whether this node has the model. */
  readonly served: boolean
  /** This node's own challenge, if it made one. */
  readonly mine: Hash | null
  /** Wei that a challenge costs now. */
  readonly bond: bigint
}

export interface ChallengerFacts {
  /** Time of the next block, seconds. */
  readonly now: number
  /** Wei that may be spent on bonds. */
  readonly coins: bigint
  readonly results: readonly ResultFacts[]
}

export type ResultAction =
  | { readonly do: 'execute'; readonly job: Hash; readonly attempt: number }
  | {
      readonly do: 'challenge'
      readonly job: Hash
      readonly attempt: number
      readonly outputRoot: Hash
      readonly bond: bigint
    }

/** What to re-execute and what to dispute, the window that closes first coming first. Pure. */
export function dueResults(facts: ChallengerFacts): readonly ResultAction[] {
  const open = facts.results
    .filter(({ served, post, mine }) => served && mine === null && facts.now <= post.windowEnd)
    .sort((x, y) => x.post.windowEnd - y.post.windowEnd)
  let { coins } = facts
  return open.flatMap(({ job, attempt, post, honest, posted, bond }): readonly ResultAction[] => {
    const at = { job: job.id, attempt: attempt.number }
    if (honest === null) return [{ do: 'execute', ...at }]
    if (sameRoots(honest, posted) || bond > coins) return []
    coins -= bond
    return [{ do: 'challenge', ...at, outputRoot: post.outputRoot, bond }]
  })
}

const sameRoots = (x: readonly Hash[], y: readonly Hash[]): boolean =>
  x.length === y.length && x.every((root, i) => root === y[i])
