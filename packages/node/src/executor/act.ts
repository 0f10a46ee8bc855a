import { tensorKey } from '@plumbline/blobs'
import { type Call, type JobRecord, type Ledger, read, revertName } from '@plumbline/chain'
import { tensorRoot } from '@plumbline/commitments'
import type { NodeContext } from '../context.ts'
import { inputsOf } from '../inputs.ts'
import type { Conduct } from './conduct.ts'
import type { JobAction } from './decide.ts'

/** Outputs up to this many bytes in all are posted themselves; of larger ones the roots. */
const MAX_INLINE_BYTES = 4_096

/** Does one due action. A revert means that the chain has moved on: the next round decides anew. */
export async function act(
  context: NodeContext,
  ledger: Ledger,
  action: JobAction,
  { owner, conduct }: { readonly owner: string; readonly conduct: Conduct },
): Promise<void> {
  const { sender, log } = context
  const job = ledger.jobs.get(action.job)!
  try {
    const call =
      action.do === 'claim'
        ? await claim(context, job, action, owner)
        : await callOf(context, job, action, conduct)
    const { gasUsed, hash } = await sender.send(call)
    log.info({ do: action.do, job: job.id, gas: Number(gasUsed), transaction: hash }, 'done')
  } catch (error) {
    if (revertName(error) === null) throw error
    log.warn({ do: action.do, job: job.id, error }, 'refused')
  }
}

async function claim(
  { blobs, chain, models, sender }: NodeContext,
  job: JobRecord,
  { attempt, bond }: Extract<JobAction, { do: 'claim' }>,
  owner: string,
): Promise<Call> {
  const { ticket } = job
  // Whoever claims what it cannot fetch forfeits part of its bond: the bytes come first.
  await inputsOf(job, (await models(ticket.terms.program))!.program, blobs)
  const internal = await read(chain, 'jobMarket', 'balanceOf', [sender.address])
  // What is over stays in the balance.
  const missing = bond > internal.coins ? bond - (internal.coins as bigint) : 0n
  const none = `0x${'0'.repeat(40)}`
  return { contract: 'jobMarket', fn: 'claim', args: [ticket, attempt, owner, none], value: missing }
}

async function callOf(
  context: NodeContext,
  job: JobRecord,
  action: Exclude<JobAction, { do: 'claim' }>,
  conduct: Conduct,
): Promise<Call> {
  if (action.do === 'post') return post(context, job, conduct)
  if (action.do === 'deliver')
    return { contract: 'jobMarket', fn: 'deliver', args: [job.ticket, job.attempts.at(-1)!.posted!.output] }
  return { contract: 'jobMarket', fn: action.do, args: [job.ticket] }
}

async function post(context: NodeContext, job: JobRecord, conduct: Conduct): Promise<Call> {
  const { blobs, models, log } = context
  const model = (await models(job.ticket.terms.program))!
  const attempt = job.attempts.at(-1)!.number
  const started = performance.now()
  const outputs = await conduct.outputs(model, await inputsOf(job, model.program, blobs))
  log.info({ job: job.id, milliseconds: Math.round(performance.now() - started) }, 'executed')
  const bytes = Buffer.concat(outputs)
  if (bytes.byteLength <= MAX_INLINE_BYTES)
    return { contract: 'jobMarket', fn: 'post', args: [job.id, attempt, bytes] }
  const roots = outputs.map(tensorRoot)
  for (const [i, output] of outputs.entries()) await blobs.put(tensorKey(roots[i]!), output)
  return { contract: 'jobMarket', fn: 'postByRoots', args: [job.id, attempt, roots] }
}
