import type { Position } from '@plumbline/commitments'
import type { Hash } from '@plumbline/ir'
import type { Address } from './deployment.ts'
import type { ChainEvent, EventArgs, EventName } from './events.ts'
import { attemptOf, jobOf } from './ids.ts'
import { parseTerms, type Ticket } from './ticket.ts'

export interface VersionRecord {
  readonly id: number
  readonly model: number
  readonly program: Hash
  readonly manifestHash: Hash
  readonly manifestUri: string
  readonly deprecated: boolean
}

export interface ModelRecord {
  readonly id: number
  readonly name: string
  readonly creator: Address
}

/** What was asked for, and what became of it. */
export interface JobRecord {
  readonly id: Hash
  readonly ticket: Ticket
  readonly requestedAt: number
  readonly inputRoots: readonly Hash[]
  /** Concatenated input tensors when they travelled inline. */
  readonly input: Uint8Array | null
  readonly phase: 'open' | 'claimed' | 'posted' | 'final' | 'cancelled'
  /** Claims so far, earliest first. */
  readonly attempts: readonly AttemptRecord[]
  readonly delivered: boolean | null
}

export interface AttemptRecord {
  readonly number: number
  readonly executor: Address
  readonly owner: Address
  readonly responder: Address
  readonly price: bigint
  readonly postDeadline: number
  readonly posted: PostRecord | null
  readonly end: 'final' | 'expired' | 'defeated' | null
}

export interface PostRecord {
  readonly at: number
  readonly block: number
  readonly outputRoot: Hash
  readonly outputRoots: readonly Hash[]
  /** Concatenated output tensors when they travelled inline. */
  readonly output: Uint8Array | null
  readonly windowEnd: number
}

/** A group that an executor revealed: node hashes, or the raw leaves under a position of a tensor. */
export interface OpeningRecord {
  readonly at: number
  readonly group: readonly Hash[] | null
  readonly leaves: Uint8Array | null
}

export interface ResultRecord {
  readonly id: Hash
  readonly job: Hash
  readonly attempt: number
  readonly challenges: readonly Hash[]
  readonly committed: {
    readonly at: number
    readonly traceRoot: Hash
    readonly group: readonly Hash[]
  } | null
  readonly openings: ReadonlyMap<Position, OpeningRecord>
  readonly proved: { readonly step: number; readonly element: number; readonly prover: Address } | null
}

export interface ChallengeRecord {
  readonly id: Hash
  readonly result: Hash
  readonly challenger: Address
  readonly challengedAt: number
  readonly picks: readonly { readonly at: number; readonly position: Position; readonly node: Hash }[]
  /** Withdrawn by its challenger, lost in time, or settled after the result's end. */
  readonly ended: 'withdrawn' | 'lost' | 'settled' | null
}

/** Everything that the followed logs say, up to one block. */
export interface Ledger {
  readonly models: Map<number, ModelRecord>
  readonly versions: Map<number, VersionRecord>
  readonly jobs: Map<Hash, JobRecord>
  readonly results: Map<Hash, ResultRecord>
  readonly challenges: Map<Hash, ChallengeRecord>
}

export const emptyLedger = (): Ledger => ({
  models: new Map(),
  versions: new Map(),
  jobs: new Map(),
  results: new Map(),
  challenges: new Map(),
})

/** Enters `event`; events come in the chain's order. Records are replaced, never changed. */
export function enter(ledger: Ledger, event: ChainEvent): void {
  const handler = HANDLERS[event.name] as Handler<EventName>
  handler(ledger, event.args, event)
}

type Handler<Name extends EventName> = (
  ledger: Ledger,
  args: EventArgs[Name],
  place: { readonly block: number; readonly time: number },
) => void

const HANDLERS: { readonly [Name in EventName]: Handler<Name> } = {
  ModelCreated: ({ models }, { model, owner, name }) => {
    models.set(Number(model), { id: Number(model), name, creator: owner })
  },
  VersionPublished: ({ versions }, { version, model, program, manifestHash, manifestUri }) => {
    const id = Number(version)
    versions.set(id, { id, model: Number(model), program, manifestHash, manifestUri, deprecated: false })
  },
  VersionDeprecated: ({ versions }, { version }) => {
    change(versions, Number(version), () => ({ deprecated: true }))
  },
  Requested: ({ jobs }, { id, requester, terms, inputRoot, inputRoots, input }, { time }) => {
    jobs.set(id, {
      id,
      ticket: { requester, terms: parseTerms(terms), inputRoot },
      requestedAt: time,
      inputRoots,
      input: inline(input),
      phase: 'open',
      attempts: [],
      delivered: null,
    })
  },
  Claimed: ({ jobs }, { id, attempt, executor, owner, responder, price, postDeadline }) => {
    const made: AttemptRecord = {
      number: Number(attempt),
      executor,
      owner,
      responder,
      price,
      postDeadline: Number(postDeadline),
      posted: null,
      end: null,
    }
    change<Hash, JobRecord>(jobs, id, ({ attempts }) => ({ phase: 'claimed', attempts: [...attempts, made] }))
  },
  Posted: ({ jobs }, { id, attempt, outputRoot, outputRoots, output, windowEnd }, { block, time }) => {
    const posted: PostRecord = {
      at: time,
      block,
      outputRoot,
      outputRoots,
      output: inline(output),
      windowEnd: Number(windowEnd),
    }
    changeAttempt(jobs, id, Number(attempt), { posted }, 'posted')
  },
  Finalized: ({ jobs }, { id, attempt }) =>
    changeAttempt(jobs, id, Number(attempt), { end: 'final' }, 'final'),
  Expired: ({ jobs }, { id, attempt }) =>
    changeAttempt(jobs, id, Number(attempt), { end: 'expired' }, 'open'),
  Defeated: ({ jobs }, { id, attempt }) =>
    changeAttempt(jobs, id, Number(attempt), { end: 'defeated' }, 'open'),
  Cancelled: ({ jobs }, { id }) => change<Hash, JobRecord>(jobs, id, () => ({ phase: 'cancelled' })),
  Delivered: ({ jobs }, { id, accepted }) => change(jobs, id, () => ({ delivered: accepted })),
  Challenged: ({ results, challenges }, { result, challenge, challenger }, { time }) => {
    const known = results.get(result) ?? {
      id: result,
      job: jobOf(result),
      attempt: attemptOf(result),
      challenges: [],
      committed: null,
      openings: new Map(),
      proved: null,
    }
    results.set(result, { ...known, challenges: [...known.challenges, challenge] })
    challenges.set(challenge, {
      id: challenge,
      result,
      challenger,
      challengedAt: time,
      picks: [],
      ended: null,
    })
  },
  Committed: ({ results }, { result, traceRoot, group }, { time }) =>
    change(results, result, () => ({ committed: { at: time, traceRoot, group } })),
  Opened: ({ results }, { result, position, group }, { time }) =>
    open(results, result, Number(position), { at: time, group, leaves: null }),
  OpenedLeaves: ({ results }, { result, position, leaves }, { time }) =>
    open(results, result, Number(position), { at: time, group: null, leaves: inline(leaves) }),
  Picked: ({ challenges }, { challenge, position, node }, { time }) =>
    change(challenges, challenge, ({ picks }) => ({
      picks: [...picks, { at: time, position: Number(position), node }],
    })),
  Proved: ({ results }, { result, prover, step, element }) =>
    change(results, result, () => ({ proved: { step: Number(step), element: Number(element), prover } })),
  TimedOut: () => {},
  ChallengeEnded: ({ challenges }, { challenge, withdrawn }) =>
    change<Hash, ChallengeRecord>(challenges, challenge, () => ({ ended: withdrawn ? 'withdrawn' : 'lost' })),
  Settled: ({ challenges }, { challenge }) =>
    change<Hash, ChallengeRecord>(challenges, challenge, () => ({ ended: 'settled' })),
}

function change<Key, Value>(map: Map<Key, Value>, key: Key, by: (value: Value) => Partial<Value>): void {
  const value = map.get(key)
  if (value !== undefined) map.set(key, { ...value, ...by(value) })
}

function changeAttempt(
  jobs: Ledger['jobs'],
  id: Hash,
  number: number,
  by: Partial<AttemptRecord>,
  phase: JobRecord['phase'],
): void {
  change(jobs, id, ({ attempts }) => ({
    phase,
    attempts: attempts.map((entry) => (entry.number === number ? { ...entry, ...by } : entry)),
  }))
}

function open(results: Ledger['results'], result: Hash, position: Position, opening: OpeningRecord): void {
  change(results, result, ({ openings }) => ({ openings: new Map(openings).set(position, opening) }))
}

/** SAFETY: inputs and outputs have at least one byte, so no bytes mean that only roots travelled. */
const inline = (hex: Hash): Uint8Array | null =>
  hex === '0x' ? null : Uint8Array.from(Buffer.from(hex.slice(2), 'hex'))
