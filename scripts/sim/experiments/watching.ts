import { disputeGas } from '../gas.ts'
import { type JobTerms, type Network, coinDollars, wei } from '../network.ts'
import { dollars, percent, type Report } from '../report.ts'
import { deterringDetection, lieCosts } from './lie.ts'

const WATCHERS = 5

/** What the rewarded challenger of a lie gets, dollars. */
export function rewardOf(network: Network, job: JobTerms): number {
  const { parameters: p, assumptions: a } = network
  return Math.min(p.rewardCap * a.tokenPrice, lieCosts(network, job).lock / 2)
}

/** Dollars of gas that a challenger is not paid back when the base fee rises tenfold after its bond's price was frozen. */
export function uncoveredGas({ parameters: p, assumptions: a, program }: Network): number {
  const g = disputeGas(program)
  const units = g.challenge + program.rounds * g.pick + g.prove
  const frozen = Math.max(p.gasFloor, a.baseFee)
  return coinDollars(a, BigInt(units) * wei(Math.max(0, 10 * a.baseFee - frozen)))
}

/** Gas that a challenger behind the liar's friend pays itself: all but the proof. Dollars. */
export function unpaidSecond({ assumptions: a, program }: Network): number {
  const g = disputeGas(program)
  return coinDollars(a, BigInt(g.challenge + program.rounds * g.pick) * wei(a.baseFee))
}

export function watching(networks: readonly Network[]): Report {
  return {
    tables: [
      {
        id: 'watching',
        title: 'Does watching pay?',
        note:
          `deterred: detection above which a lie worth the value named does not pay (liar, challenger and requester together). each: how often each of ${WATCHERS} ` +
          'watchers must check for that, and what all their checking costs a result. lie rate: share of wrong results at which checking pays for one watcher, if no ' +
          'friend of the liar is the earliest challenger. second: what an honest challenger behind such a friend pays from its own pocket (reward: nothing).',
        columns: [
          { key: 'network', head: 'network' },
          { key: 'job', head: 'job' },
          { key: 'check', head: 'one check', show: dollars },
          { key: 'reward', head: 'reward', show: dollars },
          { key: 'lieRate', head: 'lie rate', show: percent },
          { key: 'deterred', head: 'deterred', show: percent },
          { key: 'each', head: 'each', show: percent },
          { key: 'cost', head: 'all checks', show: dollars },
          { key: 'second', head: 'second', show: dollars },
        ],
        rows: networks.flatMap((network) =>
          network.jobs.map((job) => {
            const { together } = lieCosts(network, job)
            const deterred = deterringDetection(together, job.value * network.assumptions.tokenPrice)
            const each = 1 - (1 - deterred) ** (1 / WATCHERS)
            const reward = rewardOf(network, job)
            return {
              network: network.name,
              job: job.name,
              check: job.compute,
              reward,
              lieRate: job.compute / reward,
              deterred,
              each,
              cost: WATCHERS * each * job.compute,
              second: unpaidSecond(network),
            }
          }),
        ),
      },
    ],
    charts: [],
  }
}
