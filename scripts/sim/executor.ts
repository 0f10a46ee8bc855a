import { type Agent, earliest, type Plan, plan, type View } from './agent.ts'
import { hardEnd, stateAt } from './clock.ts'
import { wei } from './network.ts'
import { type Challenge, depthOf, liveChallenges, ROOT, turnOf } from './world.ts'

export interface ExecutorStyle {
  readonly name: string
  /** Least price at which it claims, base units; 0 claims at once. */
  readonly reserve: bigint
  readonly wrong: boolean
  /** How many attempts it claims at most. */
  readonly claims: number
  /** Seconds from claim to post; null never posts. */
  readonly compute: number | null
  /** Whether it answers challenges. */
  readonly answers: boolean
  readonly reaction: number
  readonly trace: number
  /** Waits, as long as its clock allows, for a base fee of at most this, gwei; null sends at once. */
  readonly feeLimit: number | null
}

export function executor(style: ExecutorStyle): Agent {
  return {
    name: style.name,
    honest: !style.wrong && style.compute !== null,
    decide: (view) => {
      const { job, parameters } = view.world
      if (job.phase === 'open') return job.attempt < style.claims ? claim(style, view) : null
      if (job.executor !== style.name) return null
      if (job.phase === 'claimed' && style.compute !== null)
        return plan(
          { kind: 'post', wrong: style.wrong },
          job.deadline - parameters.postSeconds + style.compute,
          job.deadline,
        )
      return job.phase === 'posted' ? defend(style, view) : null
    },
  }
}

function claim(style: ExecutorStyle, { world: { job, parameters }, now }: View): Plan | null {
  const { minPrice, maxPrice, claimDeadline } = job.terms
  const start = job.price > minPrice ? job.price : minPrice
  if (style.reserve > maxPrice) return null
  const missing = style.reserve - start
  const rise = maxPrice - minPrice
  const wait =
    missing <= 0n || rise === 0n ? 0 : Number((missing * BigInt(parameters.ramp) + rise - 1n) / rise)
  return plan({ kind: 'claim' }, Math.max(now, job.openedAt + wait), claimDeadline)
}

function defend(style: ExecutorStyle, view: View): Plan | null {
  const { job, parameters, program } = view.world
  const live = liveChallenges(job)
  const end = job.postedAt + hardEnd(parameters, program.rounds)
  const settled = live.length === 0 ? job.deadline : end
  return earliest([...live.map((c) => answer(style, view, c)), plan({ kind: 'finalize' }, settled + 1)])
}

function answer(style: ExecutorStyle, view: View, c: Challenge): Plan | null {
  const turn = turnOf(view.world, c)
  const { state, deadline } = stateAt(turn, view.now)
  if (state === 'executor-lost') return null
  if (turn.openedAt !== null) return plan({ kind: 'expire', via: c.id }, deadline + 1)
  if (!style.answers) return null
  const move = c.path === ROOT ? ({ kind: 'commit', via: c.id } as const) : openAt(c)
  const ready = c.since + (depthOf(c.path) === 0 ? style.trace : style.reaction)
  return plan(
    move,
    cheapMoment(style, view, Math.max(view.now, ready), deadline - 2 * style.reaction),
    deadline,
  )
}

const openAt = (c: Challenge) => ({ kind: 'open', via: c.id, path: c.path }) as const

/** The first moment whose base fee is within the limit, looking every five minutes, or the last safe one. */
function cheapMoment({ feeLimit }: ExecutorStyle, { conditions }: View, from: number, last: number): number {
  if (feeLimit === null) return from
  const limit = wei(feeLimit)
  let time = from
  while (time < last && conditions.baseFee(time) > limit) time += 300
  return Math.max(from, Math.min(time, last))
}
