import { chainTime, createSync, type JobRecord, type Ledger, resultIdOf, sameAddress } from '@plumbline/chain'
import { tensorRoot } from '@plumbline/commitments'
import { type GameView, type Move, type Trace, traceOf } from '@plumbline/dispute'
import type { Hash } from '@plumbline/ir'
import { GAS_RESERVE, type NodeContext, type Pace } from '../context.ts'
import { gameView, play } from '../game.ts'
import { inputsOf } from '../inputs.ts'
import { runLoop } from '../loop.ts'
import { type ServedModel } from '../models.ts'
import { coinsOf } from '../money.ts'
import { type ChallengerConduct, HONEST_CHALLENGER } from './conduct.ts'
import { dueResults, type ResultAction } from './decide.ts'
import { ownChallenge, postedAttempts, postedRoots, resultFacts } from './results.ts'

/** Re-executes every posted result of the models at hand, disputes what differs, and sees its challenges through. */
export async function runChallenger(
  context: NodeContext,
  pace: Pace,
  conduct: ChallengerConduct = HONEST_CHALLENGER,
): Promise<void> {
  const { chain, log } = context
  const sync = createSync(chain)
  const memory: Memory = { honest: new Map(), traces: new Map() }
  log.info({ account: context.sender.address, conduct: conduct.name }, 'challenger started')
  await runLoop(
    async () => {
      await sync.advance()
      if (!conduct.disputesAll) {
        await watchResults(context, sync.ledger, memory)
        await sync.advance()
      }
      await playChallenges(context, sync.ledger, memory, conduct)
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

async function watchResults(context: NodeContext, ledger: Ledger, memory: Memory): Promise<void> {
  for (;;) {
    const facts = {
      now: await chainTime(context.chain.rpc),
      coins: (await coinsOf(context)) - GAS_RESERVE,
      results: await resultFacts(context, ledger, memory.honest),
    }
    const actions = dueResults(facts)
    const executions = actions.filter((action) => action.do === 'execute')
    if (executions.length === 0) {
      for (const action of actions) if (action.do === 'challenge') await challenge(context, action)
      return
    }
    for (const { job } of executions) await compare(context, ledger.jobs.get(job)!, memory)
  }
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

async function playChallenges(
  context: NodeContext,
  ledger: Ledger,
  memory: Memory,
  conduct: ChallengerConduct,
): Promise<void> {
  const self = context.sender.address
  const disputes = conduct.disputesAll ? allResults(ledger, self) : ownDisputes(ledger, self)
  for (const { job, result } of disputes) {
    const record = ledger.jobs.get(job)!
    const model = await context.models(record.ticket.terms.program)
    if (!model) {
      context.log.warn({ job }, 'the model of a challenge of ours is not at hand')
      continue
    }
    const view = await gameView(context, ledger, result, model.program)
    if (view.result.phase === 'posted') {
      const trace = await traceOfJob(context, model, record, memory)
      await play(context, conduct.moves(view, self, trace))
    } else {
      memory.traces.delete(job)
      await play(context, settlements(view, self))
    }
  }
}

/** Results under a challenge by `self` that it has not settled yet. */
const ownDisputes = (
  ledger: Ledger,
  self: string,
): readonly { readonly job: Hash; readonly result: Hash }[] =>
  [...ledger.results.values()]
    .filter(({ id }) => ownChallenge(ledger, id, self) !== null)
    .map(({ job, id }) => ({ job, result: id }))

/** Every posted result besides: whoever disputes at random needs no reason. */
const allResults = (ledger: Ledger, self: string): ReturnType<typeof ownDisputes> => {
  const own = ownDisputes(ledger, self)
  const posted = postedAttempts(ledger).map(({ job, result }) => ({ job: job.id, result }))
  return [...own, ...posted.filter(({ result }) => !own.some((dispute) => dispute.result === result))]
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
