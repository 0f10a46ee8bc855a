import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from './log.ts'

export interface LoopOptions {
  readonly signal: AbortSignal
  /** Pause between rounds, milliseconds. */
  readonly intervalMs: number
  readonly log: Logger
}

const MAX_PAUSE_MS = 30_000

/**
 * Runs `round` until the signal aborts. A round recomputes all that is due from the chain, so a failed one is
 * only logged; failures in a row are repeated ever more slowly.
 */
export async function runLoop(round: () => Promise<void>, options: LoopOptions): Promise<void> {
  const { signal, intervalMs, log } = options
  let failures = 0
  while (!signal.aborted) {
    try {
      await round()
      failures = 0
    } catch (error) {
      failures++
      log.error({ error, failures }, 'round failed')
    }
    const pause = Math.min(MAX_PAUSE_MS, intervalMs * 2 ** Math.min(failures, 10))
    await sleep(pause, undefined, { signal }).catch(() => {})
  }
}
