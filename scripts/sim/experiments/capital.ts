import { griefer, watcher } from '../challenger.ts'
import { type Conditions, plateau, steady } from '../conditions.ts'
import { HOUR, type Network, coinDollars } from '../network.ts'
import { dollars, type Report, times, whole } from '../report.ts'
import { EXECUTOR, gainOf, mostCoinOut, play } from '../scenario.ts'
import { lieCosts } from './lie.ts'

interface Case {
  readonly name: string
  readonly conditions: (network: Network) => Conditions
  readonly patient: boolean
  readonly spread: boolean
  readonly counts: readonly number[]
}

/** The base fee rises right after the challenges, which froze their price below it. */
const risen = ({ assumptions: a, parameters: p }: Network): Conditions =>
  plateau(a.baseFee, 10, 60 + p.window + 1, 3 * HOUR)

const CASES: readonly Case[] = [
  {
    name: 'one way down',
    conditions: (n) => steady(n.assumptions.baseFee),
    patient: false,
    spread: false,
    counts: [1, 10, 100, 1_000],
  },
  {
    name: 'own ways',
    conditions: (n) => steady(n.assumptions.baseFee),
    patient: false,
    spread: true,
    counts: [1, 10, 100, 1_000],
  },
  {
    name: 'own ways, fee x10, answers at once',
    conditions: risen,
    patient: false,
    spread: true,
    counts: [1, 10, 100],
  },
  { name: 'own ways, fee x10, waits', conditions: risen, patient: true, spread: true, counts: [1, 10, 100] },
]

/** What an honest executor must have in hand against `count` challenges of one result, and what is left of it. */
export function defence(
  network: Network,
  count: number,
  { conditions, patient, spread }: Case,
): { readonly peak: number; readonly net: number; readonly griefer: number } {
  const { assumptions: a, parameters: p } = network
  const job = network.jobs[0]!
  const others = [griefer({ name: 'griefer', count, delay: null, spread, pace: 'quick' })]
  const style = { feeLimit: patient ? Math.max(p.gasFloor, a.baseFee) : null }
  const outcome = play({ network, job, conditions: conditions(network), style, others })
  const alone = play({ network, job, conditions: steady(a.baseFee) })
  return {
    peak: coinDollars(a, mostCoinOut(outcome, EXECUTOR)),
    net: gainOf(network, outcome, EXECUTOR) - gainOf(network, alone, EXECUTOR),
    griefer: -gainOf(network, outcome, 'griefer'),
  }
}

export function capital(networks: readonly Network[]): Report {
  const measured = networks.flatMap((network) =>
    CASES.flatMap((each) =>
      each.counts.map((count) => ({ network, each, count, ...defence(network, count, each) })),
    ),
  )
  return {
    tables: [
      ...networks.map((network) => ({
        id: `capital-${network.name}`,
        title: `Capital of an honest executor against k challenges of one result, ${network.name}`,
        note:
          `In hand: coin for its bond, its moves and nothing else, at the worst moment. Besides, collateral of ${dollars(lieCosts(network, network.jobs[0]!).lock)} ` +
          'is locked. Net: what the dispute left it with, compared with an unchallenged job. Simulated.',
        columns: [
          { key: 'case', head: 'case' },
          { key: 'count', head: 'k', show: whole },
          { key: 'peak', head: 'in hand', show: dollars },
          { key: 'net', head: 'net', show: dollars },
          { key: 'griefer', head: 'griefer loses', show: dollars },
        ],
        rows: measured
          .filter((m) => m.network === network)
          .map(({ each, count, peak, net, griefer: loss }) => ({
            case: each.name,
            count,
            peak,
            net,
            griefer: loss,
          })),
      })),
      challengers(networks),
    ],
    charts: networks.map((network) => {
      const rows = measured.filter((m) => m.network === network)
      const points = (
        name: string,
        pick: (m: (typeof rows)[number]) => number,
      ): readonly [number, number][] =>
        rows.filter((m) => m.each.name === name).map((m) => [m.count, pick(m)])
      return {
        id: `capital-${network.name}`,
        title: `Challenges of one honest result, ${network.name}`,
        x: { label: 'challenges at once', scale: 'log', show: whole },
        y: { label: 'dollars', scale: 'log', show: dollars },
        series: [
          ...CASES.map(({ name }) => ({
            name: name.replace('own ways, ', ''),
            points: points(name, (m) => m.peak),
          })),
          { name: 'griefers lose', style: 'dashed', points: points('own ways', (m) => m.griefer) },
        ],
      }
    }),
  }
}

/** What an honest challenger of one lie must have in hand when the base fee is high. */
function challengers(networks: readonly Network[]): Report['tables'][number] {
  return {
    id: 'capital-challenger',
    title: 'Capital of an honest challenger of one lie, by the base fee',
    note: 'in hand: bond and gas of all its moves, at a base fee so many times the usual one. It gets all of it back and the reward, if nobody was before it.',
    columns: [
      { key: 'factor', head: 'base fee', show: times },
      ...networks.map(({ name }) => ({ key: name, head: `${name}, in hand`, show: dollars })),
      ...networks.map(({ name }) => ({
        key: `${name}-reward`,
        head: `${name}, everyday reward`,
        show: dollars,
      })),
    ],
    rows: [1, 3, 10, 30, 100, 300].map((factor) => ({
      factor,
      ...Object.fromEntries(
        networks.flatMap((network) => {
          const { assumptions: a, parameters: p } = network
          const job = network.jobs[0]!
          const fee = a.baseFee * factor
          const others = [watcher('watcher', true, a.reaction)]
          const outcome = play({ network, job, conditions: steady(fee), style: { wrong: true }, others })
          return [
            [network.name, coinDollars(a, mostCoinOut(outcome, 'watcher'))],
            [`${network.name}-reward`, Math.min(p.rewardCap * a.tokenPrice, lieCosts(network, job).lock / 2)],
          ]
        }),
      ),
    })),
  }
}
