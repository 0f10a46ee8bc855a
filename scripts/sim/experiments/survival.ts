import { seededRandom } from '../../train/random.ts'
import type { Agent } from '../agent.ts'
import { watcher } from '../challenger.ts'
import { steady, struck } from '../conditions.ts'
import { probabilityAbove, sampleExponential } from '../lognormal.ts'
import { HOUR, MINUTE, type Network } from '../network.ts'
import { duration, percent, type Report } from '../report.ts'
import { play, stands } from '../scenario.ts'

const WATCHERS = [1, 2, 3, 5, 10] as const
/** A watcher that checks is done after an exponentially distributed time of this mean, once it is cut off no more. */
const CHECKING = 15 * MINUTE
/** Of the table and the plot over outages. */
const CREWS = [1, 3, 10] as const
const RATES = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8] as const

/** Watchers decide independently whether they check. */
export const missedByAll = (watchers: number, rate: number): number => (1 - rate) ** watchers

/** The same when the honest side is cut off for `outage` from the post on. */
export function missedThroughOutage(watchers: number, rate: number, window: number, outage: number): number {
  const inTime = outage >= window ? 0 : 1 - Math.exp(-(window - outage) / CHECKING)
  return missedByAll(watchers, rate * inTime)
}

export function survival(networks: readonly Network[], seed: number, trials: number): Report {
  const [network] = networks
  if (!network) return { tables: [], charts: [] }
  const { window } = network.parameters
  const simulated = (watchers: number, rate: number, outage: number): number => {
    const random = seededRandom(seed)
    const survived = Array.from({ length: trials }, () => lieStands(network, watchers, rate, outage, random))
    return survived.filter(Boolean).length / trials
  }
  const grid = RATES.map((rate) => ({
    rate,
    ...Object.fromEntries(
      WATCHERS.flatMap((n) => [
        [`n${n}`, missedByAll(n, rate)],
        [`s${n}`, simulated(n, rate, 0)],
      ]),
    ),
  })) as unknown as readonly Record<string, number>[]
  const hours = [0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 24]
  const shares = [0, 0.5, 0.75, 0.85, 0.9, 0.95, 0.98, 1, 1.25]
  const byOutage = shares.map((share) => ({
    share,
    ...Object.fromEntries(
      CREWS.flatMap((n) => [
        [`n${n}`, missedThroughOutage(n, 0.5, window, share * window)],
        [`s${n}`, simulated(n, 0.5, share * window)],
      ]),
    ),
  })) as unknown as readonly Record<string, number>[]
  return {
    tables: [
      {
        id: 'survival-watchers',
        title: 'Probability that a lie survives, by number of watchers and how often each checks',
        note: `No outage. Formula (1 - rate)^n; in brackets ${trials} simulated disputes.`,
        columns: [
          { key: 'rate', head: 'each checks', show: percent },
          ...WATCHERS.flatMap((n) => [
            { key: `n${n}`, head: `${n}`, show: percent },
            { key: `s${n}`, head: '(sim)', show: (v: number) => `(${percent(v)})` },
          ]),
        ],
        rows: grid,
      },
      {
        id: 'survival-outage',
        title: 'Probability that a lie survives an outage that begins with its post',
        note: `The honest side is cut off for a share of the ${duration(window)} window, then needs ${duration(CHECKING)} on average to check; each watcher checks every second result. Formula; in brackets ${trials} simulated disputes.`,
        columns: [
          { key: 'share', head: 'outage / window', show: percent },
          ...CREWS.flatMap((n) => [
            { key: `n${n}`, head: n === 1 ? '1 watcher' : `${n} watchers`, show: percent },
            { key: `s${n}`, head: '(sim)', show: (v: number) => `(${percent(v)})` },
          ]),
        ],
        rows: byOutage,
      },
      {
        id: 'survival-window',
        title: 'Probability that the window is over before an outage is, for windows of this length',
        note:
          'struck: the liar posts as the outage begins. any: a post at a random moment. Outages as assumed: ' +
          networks
            .map(
              ({ name, assumptions: a }) =>
                `${name} ${a.outagesPerYear} a year, half of them longer than ${duration(a.outage.median)}, one in twenty than ${duration(a.outage.median * Math.exp(1.645 * a.outage.sigma))}`,
            )
            .join('; '),
        columns: [
          { key: 'hours', head: 'window', show: (h) => duration(h * HOUR) },
          ...networks.flatMap(({ name }) => [
            { key: `${name}-struck`, head: `${name}, struck`, show: percent },
            { key: `${name}-any`, head: `${name}, any`, show: percent },
          ]),
        ],
        rows: hours.map((h) => ({
          hours: h,
          ...Object.fromEntries(
            networks.flatMap((each) => [
              [`${each.name}-struck`, struckOut(each, h * HOUR)],
              [`${each.name}-any`, coveredAtRandom(each, h * HOUR)],
            ]),
          ),
        })),
      },
    ],
    charts: [
      {
        id: 'survival-watchers',
        title: 'A lie survives when nobody checks: formula and simulation',
        x: { label: 'how often each watcher checks', scale: 'linear', show: percent, domain: [0, 1] },
        y: { label: 'probability that the lie survives', scale: 'linear', show: percent, domain: [0, 1] },
        series: WATCHERS.flatMap((n) => [
          {
            name: n === 1 ? '1 watcher' : `${n} watchers`,
            points: Array.from({ length: 101 }, (_, i): [number, number] => [
              i / 100,
              missedByAll(n, i / 100),
            ]),
          },
          {
            name: `${n} simulated`,
            like: n === 1 ? '1 watcher' : `${n} watchers`,
            style: 'dots' as const,
            points: grid.map((row): [number, number] => [row['rate']!, row[`s${n}`]!]),
          },
        ]),
      },
      {
        id: 'survival-outage',
        title: `A lie posted as an outage begins, window ${duration(window)}`,
        x: { label: 'outage / window', scale: 'linear', show: percent, domain: [0, 1.2] },
        y: { label: 'probability that the lie survives', scale: 'linear', show: percent, domain: [0, 1] },
        series: CREWS.flatMap((n) => {
          const name = n === 1 ? '1 watcher' : `${n} watchers`
          return [
            {
              name,
              points: Array.from({ length: 121 }, (_, i): [number, number] => [
                i / 100,
                missedThroughOutage(n, 0.5, window, (i / 100) * window),
              ]),
            },
            {
              name: `${n} simulated`,
              like: name,
              style: 'dots' as const,
              points: byOutage.map((row): [number, number] => [row['share']!, row[`s${n}`]!]),
            },
          ]
        }),
      },
      {
        id: 'survival-window',
        title: 'An outage outlasts the window',
        x: {
          label: 'window, hours',
          scale: 'log',
          show: (h) => `${h} h`,
          domain: [0.25, 48],
          ticks: [0.25, 0.5, 1, 2, 4, 8, 12, 24, 48],
        },
        y: { label: 'probability', scale: 'log', show: percent, domain: [1e-6, 1] },
        series: networks.flatMap((each) => [
          { name: `${each.name}, struck`, points: curve((h) => struckOut(each, h * HOUR)) },
          {
            name: `${each.name}, any moment`,
            style: 'dashed' as const,
            points: curve((h) => coveredAtRandom(each, h * HOUR)),
          },
        ]),
        marks: networks.map(({ name, parameters }) => ({ at: parameters.window / HOUR, label: name })),
      },
    ],
  }
}

const curve = (y: (hours: number) => number): readonly [number, number][] =>
  Array.from({ length: 80 }, (_, i) => 0.25 * 192 ** (i / 79)).map((h) => [h, Math.max(1e-6, y(h))])

/** An outage that begins with the post leaves no time to check and challenge. */
export function struckOut({ assumptions: a }: Network, window: number): number {
  return probabilityAbove(a.outage, window - a.reaction)
}

/** The same at a random moment: the outage must have begun before the first watcher was ready. */
export function coveredAtRandom({ assumptions: a }: Network, window: number): number {
  const perSecond = a.outagesPerYear / (365 * 24 * HOUR)
  // Σ over starts s before the reaction is over: P(the outage lasts to the end of the window).
  let sum = 0
  const step = 10 * MINUTE
  for (let before = -a.reaction; before < 96 * HOUR; before += step)
    sum += step * probabilityAbove(a.outage, window + before)
  return Math.min(1, perSecond * sum)
}

function lieStands(
  network: Network,
  watchers: number,
  rate: number,
  outage: number,
  random: () => number,
): boolean {
  const { assumptions: a } = network
  const others: Agent[] = Array.from({ length: watchers }, (_, i) => {
    const checks = random() < rate
    const reaction = Math.ceil(outage + sampleExponential(random, CHECKING))
    return watcher(`watcher ${i}`, checks, reaction)
  })
  const posted = 60
  const conditions = outage > 0 ? struck(a.baseFee, posted, outage) : steady(a.baseFee)
  const job = network.jobs[0]!
  return stands(play({ network, job, conditions, style: { wrong: true, answers: false }, others }))
}
