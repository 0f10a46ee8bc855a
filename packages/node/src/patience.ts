import type { Logger } from './log.ts'

/** Work on many things at once, of which one that fails stops no other and is tried again ever more slowly. */
export interface Patience {
  /** Does `work` for each item whose last failure is long enough ago; logs what fails. */
  readonly forEach: <Item>(
    items: readonly Item[],
    keyOf: (item: Item) => string,
    work: (item: Item) => Promise<void>,
  ) => Promise<void>
}

const FIRST_PAUSE_MS = 500

/** @param longestMs longest pause before something that fails is tried again */
export function createPatience(
  log: Logger,
  longestMs: number,
  now: () => number = () => performance.now(),
): Patience {
  const failures = new Map<string, { readonly count: number; readonly until: number }>()

  const attempt = async (key: string, work: () => Promise<void>): Promise<void> => {
    const before = failures.get(key)
    if (before && now() < before.until) return
    try {
      await work()
      failures.delete(key)
    } catch (error) {
      const count = (before?.count ?? 0) + 1
      failures.set(key, { count, until: now() + Math.min(longestMs, FIRST_PAUSE_MS * 2 ** count) })
      log.warn({ work: key, failures: count, error }, 'failed')
    }
  }
  return {
    forEach: async (items, keyOf, work) => {
      await Promise.all(items.map((item) => attempt(keyOf(item), () => work(item))))
    },
  }
}
