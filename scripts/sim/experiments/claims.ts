import { type Random, seededRandom } from '../../train/random.ts'
import { type Network, tokenDollars, tokens, DAY } from '../network.ts'
import { dollars, duration, figure, percent, type Report } from '../report.ts'
import { mean } from '../scenario.ts'
import { lieCosts } from './lie.ts'

const EXECUTORS = 20

export interface Claims {
  /** Seconds until the job is claimed. */
  readonly wait: number
  /** Price above the cheapest executor's cost, as a part of the highest price. */
  readonly overpaid: number
  /** Executors that want the job in the same block: all but one waste a transaction. */
  readonly racers: number
}

/** Executors whose costs lie anywhere between the least and the highest price claim as soon as the price covers theirs. */
export function claims({ parameters: p, assumptions: a }: Network, seed: number, trials: number): Claims {
  const random = seededRandom(seed)
  const samples = Array.from({ length: trials }, () => oneClaim(random, p.ramp, a.block))
  return {
    wait: mean(samples.map((s) => s.wait)),
    overpaid: mean(samples.map((s) => s.overpaid)),
    racers: mean(samples.map((s) => s.racers)),
  }
}

function oneClaim(random: Random, ramp: number, block: number): Claims {
  const costs = Array.from({ length: EXECUTORS }, random)
  const phase = random() * block
  const cheapest = Math.min(...costs)
  const blocks = Math.max(0, Math.ceil((cheapest * ramp - phase) / block))
  const wait = phase + blocks * block
  const price = Math.min(1, wait / ramp)
  return { wait, overpaid: price - cheapest, racers: costs.filter((cost) => cost <= price).length }
}

export function claiming(networks: readonly Network[], seed: number, trials: number): Report {
  return {
    tables: [
      ...networks.map((network) => ({
        id: `claims-${network.name}`,
        title: `Length of the price's ramp, ${network.name}`,
        note: `${EXECUTORS} executors whose costs lie anywhere between least and highest price; ${trials} jobs.`,
        columns: [
          { key: 'ramp', head: 'ramp', show: duration },
          { key: 'wait', head: 'claimed after', show: duration },
          { key: 'overpaid', head: 'overpaid, of the highest', show: percent },
          { key: 'racers', head: 'racers in a block', show: figure },
        ],
        rows: [1, 5, 10, 25, 50, 100, 300].map((blocks) => {
          const ramp = blocks * network.assumptions.block
          return {
            ramp,
            ...claims({ ...network, parameters: { ...network.parameters, ramp } }, seed, trials),
          }
        }),
      })),
      {
        id: 'throughput',
        title: 'Stake that work needs',
        note: 'A lock is held from the claim to the end of the window. stake: per dollar earned a day. capital: its yearly cost as a part of the price.',
        columns: [
          { key: 'network', head: 'network' },
          { key: 'job', head: 'job' },
          { key: 'lock', head: 'collateral', show: dollars },
          { key: 'stake', head: 'stake per daily dollar', show: dollars },
          { key: 'capital', head: 'capital, of the price', show: percent },
        ],
        rows: networks.flatMap((network) =>
          network.jobs.map((job) => {
            const { lock } = lieCosts(network, job)
            const held = (network.parameters.window + network.parameters.postSeconds) / DAY
            const price = tokenDollars(network.assumptions, tokens(job.price))
            return {
              network: network.name,
              job: job.name,
              lock,
              stake: (lock * held) / price,
              capital: (lock * held * network.assumptions.capitalRate) / 365 / price,
            }
          }),
        ),
      },
    ],
    charts: [],
  }
}
