import { read, resultIdOf } from '@plumbline/chain'
import type { AttemptRecord, JobRecord } from '@plumbline/chain'
import type { Hash } from '@plumbline/ir'
import { balancesOf, formatAmount, stakeState } from '@plumbline/sdk'
import type { Stage } from './stage.ts'

/** A fact that the chain must show, and what it shows. */
export interface Check {
  readonly what: string
  readonly holds: boolean
}

/** Money of those whose fate the story tells, tokens. */
export interface Standing {
  readonly executorEarned: bigint
  readonly executorStake: bigint
  readonly liarStake: bigint
  readonly challengerReward: bigint
  readonly burned: bigint
}

export async function standing({ client, addresses }: Stage): Promise<Standing> {
  const [executor, executorStake, liar, challenger, [burned]] = await Promise.all([
    balancesOf(client, addresses.executor),
    stakeState(client, addresses.executor),
    stakeState(client, addresses.liar),
    balancesOf(client, addresses.challenger),
    read(client.chain, 'staking', 'burned'),
  ])
  return {
    executorEarned: executor.marketTokens,
    executorStake: executorStake.staked,
    liarStake: liar.staked,
    challengerReward: challenger.stakingCredit,
    burned,
  }
}

export async function checkHonest(
  stage: Stage,
  job: JobRecord,
  before: Standing,
  expected: Hash,
): Promise<readonly Check[]> {
  const after = await standing(stage)
  const [attempt] = job.attempts
  return [
    {
      what: 'the job is final in its first attempt',
      holds: attempt?.end === 'final' && job.attempts.length === 1,
    },
    { what: 'the honest executor answered', holds: by(attempt, stage.addresses.executor) },
    { what: 'the answer is the one computed here', holds: answers(attempt, expected) },
    {
      what: `the executor earned ${formatAmount(after.executorEarned - before.executorEarned)} tokens, its price less the royalty`,
      holds:
        after.executorEarned > before.executorEarned &&
        after.executorEarned - before.executorEarned <= (attempt?.price ?? 0n),
    },
    { what: 'its collateral is free again', holds: await unlocked(stage, job, 0) },
  ]
}

export async function checkLie(
  stage: Stage,
  job: JobRecord,
  before: Standing,
  expected: Hash,
  fault: string,
): Promise<readonly Check[]> {
  const after = await standing(stage)
  const { results } = await stage.client.ledger()
  const [lied, redone] = job.attempts
  const proved = results.get(resultIdOf(job.id, 0))?.proved
  const lost = before.liarStake - after.liarStake
  const reward = after.challengerReward - before.challengerReward
  const burned = after.burned - before.burned
  return [
    {
      what: 'the liar posted a wrong answer',
      holds: by(lied, stage.addresses.liar) && !answers(lied, expected),
    },
    { what: 'it was defeated', holds: lied?.end === 'defeated' },
    {
      what: `by proof of one element, ${proved?.step}:${proved?.element}, sent by the challenger`,
      holds:
        `${proved?.step}:${proved?.element}` === fault && same(proved?.prover, stage.addresses.challenger),
    },
    { what: `the liar lost ${formatAmount(lost)} tokens of stake`, holds: lost > 0n },
    {
      what: `the challenger was rewarded with ${formatAmount(reward)} of them`,
      holds: reward > 0n && reward <= lost / 2n,
    },
    { what: `${formatAmount(burned)} of them were burned`, holds: burned * 2n >= lost },
    { what: 'the job was done again by the honest executor', holds: by(redone, stage.addresses.executor) },
    {
      what: 'and is final with the right answer',
      holds: redone?.end === 'final' && answers(redone, expected),
    },
    {
      what: 'the honest executor was paid and lost nothing',
      holds: after.executorEarned > before.executorEarned && after.executorStake === before.executorStake,
    },
    { what: 'no lock is left', holds: (await unlocked(stage, job, 0)) && (await unlocked(stage, job, 1)) },
  ]
}

async function unlocked({ client }: Stage, job: JobRecord, attempt: number): Promise<boolean> {
  const market = client.chain.deployment.contracts.jobMarket
  const lock = await read(client.chain, 'staking', 'lockOf', [market, resultIdOf(job.id, attempt)])
  return lock.owner === `0x${'0'.repeat(40)}`
}

const by = (attempt: AttemptRecord | undefined, address: string): boolean => same(attempt?.executor, address)
const answers = (attempt: AttemptRecord | undefined, expected: Hash): boolean =>
  attempt?.posted?.outputRoot === expected
const same = (x: string | undefined, y: string): boolean => x?.toLowerCase() === y.toLowerCase()
