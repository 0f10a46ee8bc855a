/** Aborts at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  return controller.signal
}

export const interrupted = (): Promise<void> =>
  new Promise((resolve) => interruptSignal().addEventListener('abort', () => resolve(), { once: true }))
