import { worstGas } from '../gas.ts'
import type { Assumptions, Network } from '../network.ts'
import { dollars, duration, figure, percent, type Report, times, whole } from '../report.ts'
import { SHOWN } from './defaults.ts'

type Simple = Exclude<keyof Assumptions, 'spike' | 'outage'>

const TEXT: Readonly<Record<Simple, readonly [string, (value: number) => string]>> = {
  coinPrice: ["the chain's coin", dollars],
  tokenPrice: ['the staking token', dollars],
  capitalRate: ['yearly cost of capital', percent],
  block: ['time of a block', duration],
  blockGas: ['gas of a full block', whole],
  blockGrowth: ['a full block multiplies the base fee by', figure],
  baseFee: ['usual base fee, gwei', figure],
  feeSpread: ['standard deviation of its logarithm', figure],
  spikesPerYear: ['sudden rises of the base fee in a year', whole],
  spikeHalfLife: ['until half of a rise is gone', duration],
  outagesPerYear: ['times in a year in which the honest cannot transact', whole],
  reaction: ['from a post or a move to the answer', duration],
  trace: ['to build a trace', duration],
  lazyWrong: ["share of a lazy executor's answers that are wrong", percent],
}

/** What was put in. */
export function assumed(networks: readonly Network[]): Report {
  const each = (value: (network: Network) => string): Readonly<Record<string, string>> =>
    Object.fromEntries(networks.map((network) => [network.name, value(network)]))
  const columns = networks.map(({ name }) => ({ key: name, head: name }))
  return {
    tables: [
      {
        id: 'parameters',
        title: 'Parameters',
        note: 'What governance, model owners and requesters choose.',
        columns: [{ key: 'name', head: 'parameter' }, ...columns],
        rows: (Object.keys(SHOWN) as (keyof typeof SHOWN)[]).map((name) => ({
          name,
          ...each(({ parameters }) => SHOWN[name](parameters[name])),
        })),
      },
      {
        id: 'assumptions',
        title: 'Assumptions',
        note: 'What the world is taken to be like.',
        columns: [{ key: 'name', head: 'name' }, { key: 'says', head: 'assumed' }, ...columns],
        rows: [
          ...(Object.keys(TEXT) as Simple[]).map((name) => ({
            name,
            says: TEXT[name][0],
            ...each(({ assumptions }) => TEXT[name][1](assumptions[name])),
          })),
          {
            name: 'spike',
            says: 'factor of a rise: half are above, one in twenty is above',
            ...each(({ assumptions: { spike } }) => `${times(spike.median)}, ${times(upper(spike))}`),
          },
          {
            name: 'outage',
            says: 'length of an outage: half are longer, one in twenty is longer',
            ...each(
              ({ assumptions: { outage } }) => `${duration(outage.median)}, ${duration(upper(outage))}`,
            ),
          },
          {
            name: '',
            says: 'gas that a bond covers twice: the worst side of a dispute',
            ...each(({ program }) => whole(worstGas(program))),
          },
          ...[0, 1].map((i) => ({
            name: '',
            says: `${networks[0]?.jobs[i]?.name} job: price, value named (tokens), cost of running the model`,
            ...each(({ jobs }) => `${jobs[i]?.price}, ${jobs[i]?.value}, ${dollars(jobs[i]?.compute ?? 0)}`),
          })),
        ],
      },
    ],
    charts: [],
  }
}

const upper = ({ median, sigma }: { readonly median: number; readonly sigma: number }): number =>
  median * Math.exp(1.645 * sigma)
