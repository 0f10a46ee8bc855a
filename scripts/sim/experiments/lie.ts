import { griefer } from '../challenger.ts'
import { collateral, costOfLie } from '../money.ts'
import { type JobTerms, type Network, tokenDollars, tokens } from '../network.ts'
import { dollars, percent, type Report } from '../report.ts'
import { EXECUTOR, play, profit } from '../scenario.ts'

const DETECTION = [0.01, 0.05, 0.1, 0.2, 0.5, 0.9, 0.99] as const

/** Least gain at which lying pays when it costs `cost` with probability `found` and gains otherwise. */
export function breakEvenGain(cost: number, found: number): number {
  return (cost * found) / (1 - found)
}

/** Detection above which a gain does not pay. */
export function deterringDetection(cost: number, gain: number): number {
  return gain / (gain + cost)
}

/** Dollars that a job's lie costs its executor alone, and with challenger and requester as accomplices. */
export function lieCosts(
  { parameters: p, assumptions: a }: Network,
  job: JobTerms,
): { readonly lock: number; readonly alone: number; readonly together: number } {
  const rule = {
    floor: tokens(p.collateralFloor),
    basisPoints: BigInt(Math.round(p.collateralMultiple * 10_000)),
  }
  const lock = collateral(rule, tokens(job.price), tokens(job.value))
  const together = costOfLie(lock, tokens(p.rewardCap), tokens(job.price))
  return { lock: tokenDollars(a, lock), alone: tokenDollars(a, lock), together: tokenDollars(a, together) }
}

export function lie(networks: readonly Network[]): Report {
  const cases = networks.flatMap((network) =>
    network.jobs.map((job) => ({ network, job, ...lieCosts(network, job) })),
  )
  return {
    tables: [
      {
        id: 'lie-cost',
        title: 'Cost of a lie, and the least gain at which lying pays',
        note:
          'together: the liar, the rewarded challenger and the requester are one party, so it loses only what burns. The ' +
          'columns with a share say what a lie must be worth to pay when it is found with that probability.',
        columns: [
          { key: 'network', head: 'network' },
          { key: 'job', head: 'job' },
          { key: 'value', head: 'value named', show: dollars },
          { key: 'lock', head: 'collateral', show: dollars },
          { key: 'together', head: 'cost, together', show: dollars },
          ...DETECTION.map((d) => ({ key: `${d}`, head: percent(d), show: dollars })),
        ],
        rows: cases.map(({ network, job, lock, together }) => ({
          network: network.name,
          job: job.name,
          value: job.value * network.assumptions.tokenPrice,
          lock,
          together,
          ...Object.fromEntries(DETECTION.map((d) => [`${d}`, breakEvenGain(together, d)])),
        })),
      },
      ...selfDelay(networks),
    ],
    charts: [
      {
        id: 'lie-gain',
        title: 'The least gain at which lying pays',
        x: { label: 'probability that the lie is found', scale: 'linear', show: percent, domain: [0, 1] },
        y: { label: 'gain, dollars', scale: 'log', show: dollars },
        series: cases.map(({ network, job, together }) => ({
          name: `${network.name}, ${job.name}`,
          points: Array.from({ length: 99 }, (_, i): [number, number] => [
            (i + 1) / 100,
            breakEvenGain(together, (i + 1) / 100),
          ]),
        })),
      },
    ],
  }
}

/** An executor that challenges its own right result only to delay it. */
function selfDelay(networks: readonly Network[]): Report['tables'] {
  return [
    {
      id: 'lie-self-challenge',
      title: 'An executor that challenges its own right result',
      note: 'What the pair pays to hold up its own result, dollars: both bonds and gas, less what comes back. Never free.',
      columns: [
        { key: 'network', head: 'network' },
        { key: 'cost', head: 'cost', show: dollars },
        { key: 'price', head: 'price of the job', show: dollars },
      ],
      rows: networks.map((network) => {
        const job = network.jobs[0]!
        const others = [griefer({ name: 'friend', count: 1, delay: null, spread: false, pace: 'slow' })]
        const alone = profit(network, play({ network, job }), [EXECUTOR])
        const delayed = profit(network, play({ network, job, others }), [EXECUTOR, 'friend'])
        return {
          network: network.name,
          cost: alone - delayed,
          price: job.price * network.assumptions.tokenPrice,
        }
      }),
    },
  ]
}
