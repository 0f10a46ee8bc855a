import type { BlobStore } from '@plumbline/blobs'
import type { Chain, Sender } from '@plumbline/chain'
import type { Logger } from './log.ts'
import type { ModelSource } from './models.ts'

/** What a daemon is handed: everything outside of it that it reads, writes or asks. */
export interface NodeContext {
  readonly chain: Chain
  readonly sender: Sender
  readonly models: ModelSource
  readonly blobs: BlobStore
  readonly log: Logger
}

/** Wei that a daemon keeps for gas and never binds. */
export const GAS_RESERVE = 10n ** 16n

/** How often a daemon looks, and until when. */
export interface Pace {
  readonly signal: AbortSignal
  /** Pause between rounds, milliseconds. */
  readonly intervalMs: number
  /** Time between withdrawals of what is owed, milliseconds; never when absent. */
  readonly withdrawEveryMs?: number
}
