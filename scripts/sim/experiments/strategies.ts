import { seededRandom } from '../../train/random.ts'
import { accomplice, griefer, watcher } from '../challenger.ts'
import { sampleConditions } from '../conditions.ts'
import { hardEnd } from '../clock.ts'
import type { ExecutorStyle } from '../executor.ts'
import { DAY, type JobTerms, type Network } from '../network.ts'
import { dollars, percent, type Report } from '../report.ts'
import { EXECUTOR, mean, play, profit, REQUESTER, stands } from '../scenario.ts'

interface Strategy {
  readonly name: string
  readonly style: Partial<ExecutorStyle>
  /** Who shares in the profit. */
  readonly party: readonly string[]
  readonly friend?: boolean
  readonly griefed?: boolean
  /** How often its answer is wrong. */
  readonly wrong: number
  readonly computes: boolean
  /** What a wrong answer that stands brings besides, dollars. */
  readonly gain: (job: JobTerms) => number
}

const none = (): number => 0
const value = (job: JobTerms): number => job.value

const STRATEGIES: readonly Strategy[] = [
  { name: 'honest', style: {}, party: [EXECUTOR], wrong: 0, computes: true, gain: none },
  {
    name: 'honest, griefed',
    style: {},
    party: [EXECUTOR],
    griefed: true,
    wrong: 0,
    computes: true,
    gain: none,
  },
  { name: 'lazy', style: {}, party: [EXECUTOR], wrong: Number.NaN, computes: false, gain: none },
  { name: 'no-show', style: { compute: null }, party: [EXECUTOR], wrong: 0, computes: false, gain: none },
  { name: 'liar', style: {}, party: [EXECUTOR], wrong: 1, computes: true, gain: value },
  {
    name: 'liar and challenger',
    style: { answers: false },
    party: [EXECUTOR, 'friend'],
    friend: true,
    wrong: 1,
    computes: true,
    gain: value,
  },
  {
    name: 'liar, challenger, requester',
    style: { answers: false },
    party: [EXECUTOR, 'friend', REQUESTER],
    friend: true,
    wrong: 1,
    computes: true,
    gain: value,
  },
]

/**
 * Expected profit of one job. A result is either re-executed by one honest watcher or by nobody, so the profit at any
 * audit rate is a mixture of two means, each over the same sampled days.
 */
export function strategies(
  network: Network,
  seed: number,
  trials: number,
  audits: readonly number[],
): Report {
  const rows = network.jobs.flatMap((job) =>
    STRATEGIES.map((strategy) => {
      const [missed, found] = [false, true].map((audited) =>
        mean(Array.from({ length: trials }, (_, i) => one(network, job, strategy, audited, seed + i))),
      )
      const rates = audits.map((rate): [string, number] => [`${rate}`, (1 - rate) * missed! + rate * found!])
      return { job: job.name, strategy: strategy.name, missed: missed!, found: found!, rates }
    }),
  )
  const { parameters: p, assumptions: a } = network
  return {
    tables: [
      {
        id: `strategies-${network.name}`,
        title: `Expected profit of one job by audit rate, ${network.name}`,
        note:
          `Jobs: ${network.jobs.map((j) => `${j.name} pays ${j.price} tokens, names a value of ${j.value}`).join('; ')}. ` +
          `A lie that stands gains the value named. Collateral max(${p.collateralMultiple} x price, value, ${p.collateralFloor}). ` +
          `A lazy answer is wrong in ${percent(a.lazyWrong)}. ${trials} sampled days a cell.`,
        columns: [
          { key: 'job', head: 'job' },
          { key: 'strategy', head: 'strategy' },
          ...audits.map((rate) => ({ key: `${rate}`, head: percent(rate), show: dollars })),
        ],
        rows: rows.map(({ job, strategy, rates }) => ({ job, strategy, ...Object.fromEntries(rates) })),
      },
    ],
    charts: [
      {
        id: `strategies-${network.name}`,
        title: `Expected profit of the valuable job, ${network.name}`,
        x: {
          label: 'audit rate: share of results that somebody re-executes',
          scale: 'linear',
          show: percent,
        },
        y: {
          label: 'profit, dollars',
          scale: 'symlog',
          show: dollars,
          ticks: [-1e4, -1e3, -100, -10, 0, 10, 100, 1e3, 1e4],
        },
        series: rows
          .filter((row) => row.job === 'valuable')
          .map(({ strategy, missed, found }) => ({
            name: strategy,
            points: Array.from({ length: 101 }, (_, i): [number, number] => [
              i / 100,
              missed + (i / 100) * (found - missed),
            ]),
          })),
      },
    ],
  }
}

function one(network: Network, job: JobTerms, s: Strategy, audited: boolean, seed: number): number {
  const random = seededRandom(seed)
  const { assumptions: a, parameters: p, program } = network
  const horizon = hardEnd(p, program.rounds) + DAY
  const conditions = sampleConditions(random, a, horizon)
  const wrong = random() < (Number.isNaN(s.wrong) ? a.lazyWrong : s.wrong)
  const others = [
    // The friend sees the honest challenge before it is mined, and only then needs to get in first.
    ...(s.friend ? [accomplice('friend', audited ? a.reaction - 1 : null)] : []),
    watcher('watcher', audited, a.reaction),
    ...(s.griefed ? [griefer({ name: 'griefer', count: 1, delay: null, spread: false, pace: 'slow' })] : []),
  ]
  const outcome = play({ network, job, conditions, style: { ...s.style, wrong }, others })
  const compute = s.computes ? job.compute : 0
  const gained = wrong && stands(outcome) ? s.gain(job) * a.tokenPrice : 0
  return profit(network, outcome, s.party) - compute + gained
}
