import type { JobRecord, JobState } from '@plumbline/chain'
import type { Hash } from '@plumbline/ir'

/** What the executor knows of one job that is not over. */
export interface JobFacts {
  readonly record: JobRecord
  readonly state: JobState
  /** Whether this node has the model. */
  readonly served: boolean
  /** Tokens that a claim now would bring. */
  readonly price: bigint
  /** Tokens and wei that a claim now would bind; null unless the job is open. */
  readonly cost: { readonly collateral: bigint; readonly bond: bigint } | null
  /** The judge's ruling on a disputed result after its window. */
  readonly ruling: 'pending' | 'stands' | 'falls' | null
}

export interface ExecutorFacts {
  /** Time of the next block, seconds. */
  readonly now: number
  readonly me: string
  /** Tokens that may still be locked. */
  readonly free: bigint
  /** Wei that may still be spent on bonds. */
  readonly coins: bigint
  readonly jobs: readonly JobFacts[]
}

export interface ExecutorPolicy {
  /** Least price of a job, tokens. */
  readonly minPrice: bigint
  /** Most jobs claimed and not posted at once. */
  readonly maxJobs: number
}

export type JobAction =
  | { readonly do: 'claim'; readonly job: Hash; readonly attempt: number; readonly bond: bigint }
  | { readonly do: 'post' | 'finalize' | 'expire' | 'deliver'; readonly job: Hash }

/** Seconds that a claimed job must leave for posting, else it is not claimed. */
const LEAST_POST_SECONDS = 2

/** Everything that is due on the market. Pure: the same facts give the same actions, whatever was done before. */
export function dueJobs(facts: ExecutorFacts, policy: ExecutorPolicy): readonly JobAction[] {
  const mine = facts.jobs.filter(({ state }) => same(state.executor, facts.me))
  const settled = mine.flatMap((job) => dueOfMine(job, facts.now))
  const lapsed = facts.jobs.filter((job) => job.served && isLapsed(job, facts.now))
  return [
    ...settled,
    ...lapsed.map(({ record }) => ({ do: 'expire' as const, job: record.id })),
    ...claims(facts, policy, mine.filter(({ state }) => state.phase === 'claimed').length),
  ]
}

function dueOfMine({ record, state, ruling }: JobFacts, now: number): readonly JobAction[] {
  const job = record.id
  if (state.phase === 'claimed') return now <= state.deadline ? [{ do: 'post', job }] : []
  if (state.phase === 'posted' && now > state.deadline && (!state.disputed || ruling === 'stands'))
    return [{ do: 'finalize', job }]
  if (
    state.phase === 'final' &&
    state.outputInline &&
    record.ticket.terms.callbackGas > 0 &&
    record.delivered === null
  )
    return [{ do: 'deliver', job }]
  return []
}

/** Claimed by somebody and not posted in time: open again once somebody says so. */
const isLapsed = ({ state }: JobFacts, now: number): boolean =>
  state.phase === 'claimed' && now > state.deadline

function claims(facts: ExecutorFacts, policy: ExecutorPolicy, busy: number): readonly JobAction[] {
  const chosen: JobAction[] = []
  let { free, coins } = facts
  // The best paid first: it is the most that the same stake and time can earn.
  const open = facts.jobs.filter((job) => isClaimable(job, facts.now, policy)).sort(byPrice)
  for (const { record, state, cost } of open) {
    if (busy + chosen.length >= policy.maxJobs) break
    if (!cost || cost.collateral > free || cost.bond > coins) continue
    free -= cost.collateral
    coins -= cost.bond
    chosen.push({ do: 'claim', job: record.id, attempt: state.attempt, bond: cost.bond })
  }
  return chosen
}

function isClaimable(
  { record, state, served, price }: JobFacts,
  now: number,
  policy: ExecutorPolicy,
): boolean {
  const { claimDeadline, postSeconds } = record.ticket.terms
  return (
    served &&
    state.phase === 'open' &&
    now <= claimDeadline &&
    postSeconds >= LEAST_POST_SECONDS &&
    price >= policy.minPrice
  )
}

const byPrice = (x: JobFacts, y: JobFacts): number => (x.price === y.price ? 0 : x.price > y.price ? -1 : 1)
const same = (x: string, y: string): boolean => x.toLowerCase() === y.toLowerCase()
