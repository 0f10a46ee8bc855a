import { bondDollars } from './delay.ts'
import { lieCosts } from './lie.ts'
import { griefer } from '../challenger.ts'
import { longestGriefing } from '../clock.ts'
import { struck } from '../conditions.ts'
import { probabilityAbove } from '../lognormal.ts'
import { HOUR, type JobTerms, type Network } from '../network.ts'
import { dollars, duration, percent, type Report } from '../report.ts'
import { play, stands } from '../scenario.ts'

const BUDGETS = [1, 2, 3, 4, 6, 8, 12, 24] as const

/** Probability that an honest executor, cut off right after a challenge, cannot commit in time. */
export function silenced({ assumptions: a, parameters: p }: Network): number {
  return probabilityAbove(a.outage, Math.max(p.executorBudget, p.extension) - a.trace)
}

/** Dollars that a challenge timed at an outage brings: the reward if the executor is silenced, else the bond is lost. */
export function timedChallenge(network: Network, job: JobTerms): number {
  const p = silenced(network)
  const reward = Math.min(
    network.parameters.rewardCap * network.assumptions.tokenPrice,
    lieCosts(network, job).lock / 2,
  )
  return p * reward - (1 - p) * bondDollars(network)
}

/** The same from a simulated dispute: does an outage of this length cost an honest executor its lock? */
export function fallsIn(network: Network, outage: number): boolean {
  const { parameters: p, assumptions: a } = network
  const others = [griefer({ name: 'griefer', count: 1, delay: null, spread: false, pace: 'silent' })]
  const challenged = 60 + p.window
  const conditions = struck(a.baseFee, challenged, outage)
  return !stands(play({ network, job: network.jobs[0]!, conditions, others }))
}

export function outage(networks: readonly Network[]): Report {
  return {
    tables: networks.map((network) => ({
      id: `outage-${network.name}`,
      title: `The executor's time budget, ${network.name}`,
      note:
        'silenced: an outage that begins with a challenge lasts until the honest executor has lost. timed: expected gain of who ' +
        'challenges an honest valuable result at such a moment. held up: what a challenge can delay an honest result at most, with an equal budget of the challenger.',
      columns: [
        { key: 'hours', head: 'budget', show: (h: number) => duration(h * HOUR) },
        { key: 'silenced', head: 'silenced', show: percent },
        { key: 'timed', head: 'timed', show: dollars },
        { key: 'held', head: 'held up', show: duration },
      ],
      rows: BUDGETS.map((hours) => {
        const budget = hours * HOUR
        const parameters = { ...network.parameters, executorBudget: budget, challengerBudget: budget }
        const changed = { ...network, parameters }
        return {
          hours,
          silenced: silenced(changed),
          timed: timedChallenge(changed, valuable(changed)),
          held: longestGriefing(parameters, network.program.rounds),
        }
      }),
    })),
    charts: [
      {
        id: 'outage-budget',
        title: 'An outage silences an honest executor',
        x: {
          label: "executor's time budget, hours",
          scale: 'log',
          show: (h) => `${h} h`,
          domain: [0.5, 48],
          ticks: [0.5, 1, 2, 4, 8, 12, 24, 48],
        },
        y: { label: 'probability, if struck', scale: 'log', show: percent, domain: [1e-4, 1] },
        series: networks.map((network) => ({
          name: network.name,
          points: Array.from({ length: 80 }, (_, i) => 0.5 * 96 ** (i / 79)).map(
            (hours): [number, number] => {
              const parameters = { ...network.parameters, executorBudget: hours * HOUR }
              return [hours, Math.max(1e-4, silenced({ ...network, parameters }))]
            },
          ),
        })),
        marks: networks.map(({ name, parameters: p }) => ({ at: p.executorBudget / HOUR, label: name })),
      },
    ],
  }
}

export const everyday = (network: Network): JobTerms => network.jobs[0]!
export const valuable = (network: Network): JobTerms => network.jobs.at(-1)!
