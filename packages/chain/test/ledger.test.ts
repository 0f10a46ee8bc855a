import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChainEvent, emptyLedger, enter, resultIdOf } from '../src/index.ts'

const JOB = `0x${'11'.repeat(24)}${'00'.repeat(8)}` as const
const RESULT = resultIdOf(JOB, 0)
const CHALLENGE = `0x${RESULT.slice(2, 58)}00000001` as const
const A = '0x00000000000000000000000000000000000000aa'

const event = (name: string, args: unknown, time = 0): ChainEvent =>
  ({ name, args, block: 1, time, logIndex: 0, transaction: '0x' }) as ChainEvent

const requested = event(
  'Requested',
  {
    id: JOB,
    requester: A,
    version: 1n,
    terms: {
      version: 1n,
      program: '0x22',
      minPrice: 1n,
      maxPrice: 9n,
      rampSeconds: 5n,
      claimDeadline: 50n,
      postSeconds: 6n,
      value: 7n,
      callbackGas: 8n,
      parameters: 0n,
      salt: '0x33',
    },
    inputRoot: '0x44',
    inputRoots: [],
    input: '0x0102',
  },
  10,
)
const claimed = (attempt: bigint) =>
  event('Claimed', { id: JOB, attempt, executor: A, owner: A, responder: A, price: 3n, postDeadline: 20n })
const posted = event(
  'Posted',
  {
    id: JOB,
    attempt: 0n,
    executor: A,
    outputRoot: '0x55',
    outputRoots: ['0x66'],
    output: '0x',
    windowEnd: 30n,
  },
  15,
)

function ledgerOf(...events: readonly ChainEvent[]) {
  const ledger = emptyLedger()
  for (const entry of events) enter(ledger, entry)
  return ledger
}

test('a job goes from request to its end, attempt by attempt', () => {
  const job = (...events: readonly ChainEvent[]) => ledgerOf(requested, ...events).jobs.get(JOB)!
  assert.equal(job().phase, 'open')
  assert.equal(job().ticket.terms.maxPrice, 9n)
  assert.equal(job().ticket.terms.claimDeadline, 50)
  assert.deepEqual(job().input, Uint8Array.of(1, 2))
  assert.equal(job(claimed(0n)).phase, 'claimed')
  assert.equal(job(claimed(0n), posted).phase, 'posted')
  assert.deepEqual(job(claimed(0n), posted).attempts[0]!.posted, {
    at: 15,
    block: 1,
    outputRoot: '0x55',
    outputRoots: ['0x66'],
    output: null,
    windowEnd: 30,
  })
  const defeated = job(
    claimed(0n),
    posted,
    event('Defeated', { id: JOB, attempt: 0n, rewarded: A }),
    claimed(1n),
  )
  assert.equal(defeated.phase, 'claimed')
  assert.deepEqual(
    defeated.attempts.map(({ number, end }) => [number, end]),
    [
      [0, 'defeated'],
      [1, null],
    ],
  )
  const expired = job(claimed(0n), event('Expired', { id: JOB, attempt: 0n, toRequester: 1n }))
  assert.equal(expired.phase, 'open')
  assert.equal(job(claimed(0n), posted, event('Finalized', { id: JOB, attempt: 0n })).phase, 'final')
  assert.equal(job(event('Cancelled', { id: JOB })).phase, 'cancelled')
  assert.equal(job(event('Delivered', { id: JOB, accepted: false })).delivered, false)
})

test('a result gathers its challenges, openings and verdict', () => {
  const challenged = event(
    'Challenged',
    { result: RESULT, challenge: CHALLENGE, challenger: A, gasPrice: 1n },
    20,
  )
  const ledger = ledgerOf(
    requested,
    claimed(0n),
    posted,
    challenged,
    event('Committed', { result: RESULT, traceRoot: '0x77', group: ['0x88'] }, 21),
    event('Picked', { challenge: CHALLENGE, position: 5n, node: '0x99' }, 22),
    event('Opened', { result: RESULT, position: 5n, group: ['0xaa'] }, 23),
    event('OpenedLeaves', { result: RESULT, position: 6n, leaves: '0x0304' }, 24),
    event('Proved', { result: RESULT, prover: A, step: 2n, element: 3n, value: -1n }, 25),
  )
  const result = ledger.results.get(RESULT)!
  assert.equal(result.job, JOB)
  assert.deepEqual(result.challenges, [CHALLENGE])
  assert.deepEqual(result.committed, { at: 21, traceRoot: '0x77', group: ['0x88'] })
  assert.deepEqual(result.openings.get(5), { at: 23, group: ['0xaa'], leaves: null })
  assert.deepEqual(result.openings.get(6), { at: 24, group: null, leaves: Uint8Array.of(3, 4) })
  assert.deepEqual(result.proved, { step: 2, element: 3, prover: A })
  const challenge = () => ledger.challenges.get(CHALLENGE)!
  assert.deepEqual(challenge().picks, [{ at: 22, position: 5, node: '0x99' }])
  assert.equal(challenge().ended, null)
  enter(ledger, event('ChallengeEnded', { challenge: CHALLENGE, withdrawn: true }))
  assert.equal(challenge().ended, 'withdrawn')
  enter(ledger, event('Settled', { challenge: CHALLENGE, refund: 0n }))
  assert.equal(challenge().ended, 'settled')
})

test('models and versions', () => {
  const ledger = ledgerOf(
    event('ModelCreated', { model: 3n, owner: A, name: 'x' }),
    event('VersionPublished', {
      version: 4n,
      model: 3n,
      program: '0x1',
      manifestHash: '0x2',
      manifestUri: 'u',
    }),
    event('VersionDeprecated', { version: 4n }),
  )
  assert.deepEqual(ledger.models.get(3), { id: 3, name: 'x', creator: A })
  assert.equal(ledger.versions.get(4)!.deprecated, true)
})
