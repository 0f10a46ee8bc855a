import {
  type Address,
  challengerMoves,
  DisputeError,
  type GameView,
  type Mischief,
  mischiefMoves,
  type Move,
  type Trace,
} from '@plumbline/dispute'

/** How a challenger behaves, where it has a choice. There is one honest way; the others are for tests. */
export interface ChallengerConduct {
  readonly name: string
  /** Whether it disputes answers that are right. */
  readonly disputesAll: boolean
  readonly moves: (view: GameView, self: Address, own: Trace) => readonly Move[]
}

export const HONEST_CHALLENGER: ChallengerConduct = {
  name: 'honest',
  disputesAll: false,
  moves: challengerMoves,
}

/** Disputes every answer, goes down at random and proves nothing; only where the chain is a local one. */
export const mischievousChallenger = (mischief: Mischief): ChallengerConduct => ({
  name: `mischief ${JSON.stringify(mischief)}`,
  disputesAll: true,
  moves: (view, self) => mischiefMoves(view, self, mischief),
})

/**
 * Reads `SEED`, then `@N` to fall silent or `-N` to give up after N picks, and `xN` for N challenges at a time.
 * @throws DisputeError FAULT_UNKNOWN
 */
export function parseMischief(text: string): Mischief {
  const [, seed, silent, withdrawn, count] = /^(\d+)(?:@(\d+))?(?:-(\d+))?(?:x(\d+))?$/.exec(text) ?? []
  if (seed === undefined)
    throw new DisputeError(
      'FAULT_UNKNOWN',
      `fault "${text}": a challenger takes SEED, then @N to fall silent or -N to give up after N picks, and xN challenges`,
      { text },
    )
  return {
    seed: Number(seed),
    ...(silent !== undefined && { silentAfter: Number(silent) }),
    ...(withdrawn !== undefined && { withdrawAfter: Number(withdrawn) }),
    ...(count !== undefined && { challenges: Number(count) }),
  }
}
