import { SingleBar, Presets } from 'cli-progress'

export interface Stage {
  readonly stage: string
  readonly done: number
  readonly total: number
}

/** Shows a bar a stage on a terminal, and nothing anywhere else. */
export function progressBar(quiet: boolean): {
  readonly show: (stage: Stage) => void
  readonly stop: () => void
} {
  if (quiet || !process.stderr.isTTY) return { show: () => {}, stop: () => {} }
  const bar = new SingleBar(
    { format: '{stage} [{bar}] {value}/{total}', stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  )
  let current = ''
  return {
    show: ({ stage, done, total }) => {
      if (stage !== current) bar.start(total, done, { stage })
      else bar.update(done, { stage })
      current = stage
      if (done === total) bar.stop()
    },
    stop: () => bar.stop(),
  }
}
