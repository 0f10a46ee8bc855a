import assert from 'node:assert/strict'
import { resultIdOf } from '@plumbline/chain'
import { balancesOf, stakeState } from '@plumbline/sdk'
import { jobWhen, request, run, stake, type Theatre } from './theatre.ts'

/** A lying executor, and how it ends. */
export interface Liar {
  readonly name: string
  readonly fault: string
  readonly end: 'proof' | 'timeout'
}

/** Collateral of one job at its least price: five times 1 token, and at least the floor. */
const STAKE = 10

/** One lie against an honest challenger, each a process of its own, until the liar is slashed. */
export async function expectCaught(theatre: Theatre, { fault, end }: Liar): Promise<void> {
  const { stage, answer } = theatre
  const { client, addresses } = stage
  await stake(stage, 'liar', STAKE)
  const rewardBefore = (await balancesOf(client, addresses.challenger)).stakingCredit
  const liar = await run(theatre, 'executor', 'liar', '--fault', fault)
  const id = await request(theatre, ['--min-price', '1', '--ramp', '3600'])
  const job = await jobWhen(stage, id, ({ attempts }) => attempts[0]?.end != null)
  await liar.stop()
  const [attempt] = job.attempts
  assert.equal(attempt!.executor.toLowerCase(), addresses.liar.toLowerCase())
  assert.equal(attempt!.end, 'defeated')
  assert.notDeepEqual(attempt!.posted!.output, answer)
  const { results } = await client.ledger()
  const { proved } = results.get(resultIdOf(id, 0))!
  if (end === 'proof') assert.equal(proved?.prover.toLowerCase(), addresses.challenger.toLowerCase())
  else assert.equal(proved, null)
  assert.equal((await stakeState(client, addresses.liar)).staked, 0n)
  assert.ok((await balancesOf(client, addresses.challenger)).stakingCredit > rewardBefore)
  await stage.task(['job', 'cancel', id], 'requester')
}
