import {
  type ChallengeState,
  type DisputeState,
  nextBlock,
  read,
  readDispute,
  type Receipt,
} from '@plumbline/chain'
import type { Hash } from '@plumbline/ir'
import type { Client } from './client.ts'
import { jobRecord } from './jobs.ts'
import { postedAttempt } from './results.ts'

export const CHALLENGE_STATES = [
  'none',
  'executor to move',
  'challenger to move',
  'executor lost',
  'challenger lost',
  'ended',
] as const

export interface ChallengeReport extends ChallengeState {
  readonly state: (typeof CHALLENGE_STATES)[number]
  /** Last second of the side on move. */
  readonly deadline: number
  readonly picks: number
}

export interface DisputeReport extends Omit<DisputeState, 'challenges'> {
  readonly job: Hash
  readonly attempt: number
  readonly executor: string
  readonly challenges: readonly ChallengeReport[]
  readonly proved: { readonly step: number; readonly element: number; readonly prover: string } | null
}

/** Disputes that ever were, the latest first. */
export async function listDisputes(client: Client): Promise<readonly DisputeReport[]> {
  const { results } = await client.ledger()
  const reports: DisputeReport[] = []
  for (const id of [...results.keys()].reverse()) reports.push(await reportOf(client, id))
  return reports
}

/** The disputes about a job's results, the latest first. */
export async function showDisputes(client: Client, job: Hash): Promise<readonly DisputeReport[]> {
  await jobRecord(client, job)
  return (await listDisputes(client)).filter((report) => report.job === job)
}

async function reportOf(client: Client, result: Hash): Promise<DisputeReport> {
  const { chain } = client
  const ledger = await client.ledger()
  const record = ledger.results.get(result)!
  const job = ledger.jobs.get(record.job)!
  const dispute = await readDispute(chain, ledger, result)
  const challenges = await Promise.all(
    dispute.challenges.map(async (challenge) => {
      const { state, deadline } = await read(chain, 'disputeGame', 'stateOf', [challenge.id])
      return {
        ...challenge,
        state: CHALLENGE_STATES[Number(state)] ?? 'none',
        deadline: Number(deadline),
        picks: ledger.challenges.get(challenge.id)?.picks.length ?? 0,
      }
    }),
  )
  return {
    ...dispute,
    job: record.job,
    attempt: record.attempt,
    executor: job.attempts.find(({ number }) => number === record.attempt)?.executor ?? '',
    challenges,
    proved: record.proved,
  }
}

/**
 * Challenges the posted answer of a job; a challenger process of the same account then sees it through.
 * @throws SdkError NO_OUTPUT
 */
export async function openDispute(
  client: Client,
  job: Hash,
): Promise<{ readonly challenge: Hash; readonly bond: bigint; readonly receipt: Receipt }> {
  const record = await jobRecord(client, job)
  const { number, posted } = postedAttempt(record)
  const { baseFee } = await nextBlock(client.chain.rpc)
  const [bond] = await read(client.chain, 'disputeGame', 'bondFor', [record.id, (baseFee * 9n) / 8n])
  const receipt = await client.send({
    contract: 'disputeGame',
    fn: 'challenge',
    args: [record.id, number, posted!.outputRoot],
    value: bond,
  })
  const event = receipt.events.find(({ name }) => name === 'Challenged')!
  return { challenge: event.args['challenge'] as Hash, bond, receipt }
}
