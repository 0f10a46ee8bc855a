import { seededRandom } from '../../train/random.ts'
import { griefer } from '../challenger.ts'
import { hardEnd } from '../clock.ts'
import { plateau, sampleConditions } from '../conditions.ts'
import { DAY, HOUR, type Network } from '../network.ts'
import { dollars, figure, percent, type Report } from '../report.ts'
import { EXECUTOR, gainOf, play, quantile } from '../scenario.ts'

const MULTIPLES = [0, 0.5, 1, 5 / 3, 3, 10] as const

/** What one griefing challenge leaves an honest executor with, dollars, over sampled days; the same days with and without. */
export function griefedGains(
  network: Network,
  patient: boolean,
  seed: number,
  trials: number,
): readonly number[] {
  const { assumptions: a, parameters: p, program } = network
  const horizon = hardEnd(p, program.rounds) + DAY
  // An outage that costs the lock is another matter (the time budget's): here only fees vary.
  const fair = { ...a, outagesPerYear: 0 }
  const style = { feeLimit: patient ? Math.max(p.gasFloor, a.baseFee) : null }
  return Array.from({ length: trials }, (_, i) => {
    const conditions = sampleConditions(seededRandom(seed + i), fair, horizon)
    const others = [
      griefer({ name: 'griefer', count: 1, delay: null, spread: false, pace: 'quick' as const }),
    ]
    const job = network.jobs[0]!
    const griefed = play({ network, job, conditions, style, others })
    return (
      gainOf(network, griefed, EXECUTOR) -
      gainOf(network, play({ network, job, conditions, style }), EXECUTOR)
    )
  })
}

export function uncoveredShare(network: Network, patient: boolean, seed: number, trials: number): number {
  const gains = griefedGains(network, patient, seed, trials)
  return gains.filter((g) => g < 0).length / gains.length
}

/** The same when the base fee rises tenfold for six hours right after the challenge. */
function underSpike(network: Network, patient: boolean): number {
  const { assumptions: a, parameters: p } = network
  const conditions = plateau(a.baseFee, 10, 60 + p.window + 1, 6 * HOUR)
  const style = { feeLimit: patient ? Math.max(p.gasFloor, a.baseFee) : null }
  const others = [griefer({ name: 'griefer', count: 1, delay: null, spread: false, pace: 'quick' })]
  const job = network.jobs[0]!
  return (
    gainOf(network, play({ network, job, conditions, style, others }), EXECUTOR) -
    gainOf(network, play({ network, job, conditions, style }), EXECUTOR)
  )
}

export function fees(networks: readonly Network[], seed: number, trials: number): Report {
  return {
    tables: networks.map((network) => ({
      id: `fees-${network.name}`,
      title: `The floor of the gas price, ${network.name}`,
      note:
        `An honest executor answers one griefing challenge; what it gains or loses by it. short: how often it loses. ${trials} sampled days. ` +
        'tenfold: the base fee rises tenfold for six hours right after the challenge. waits: sends when the fee is low again, as its clock allows.',
      columns: [
        { key: 'floor', head: 'floor, gwei', show: figure },
        { key: 'short', head: 'short', show: percent },
        { key: 'shortWaits', head: 'short, waits', show: percent },
        { key: 'worst', head: 'worst of 100, waits', show: dollars },
        { key: 'spike', head: 'tenfold', show: dollars },
        { key: 'spikeWaits', head: 'tenfold, waits', show: dollars },
      ],
      rows: MULTIPLES.map((multiple) => {
        const gasFloor = Number((multiple * network.assumptions.baseFee).toPrecision(3))
        const changed = { ...network, parameters: { ...network.parameters, gasFloor } }
        const hasty = griefedGains(changed, false, seed, trials)
        const waiting = griefedGains(changed, true, seed, trials)
        const short = (gains: readonly number[]): number => gains.filter((g) => g < 0).length / gains.length
        return {
          floor: gasFloor,
          short: short(hasty),
          shortWaits: short(waiting),
          worst: quantile(waiting, 0.01),
          spike: underSpike(changed, false),
          spikeWaits: underSpike(changed, true),
        }
      }),
    })),
    charts: [],
  }
}
