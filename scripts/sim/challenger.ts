import { type Agent, earliest, type Plan, plan, type View } from './agent.ts'
import { stateAt } from './clock.ts'
import {
  type Challenge,
  child,
  depthOf,
  type Job,
  liveChallenges,
  lyingLeaf,
  type Path,
  ROOT,
  turnOf,
  type World,
} from './world.ts'

/** Re-executes the result when `checks`, and disputes what is wrong. Never relies on another's challenge. */
export function watcher(name: string, checks: boolean, reaction: number): Agent {
  return {
    name,
    honest: true,
    decide: (view) => {
      const { job } = view.world
      if (job.phase !== 'posted' || !job.wrong || !checks) return null
      const own = liveChallenges(job).find((c) => c.challenger === name)
      const begun = job.challenges.some((c) => c.challenger === name)
      return earliest([
        begun ? null : plan({ kind: 'challenge' }, job.postedAt + reaction, job.deadline),
        own ? descend(view, own, reaction) : null,
        prove(view.world, reaction),
        ...liveChallenges(job).map((c) => timeout(view, c)),
      ])
    },
  }
}

/**
 * A liar's friend, who sees honest challenges in the mempool and gets in before the first: `front` seconds after the post,
 * or never. It holds its place, as slowly as it may, and takes reward and timeout.
 */
export function accomplice(name: string, front: number | null): Agent {
  return {
    name,
    honest: false,
    decide: (view) => {
      const { job } = view.world
      if (job.phase !== 'posted' || front === null) return null
      const own = job.challenges.find((c) => c.challenger === name)
      if (!own) return plan({ kind: 'challenge' }, job.postedAt + front, job.deadline)
      if (own.ended) return null
      return earliest([linger(view, own, lyingLeaf(view.world.program)), timeout(view, own)])
    },
  }
}

export interface GrieferStyle {
  readonly name: string
  /** Challenges that it opens. */
  readonly count: number
  /** Seconds after the post; null in the last second of the window. */
  readonly delay: number | null
  /** Whether each challenge goes its own way, so that every one needs openings of its own. */
  readonly spread: boolean
  /** `silent` never moves after its challenge, `slow` moves in its last second, `quick` at once. */
  readonly pace: 'silent' | 'slow' | 'quick'
}

/** Challenges whatever was posted. */
export function griefer({ name, count, delay, spread, pace }: GrieferStyle): Agent {
  return {
    name,
    honest: false,
    decide: (view) => {
      const { job } = view.world
      if (job.phase !== 'posted') return null
      const own = job.challenges.filter((c) => c.challenger === name)
      const start = delay === null ? job.deadline : job.postedAt + delay
      if (own.length < count) return plan({ kind: 'challenge' }, start, job.deadline)
      return earliest(
        own.map((c, i) => (c.ended ? null : earliest([next(view, c, spread ? i + 1 : 1), timeout(view, c)]))),
      )
    },
  }

  function next(view: View, c: Challenge, branch: number): Plan | null {
    if (pace === 'silent' || !mayPick(view, c)) return null
    const leaf = `${branch}${'.0'.repeat(view.world.program.rounds - 1)}`
    return pace === 'slow' ? linger(view, c, leaf) : descendTo(view, c, leaf, 1)
  }
}

function descend(view: View, own: Challenge, reaction: number): Plan | null {
  return descendTo(view, own, lyingLeaf(view.world.program), reaction)
}

/** Picks as deep as is open on the way to the leaf. */
function descendTo(view: View, own: Challenge, leaf: Path, reaction: number): Plan | null {
  if (!mayPick(view, own)) return null
  const turn = turnOf(view.world, own)
  const at = Math.max(turn.since, turn.openedAt ?? 0) + reaction
  return plan(
    { kind: 'pick', via: own.id, path: deepest(view.world.job, leaf) },
    at,
    stateAt(turn, view.now).deadline,
  )
}

/** Picks one step, in the last second. */
function linger(view: View, own: Challenge, leaf: Path): Plan | null {
  if (!mayPick(view, own)) return null
  const { deadline } = stateAt(turnOf(view.world, own), view.now)
  const path = leaf
    .split('.')
    .slice(0, depthOf(own.path) + 1)
    .join('.')
  return plan({ kind: 'pick', via: own.id, path }, deadline, deadline)
}

function mayPick(view: View, c: Challenge): boolean {
  return (
    stateAt(turnOf(view.world, c), view.now).state === 'challenger-move' &&
    depthOf(c.path) < view.world.program.rounds
  )
}

function deepest(job: Job, leaf: Path): Path {
  let path: Path = ROOT
  for (const part of leaf.split('.')) {
    if (!job.openings.has(path)) break
    path = child(path, Number(part))
  }
  return path
}

function prove({ job, program }: World, reaction: number): Plan | null {
  const opened = job.openings.get(lyingLeaf(program))
  return opened === undefined ? null : plan({ kind: 'prove' }, opened + reaction)
}

function timeout(view: View, c: Challenge): Plan | null {
  const turn = turnOf(view.world, c)
  const { deadline } = stateAt({ ...turn, openedAt: null }, view.now)
  const late = turn.openedAt === null || turn.openedAt > deadline
  return late ? plan({ kind: 'timeout', via: c.id }, deadline + 1) : null
}
