import { setTimeout as sleep } from 'node:timers/promises'
import type { JobRecord } from '@plumbline/chain'
import type { Hash } from '@plumbline/ir'
import { jobRecord } from '@plumbline/sdk'
import type { Running } from '../lib/processes.ts'
import type { Stage } from './stage.ts'
import type { Move, Timeline } from './timeline.ts'

const PATIENCE_SECONDS = 120

/** Shows what happens on the chain, as it happens, until the job is where it should be. */
export async function watchUntil(
  { client }: Stage,
  timeline: Timeline,
  job: Hash,
  done: (record: JobRecord) => boolean,
): Promise<JobRecord> {
  const end = performance.now() + PATIENCE_SECONDS * 1_000
  for (;;) {
    for (const move of await timeline.advance()) showMove(move)
    const record = await jobRecord(client, job)
    if (done(record)) {
      for (const move of await timeline.advance()) showMove(move)
      return record
    }
    if (performance.now() > end)
      throw new Error(`job ${job} is still ${record.phase} after ${PATIENCE_SECONDS} s`)
    await sleep(200)
  }
}

export function showMove({ seconds, who, contract, fn, gas }: Move): void {
  const time = `${seconds.toFixed(1).padStart(6)} s`
  console.log(
    `${time}  ${who.padEnd(12)} ${`${contract}.${fn}`.padEnd(24)} ${gas.toLocaleString('en-US').padStart(9)} gas`,
  )
}

/** The names of the moves that carry a job, and those of a dispute, both sides together. */
export const JOB_MOVES = new Set(['request', 'requestByRoots', 'claim', 'post', 'postByRoots', 'finalize'])
export const DISPUTE_MOVES = new Set([
  'challenge',
  'commit',
  'pick',
  'open',
  'openLeaves',
  'prove',
  'timeout',
])

export async function started(daemon: Running, word: string): Promise<Running> {
  await daemon.line((line) => line.includes(word))
  return daemon
}
