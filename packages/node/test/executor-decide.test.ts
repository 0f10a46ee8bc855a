import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ExecutorFacts, type ExecutorPolicy, dueJobs, type JobFacts } from '../src/index.ts'

const ME = '0x00000000000000000000000000000000000000AA'
const OTHER = '0x00000000000000000000000000000000000000bb'
const policy: ExecutorPolicy = { minPrice: 5n, maxJobs: 2 }

interface Change {
  readonly id?: string
  readonly state?: Partial<JobFacts['state']>
  readonly terms?: Partial<JobFacts['record']['ticket']['terms']>
  readonly delivered?: boolean | null
  readonly facts?: Partial<Omit<JobFacts, 'record' | 'state'>>
}

/** An open job that pays 10, now being second 100. */
function job({ id = '0x01', state = {}, terms = {}, delivered = null, facts = {} }: Change = {}): JobFacts {
  return {
    record: {
      id: id as `0x${string}`,
      ticket: {
        requester: OTHER,
        terms: {
          version: 1,
          program: '0x00',
          minPrice: 10n,
          maxPrice: 10n,
          rampSeconds: 0,
          claimDeadline: 200,
          postSeconds: 30,
          value: 0n,
          callbackGas: 0,
          parameters: 0,
          salt: '0x00',
          ...terms,
        },
        inputRoot: '0x00',
      },
      requestedAt: 90,
      inputRoots: [],
      input: null,
      phase: 'open',
      attempts: [],
      delivered,
    },
    state: {
      phase: 'open',
      attempt: 0,
      version: 1,
      parameters: 0,
      judge: OTHER,
      window: 10,
      openedAt: 90,
      deadline: 0,
      executor: '0x0000000000000000000000000000000000000000',
      responder: '0x0000000000000000000000000000000000000000',
      price: 0n,
      bondGas: 1,
      gasPrice: 1n,
      bond: 0n,
      inputInline: true,
      outputInline: true,
      disputed: false,
      delivered: false,
      outputRoot: '0x00',
      ...state,
    },
    served: true,
    price: 10n,
    cost: { collateral: 50n, bond: 7n },
    ruling: null,
    ...facts,
  }
}

const due = (jobs: readonly JobFacts[], more: Partial<ExecutorFacts> = {}) =>
  dueJobs({ now: 100, me: ME, free: 100n, coins: 100n, jobs, ...more }, policy).map((action) =>
    action.do === 'claim'
      ? `claim ${action.job} ${action.attempt} ${action.bond}`
      : `${action.do} ${action.job}`,
  )

test('claims what pays enough, is served and can be backed', () => {
  assert.deepEqual(due([job({ state: { attempt: 3 } })]), ['claim 0x01 3 7'])
  assert.deepEqual(due([job({ facts: { price: 4n } })]), [])
  assert.deepEqual(due([job({ facts: { served: false } })]), [])
  assert.deepEqual(due([job()], { free: 49n }), [])
  assert.deepEqual(due([job()], { coins: 6n }), [])
  assert.deepEqual(due([job()], { now: 200 }), ['claim 0x01 0 7'])
  assert.deepEqual(due([job()], { now: 201 }), [])
  assert.deepEqual(due([job({ terms: { postSeconds: 1 } })]), [])
})

test('claims the best paid first, as far as stake, coins and places go', () => {
  const jobs = [
    job({ id: '0x01', facts: { price: 6n } }),
    job({ id: '0x02', facts: { price: 8n } }),
    job({ id: '0x03', facts: { price: 7n } }),
  ]
  assert.deepEqual(due(jobs, { free: 1_000n }), ['claim 0x02 0 7', 'claim 0x03 0 7'])
  assert.deepEqual(due(jobs, { free: 99n }), ['claim 0x02 0 7'])
  assert.deepEqual(due(jobs, { coins: 13n }), ['claim 0x02 0 7'])
  const busy = job({ id: '0x04', state: { phase: 'claimed', executor: ME, deadline: 100 } })
  assert.deepEqual(due([busy, ...jobs], { free: 1_000n }), ['post 0x04', 'claim 0x02 0 7'])
})

test('posts what it claimed while there is time, whatever the case of its address', () => {
  const claimed = (executor: string) =>
    job({ state: { phase: 'claimed', executor: executor as `0x${string}`, deadline: 100 } })
  assert.deepEqual(due([claimed(ME.toLowerCase())]), ['post 0x01'])
  assert.deepEqual(due([claimed(OTHER)]), [])
})

test('opens again what anybody claimed and did not post, when it could do it', () => {
  const lapsed = { phase: 'claimed', executor: OTHER, deadline: 99 } as const
  assert.deepEqual(due([job({ state: lapsed })]), ['expire 0x01'])
  assert.deepEqual(due([job({ state: { ...lapsed, executor: ME } })]), ['expire 0x01'])
  assert.deepEqual(due([job({ state: lapsed, facts: { served: false } })]), [])
})

test('finalises its own results once they stand', () => {
  const posted = { phase: 'posted', executor: ME, deadline: 99 } as const
  assert.deepEqual(due([job({ state: posted })]), ['finalize 0x01'])
  assert.deepEqual(due([job({ state: { ...posted, deadline: 100 } })]), [])
  assert.deepEqual(due([job({ state: { ...posted, executor: OTHER } })]), [])
  const disputed = { ...posted, disputed: true }
  assert.deepEqual(due([job({ state: disputed, facts: { ruling: 'pending' } })]), [])
  assert.deepEqual(due([job({ state: disputed, facts: { ruling: 'falls' } })]), [])
  assert.deepEqual(due([job({ state: disputed, facts: { ruling: 'stands' } })]), ['finalize 0x01'])
})

test('delivers once to a requester that wants to be called', () => {
  const final = { phase: 'final', executor: ME } as const
  assert.deepEqual(due([job({ state: final, terms: { callbackGas: 100 } })]), ['deliver 0x01'])
  assert.deepEqual(due([job({ state: final })]), [])
  assert.deepEqual(due([job({ state: final, terms: { callbackGas: 100 }, delivered: false })]), [])
  assert.deepEqual(due([job({ state: { ...final, outputInline: false }, terms: { callbackGas: 100 } })]), [])
})
