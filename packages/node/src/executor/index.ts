import { createSync, type JobRecord, type Ledger, sameAddress } from '@plumbline/chain'
import type { Move, Trace } from '@plumbline/dispute'
import type { Hash } from '@plumbline/ir'
import type { NodeContext, Pace } from '../context.ts'
import { NodeError } from '../errors.ts'
import { gameView, play } from '../game.ts'
import { inputsOf } from '../inputs.ts'
import { runLoop } from '../loop.ts'
import type { ServedModel } from '../models.ts'
import { createCollector } from '../money.ts'
import { createPatience } from '../patience.ts'
import { act } from './act.ts'
import { type Conduct, HONEST } from './conduct.ts'
import { dueJobs, type ExecutorPolicy } from './decide.ts'
import { executorFacts } from './facts.ts'

export interface ExecutorOptions extends Pace {
  /** Staking account that backs the results. */
  readonly owner: string
  readonly policy: ExecutorPolicy
  /** Honest when absent. */
  readonly conduct?: Conduct
}

/** A failed answer in a dispute is tried again soon: its clock runs. */
const DISPUTE_PAUSE_MS = 2_000
const JOB_PAUSE_MS = 60_000

/** Claims jobs of the models at hand, posts what they compute, answers challenges, settles. */
export async function runExecutor(context: NodeContext, options: ExecutorOptions): Promise<void> {
  const { chain, log, sender } = context
  const conduct = options.conduct ?? HONEST
  const sync = createSync(chain)
  const traces = new Map<Hash, Trace>()
  const collect = createCollector(context, options.withdrawEveryMs)
  const urgent = createPatience(log, DISPUTE_PAUSE_MS)
  const patient = createPatience(log, JOB_PAUSE_MS)
  log.info({ owner: options.owner, conduct: conduct.name }, 'executor started')
  await runLoop(
    async () => {
      await sync.advance()
      // Disputes first: their clocks run.
      await urgent.forEach(
        disputesOf(sync.ledger, sender.address),
        ({ result }) => result,
        (dispute) => answer(context, sync.ledger, dispute, conduct, traces),
      )
      const facts = await executorFacts(context, sync.ledger, options.owner)
      await patient.forEach(
        dueJobs(facts, options.policy),
        (action) => `${action.do} ${action.job}`,
        (action) => act(context, sync.ledger, action, { owner: options.owner, conduct }),
      )
      await collect()
    },
    { signal: options.signal, intervalMs: options.intervalMs, log },
  )
  log.info({}, 'executor stopped')
}

interface Dispute {
  readonly job: JobRecord
  readonly result: Hash
}

async function answer(
  context: NodeContext,
  ledger: Ledger,
  { job, result }: Dispute,
  conduct: Conduct,
  traces: Map<Hash, Trace>,
): Promise<void> {
  const model = await context.models(job.ticket.terms.program)
  if (!model)
    throw new NodeError('MODEL_MISSING', `the model of job ${job.id}, which is disputed, is not at hand`)
  const view = await gameView(context, ledger, result, model.program)
  if (view.result.phase === 'posted') {
    const trace = traces.get(result) ?? (await committed(context, model, job, conduct))
    traces.set(result, trace)
    await play(context, conduct.answer(view, trace))
    return
  }
  traces.delete(result)
  // A result that stands is owed the gas of the challenges that were lost.
  const unsettled = view.result.phase === 'final' ? view.challenges.filter(({ ended }) => !ended) : []
  await play(
    context,
    unsettled.map(({ id }): Move => ({ kind: 'settle', challenge: id })),
  )
}

async function committed(
  { blobs, log }: NodeContext,
  model: ServedModel,
  job: JobRecord,
  conduct: Conduct,
): Promise<Trace> {
  const started = performance.now()
  const trace = await conduct.committed(model, await inputsOf(job, model.program, blobs))
  log.info({ job: job.id, milliseconds: Math.round(performance.now() - started) }, 'trace computed')
  return trace
}

/** Challenged results of `self` with a challenge that is not over. */
function disputesOf(ledger: Ledger, self: string): readonly Dispute[] {
  return [...ledger.results.values()].flatMap(({ id, job, attempt, challenges }) => {
    const record = ledger.jobs.get(job)
    const mine = record?.attempts.find(({ number }) => number === attempt)
    const live = challenges.some((challenge) => ledger.challenges.get(challenge)?.ended === null)
    return record && mine && mine.end !== 'defeated' && sameAddress(mine.executor, self) && live
      ? [{ job: record, result: id }]
      : []
  })
}
