import { type Agent, plan } from './agent.ts'
import type { Terms } from './world.ts'

/** Asks once, re-opens the job after each no-show, and takes its money back when nobody may claim any more. */
export function requester(name: string, terms: Terms): Agent {
  return {
    name,
    honest: true,
    decide: ({ world: { job }, now }) => {
      if (job.phase === 'none') return plan({ kind: 'request', terms }, now)
      if (job.phase === 'claimed') return plan({ kind: 'expireClaim' }, job.deadline + 1)
      if (job.phase === 'open') return plan({ kind: 'cancel' }, terms.claimDeadline + 1)
      return null
    },
  }
}
