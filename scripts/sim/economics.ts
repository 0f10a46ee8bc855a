import { assumed } from './experiments/assumed.ts'
import { capital } from './experiments/capital.ts'
import { claiming } from './experiments/claims.ts'
import { defaults } from './experiments/defaults.ts'
import { delay } from './experiments/delay.ts'
import { fees } from './experiments/fees.ts'
import { lie } from './experiments/lie.ts'
import { outage } from './experiments/outage.ts'
import { strategies } from './experiments/strategies.ts'
import { stuffing } from './experiments/stuffing.ts'
import { survival } from './experiments/survival.ts'
import { watching } from './experiments/watching.ts'
import type { Network } from './network.ts'
import type { Report } from './report.ts'

export interface Effort {
  readonly seed: number
  /** Sampled days or disputes behind each simulated figure. */
  readonly trials: number
  /** Columns of the table of strategies. */
  readonly audits: readonly number[]
}

/** Every experiment, in the order in which the document tells them. */
export function economics(networks: readonly Network[], { seed, trials, audits }: Effort): Report {
  const reports = [
    assumed(networks),
    ...networks.map((network) => strategies(network, seed, trials, audits)),
    survival(networks, seed, trials),
    lie(networks),
    delay(networks),
    capital(networks),
    watching(networks),
    outage(networks),
    fees(networks, seed, trials),
    claiming(networks, seed, 10 * trials),
    stuffing(networks),
    defaults(networks),
  ]
  return {
    tables: reports.flatMap((report) => report.tables),
    charts: reports.flatMap((report) => report.charts),
  }
}
