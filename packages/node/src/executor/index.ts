import { createSync, type JobRecord, type Ledger, sameAddress } from '@plumbline/chain'
import type { Move, Trace } from '@plumbline/dispute'
import type { Hash } from '@plumbline/ir'
import type { NodeContext, Pace } from '../context.ts'
import { gameView, play } from '../game.ts'
import { inputsOf } from '../inputs.ts'
import { runLoop } from '../loop.ts'
import type { ServedModel } from '../models.ts'
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

/** Claims jobs of the models at hand, posts what they compute, answers challenges, settles. */
export async function runExecutor(context: NodeContext, options: ExecutorOptions): Promise<void> {
  const { chain, log, sender } = context
  const conduct = options.conduct ?? HONEST
  const sync = createSync(chain)
  const traces = new Map<Hash, Trace>()
  log.info({ account: sender.address, owner: options.owner, conduct: conduct.name }, 'executor started')
  await runLoop(
    async () => {
      await sync.advance()
      // Disputes first: their clocks run.
      await answerDisputes(context, sync.ledger, conduct, traces)
      const facts = await executorFacts(context, sync.ledger, options.owner)
      for (const action of dueJobs(facts, options.policy))
        await act(context, sync.ledger, action, { owner: options.owner, conduct })
    },
    { signal: options.signal, intervalMs: options.intervalMs, log },
  )
  log.info({}, 'executor stopped')
}

async function answerDisputes(
  context: NodeContext,
  ledger: Ledger,
  conduct: Conduct,
  traces: Map<Hash, Trace>,
): Promise<void> {
  for (const { job, result } of disputesOf(ledger, context.sender.address)) {
    const model = await context.models(job.ticket.terms.program)
    if (!model) continue
    const view = await gameView(context, ledger, result, model.program)
    if (view.result.phase === 'posted') {
      const trace = traces.get(result) ?? (await committed(context, model, job, conduct))
      traces.set(result, trace)
      await play(context, conduct.answer(view, trace))
    } else {
      traces.delete(result)
      const unsettled = view.challenges.filter(({ ended }) => !ended)
      // A result that stands is owed the gas of the challenges that were lost.
      if (view.result.phase === 'final')
        await play(
          context,
          unsettled.map(({ id }): Move => ({ kind: 'settle', challenge: id })),
        )
    }
  }
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
function disputesOf(
  ledger: Ledger,
  self: string,
): readonly { readonly job: JobRecord; readonly result: Hash }[] {
  return [...ledger.results.values()].flatMap(({ id, job, attempt, challenges }) => {
    const record = ledger.jobs.get(job)
    const mine = record?.attempts.find(({ number }) => number === attempt)
    const live = challenges.some((challenge) => ledger.challenges.get(challenge)?.ended === null)
    return record && mine && mine.end !== 'defeated' && sameAddress(mine.executor, self) && live
      ? [{ job: record, result: id }]
      : []
  })
}
