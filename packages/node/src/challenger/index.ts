import { chainTime, createSync, type JobRecord, type Ledger, resultIdOf, sameAddress } from '@plumbline/chain'
import { tensorRoot } from '@plumbline/commitments'
import { type GameView, type Move, type Trace, traceOf } from '@plumbline/dispute'
import type { Hash } from '@plumbline/ir'
import { GAS_RESERVE, type NodeContext, type Pace } from '../context.ts'
import { NodeError } from '../errors.ts'
import { gameView, play } from '../game.ts'
import { inputsOf } from '../inputs.ts'
import { runLoop } from '../loop.ts'
import { type ServedModel } from '../models.ts'
import { coinsOf, createCollector } from '../money.ts'
import { createPatience, type Patience } from '../patience.ts'
import { type ChallengerConduct, HONEST_CHALLENGER } from './conduct.ts'
import { dueResults, type ResultAction } from './decide.ts'
import { ownChallenge, postedAttempts, postedRoots, resultFacts } from './results.ts'

/** A failed move in a dispute is tried again soon: its clock runs. */
const DISPUTE_PAUSE_MS = 2_000
const RESULT_PAUSE_MS = 10_000

/** Re-executes every posted result of the models at hand, disputes what differs, and sees its challenges through. */
export async function runChallenger(
  context: NodeContext,
  pace: Pace,
  conduct: ChallengerConduct = HONEST_CHALLENGER,
): Promise<void> {
  const { chain, log } = context
  const sync = createSync(chain)
  const memory: Memory = { honest: new Map(), traces: new Map() }
  const collect = createCollector(context, pace.withdrawEveryMs)
  const urgent = createPatience(log, DISPUTE_PAUSE_MS)
  const patient = createPatience(log, RESULT_PAUSE_MS)
  log.info({ conduct: conduct.name }, 'challenger started')
  await runLoop(
    async () => {
      await sync.advance()
      if (!conduct.disputesAll) {
        await watchResults(context, sync.ledger, memory, patient)
        await sync.advance()
      }
      await urgent.forEach(
        disputesOf(sync.ledger, context.sender.address, conduct),
        ({ result }) => result,
        (dispute) => playDispute(context, sync.ledger, dispute, memory, conduct),
      )
      await collect()
    },
    { ...pace, log },
  )
  log.info({}, 'challenger stopped')
}

/** What would otherwise be computed twice. Everything in it can be computed again. */
interface Memory {
  /** Output roots by result. */
  readonly honest: Map<Hash, readonly Hash[]>
  /** Whole runs by job: a job's inputs never change. */
  readonly traces: Map<Hash, Trace>
}

/** Executes what was not, then challenges what differs. */
async function watchResults(
  context: NodeContext,
  ledger: Ledger,
  memory: Memory,
  patient: Patience,
): Promise<void> {
  forgetFinished(ledger, memory)
  const act = async (wanted: ResultAction['do']): Promise<void> => {
    const facts = {
      now: await chainTime(context.chain.rpc),
      coins: (await coinsOf(context)) - GAS_RESERVE,
      results: await resultFacts(context, ledger, memory.honest),
    }
    await patient.forEach(
      dueResults(facts).filter((action) => action.do === wanted),
      (action) => `${action.do} ${action.job} ${action.attempt}`,
      (action) =>
        action.do === 'execute'
          ? compare(context, ledger.jobs.get(action.job)!, memory)
          : challenge(context, action),
    )
  }
  await act('execute')
  await act('challenge')
}

function forgetFinished(ledger: Ledger, { honest }: Memory): void {
  const posted = new Set(postedAttempts(ledger).map(({ result }) => result))
  for (const result of honest.keys()) if (!posted.has(result)) honest.delete(result)
}

async function compare(context: NodeContext, job: JobRecord, memory: Memory): Promise<void> {
  const attempt = job.attempts.at(-1)!
  const model = (await context.models(job.ticket.terms.program))!
  const started = performance.now()
  const roots = (await model.run(await inputsOf(job, model.program, context.blobs))).map(tensorRoot)
  memory.honest.set(resultIdOf(job.id, attempt.number), roots)
  const same = roots.join() === postedRoots(model.program, attempt).join()
  const about = { job: job.id, attempt: attempt.number, executor: attempt.executor }
  const milliseconds = Math.round(performance.now() - started)
  if (same) context.log.info({ ...about, milliseconds }, 'result holds')
  else context.log.warn({ ...about, milliseconds }, 'result differs')
}

async function challenge(
  context: NodeContext,
  { job, attempt, outputRoot }: Extract<ResultAction, { do: 'challenge' }>,
): Promise<void> {
  await play(context, [{ kind: 'challenge', result: resultIdOf(job, attempt), outputRoot }])
}

interface Dispute {
  readonly job: JobRecord
  readonly result: Hash
}

async function playDispute(
  context: NodeContext,
  ledger: Ledger,
  { job, result }: Dispute,
  memory: Memory,
  conduct: ChallengerConduct,
): Promise<void> {
  const self = context.sender.address
  const model = await context.models(job.ticket.terms.program)
  if (!model)
    throw new NodeError('MODEL_MISSING', `the model of job ${job.id}, which is disputed, is not at hand`)
  const view = await gameView(context, ledger, result, model.program)
  if (view.result.phase === 'posted') {
    await play(context, conduct.moves(view, self, await traceOfJob(context, model, job, memory)))
  } else {
    memory.traces.delete(job.id)
    await play(context, settlements(view, self))
  }
}

/** Results under a challenge by `self` that it has not settled yet; every posted one for who disputes them all. */
function disputesOf(ledger: Ledger, self: string, { disputesAll }: ChallengerConduct): readonly Dispute[] {
  const own = [...ledger.results.values()].filter(({ id }) => ownChallenge(ledger, id, self) !== null)
  const others = disputesAll ? postedAttempts(ledger) : []
  const jobs = new Map<Hash, JobRecord>([
    ...own.map(({ id, job }) => [id, ledger.jobs.get(job)!] as const),
    ...others.map(({ job, result }) => [result, job] as const),
  ])
  return [...jobs].map(([result, job]) => ({ job, result }))
}

async function traceOfJob(
  { blobs, log }: NodeContext,
  model: ServedModel,
  job: JobRecord,
  memory: Memory,
): Promise<Trace> {
  const known = memory.traces.get(job.id)
  if (known) return known
  const started = performance.now()
  const inputs = await inputsOf(job, model.program, blobs)
  const trace = traceOf(model.program, model.constants, inputs, await model.trace(inputs))
  memory.traces.set(job.id, trace)
  log.info({ job: job.id, milliseconds: Math.round(performance.now() - started) }, 'trace computed')
  return trace
}

const settlements = (view: GameView, self: string): readonly Move[] =>
  view.challenges
    .filter(({ challenger, ended }) => sameAddress(challenger, self) && !ended)
    .map(({ id }) => ({ kind: 'settle', challenge: id }))
