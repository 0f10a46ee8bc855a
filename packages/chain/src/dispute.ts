import type { Hash } from '@plumbline/ir'
import { type Chain, read } from './contracts.ts'
import type { Address } from './deployment.ts'
import { chainTime } from './rpc.ts'
import { attemptOf, jobOf } from './ids.ts'
import { readJob } from './job.ts'
import type { Ledger, OpeningRecord, ResultRecord } from './ledger.ts'
import { fromHash, type Position, ROOT } from '@plumbline/commitments'
import { ChainError } from './errors.ts'

export interface ChallengeState {
  readonly id: Hash
  readonly challenger: Address
  readonly since: number
  readonly executorLeft: number
  readonly challengerLeft: number
  readonly position: Position
  /** Wei. */
  readonly bond: bigint
  readonly ended: boolean
}

export interface OpeningState {
  readonly at: number
  readonly nodes?: readonly Uint8Array[]
  readonly bytes?: Uint8Array
}

/** All that is public about a posted result: what `packages/dispute` calls a game, less the program. */
export interface DisputeState {
  readonly now: number
  readonly result: {
    readonly id: Hash
    readonly phase: 'posted' | 'final' | 'defeated'
    readonly jobHead: Hash
    readonly outputRoot: Hash
    readonly windowEnd: number
    readonly extension: number
    readonly traceRoot?: Hash
  }
  readonly challenges: readonly ChallengeState[]
  readonly openings: ReadonlyMap<Position, OpeningState>
}

/** The state of the dispute about one posted attempt, from the ledger's openings and the contracts' clocks. */
export async function readDispute(chain: Chain, ledger: Ledger, result: Hash): Promise<DisputeState> {
  const job = ledger.jobs.get(jobOf(result))
  const number = attemptOf(result)
  const attempt = job?.attempts.find((candidate) => candidate.number === number)
  if (!job || !attempt?.posted)
    throw new ChainError('RPC_FAILED', `the ledger has no posted attempt under result ${result}`, { result })
  const record = ledger.results.get(result)
  const [now, state, [jobHead], [version], challenges] = await Promise.all([
    chainTime(chain.rpc),
    readJob(chain, job.id),
    read(chain, 'jobMarket', 'headOf', [job.ticket]),
    read(chain, 'modelRegistry', 'version', [job.ticket.terms.version]),
    Promise.all((record?.challenges ?? []).map((id) => readChallenge(chain, id))),
  ])
  const phase = state.attempt === number ? (state.phase === 'final' ? 'final' : 'posted') : 'defeated'
  return {
    now,
    result: {
      id: result,
      phase,
      jobHead,
      outputRoot: attempt.posted.outputRoot,
      windowEnd: attempt.posted.windowEnd,
      extension: Number(version.clocks.extension),
      ...(record?.committed && { traceRoot: record.committed.traceRoot }),
    },
    challenges,
    openings: record ? openingsOf(record) : new Map(),
  }
}

async function readChallenge(chain: Chain, id: Hash): Promise<ChallengeState> {
  const [c] = await read(chain, 'disputeGame', 'challengeOf', [id])
  return {
    id,
    challenger: c.challenger,
    since: Number(c.since),
    executorLeft: Number(c.executorLeft),
    challengerLeft: Number(c.challengerLeft),
    position: Number(c.position),
    bond: c.bond,
    ended: c.ended,
  }
}

function openingsOf({ committed, openings }: ResultRecord): DisputeState['openings'] {
  const found = new Map<Position, OpeningState>()
  if (committed) found.set(ROOT, { at: committed.at, nodes: committed.group.map(fromHash) })
  for (const [position, opening] of openings) found.set(position, openingState(opening))
  return found
}

const openingState = ({ at, group, leaves }: OpeningRecord): OpeningState => ({
  at,
  ...(group && { nodes: group.map(fromHash) }),
  ...(leaves && { bytes: leaves }),
})
