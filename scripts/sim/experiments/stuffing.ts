import type { Network } from '../network.ts'
import { dollars, duration, type Report } from '../report.ts'

const LENGTHS = [60, 180, 300, 600, 900, 1_800, 3_600] as const

/** Dollars of keeping every block full for so long: each full block raises the base fee by a factor. */
export function stuffingCost({ assumptions: a }: Network, seconds: number): number {
  const blocks = Math.floor(seconds / a.block)
  const first = a.blockGas * a.baseFee * 1e-9 * a.coinPrice
  return (first * (a.blockGrowth ** blocks - 1)) / (a.blockGrowth - 1)
}

export function stuffing(networks: readonly Network[]): Report {
  return {
    tables: [
      {
        id: 'stuffing',
        title: 'Cost of shutting everybody out by full blocks',
        note: 'At least: who must get in can bid more for the first place than the stuffer pays for the last.',
        columns: [
          { key: 'seconds', head: 'for', show: duration },
          ...networks.map(({ name }) => ({ key: name, head: name, show: large })),
        ],
        rows: LENGTHS.map((seconds) => ({
          seconds,
          ...Object.fromEntries(networks.map((network) => [network.name, stuffingCost(network, seconds)])),
        })),
      },
    ],
    charts: [],
  }
}

const large = (value: number): string => (value >= 1e12 ? 'more than $1T' : dollars(value))
