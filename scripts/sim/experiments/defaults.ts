import { JOB_GAS } from '../gas.ts'
import { coinDollars, DAY, HOUR, MINUTE, type Network, type Parameters, wei } from '../network.ts'
import { probabilityAbove } from '../lognormal.ts'
import { dollars, duration, figure, percent, type Report, times } from '../report.ts'
import { claims } from './claims.ts'
import { bondDollars, stallCost } from './delay.ts'
import { uncoveredShare } from './fees.ts'
import { breakEvenGain, lieCosts } from './lie.ts'
import { everyday, silenced, timedChallenge, valuable } from './outage.ts'
import { struckOut } from './survival.ts'
import { stuffingCost } from './stuffing.ts'
import { rewardOf, uncoveredGas } from './watching.ts'

/** What a default was chosen for, as a figure with a bound. */
export interface Rule {
  readonly parameter: keyof Parameters
  readonly says: string
  readonly measure: (network: Network) => number
  readonly bound: (network: Network) => number
  readonly least: boolean
  readonly show: (value: number) => string
  /** The next default that would be cheaper to live with: there the rule must break, or the default is too cautious. */
  readonly notch: (value: number, network: Network) => number
}

const SEED = 11
const DAYS = 400

const lower =
  (share: number) =>
  (value: number): number =>
    value * share

export const RULES: readonly Rule[] = [
  {
    parameter: 'window',
    says: 'a lie posted as an outage begins survives it with at most',
    measure: (n) => struckOut(n, n.parameters.window),
    bound: () => 0.1,
    least: false,
    show: percent,
    notch: (v) => v - 30 * MINUTE,
  },
  {
    parameter: 'executorBudget',
    says: 'a challenge of an honest result timed at an outage gains at most',
    measure: (n) => timedChallenge(n, valuable(n)),
    bound: () => 0,
    least: false,
    show: dollars,
    notch: (v) => v - HOUR,
  },
  {
    parameter: 'challengerBudget',
    says: 'an outage in mid-dispute saves a lie with at most',
    measure: ({ parameters: p, assumptions: a }) =>
      probabilityAbove(a.outage, p.challengerBudget - a.reaction),
    bound: () => 0.1,
    least: false,
    show: percent,
    notch: (v) => v - 30 * MINUTE,
  },
  {
    parameter: 'extension',
    says: 'filling all blocks for an extension, less the time to react, costs at least',
    measure: (n) => stuffingCost(n, n.parameters.extension - n.assumptions.reaction),
    bound: () => 1_000_000,
    least: true,
    show: dollars,
    notch: (v) => v - 5 * MINUTE,
  },
  {
    parameter: 'collateralMultiple',
    says: 'laziness that saves 30% of the price does not pay if so many of its answers are wrong and found',
    measure: ({ parameters: p }) => lazyDeterred(p.collateralMultiple),
    bound: () => 0.01,
    least: false,
    show: percent,
    notch: (v) => v - 10,
  },
  {
    parameter: 'collateralFloor',
    says: 'the reward of the smallest lock, over a tenfold rise of fees and a hundred checks',
    measure: (n) =>
      (Math.min(n.parameters.rewardCap, n.parameters.collateralFloor / 2) * n.assumptions.tokenPrice) /
      (uncoveredGas(n) + 100 * everyday(n).compute),
    bound: () => 1,
    least: true,
    show: times,
    notch: lower(0.6),
  },
  {
    parameter: 'gasFloor',
    says: 'how often a griefed honest executor that waits for low fees is out of pocket, at most',
    measure: (n) => uncoveredShare(n, true, SEED, DAYS),
    bound: () => 0.05,
    least: false,
    show: percent,
    notch: lower(0.5),
  },
  {
    parameter: 'gasFloor',
    says: 'holding one job up for a day by empty claims costs at least',
    measure: stallADay,
    bound: () => 500,
    least: true,
    show: dollars,
    notch: lower(0.5),
  },
  {
    parameter: 'rewardCap',
    says: 'the reward of a valuable lie, over a tenfold rise of fees and a hundred checks',
    measure: (n) => rewardOf(n, valuable(n)) / (uncoveredGas(n) + 100 * valuable(n).compute),
    bound: () => 1,
    least: true,
    show: times,
    notch: lower(0.75),
  },
  {
    parameter: 'noShowShare',
    says: 'holding one job up for a day by empty claims costs at least',
    measure: stallADay,
    bound: () => 500,
    least: true,
    show: dollars,
    notch: lower(0.5),
  },
  {
    parameter: 'noShowShare',
    says: "a no-show pays the requester at least its gas, and this many times an everyday job's price",
    measure: (n) =>
      (bondDollars(n) * n.parameters.noShowShare - requestGas(n)) /
      (everyday(n).price * n.assumptions.tokenPrice),
    bound: () => 0.9,
    least: true,
    show: times,
    notch: lower(0.5),
  },
  {
    parameter: 'ramp',
    says: 'executors that race for a claim in the same block, at most',
    measure: (n) => claims(n, SEED, 20_000).racers,
    bound: () => 1.25,
    least: false,
    show: figure,
    notch: lower(0.5),
  },
]

export const holds = (rule: Rule, network: Network): boolean => {
  const [measured, bound] = [rule.measure(network), rule.bound(network)]
  return rule.least ? measured >= bound : measured <= bound
}

/** The network with this rule's parameter one notch cheaper. */
export function notched(rule: Rule, network: Network): Network {
  const value = rule.notch(network.parameters[rule.parameter], network)
  return { ...network, parameters: { ...network.parameters, [rule.parameter]: value } }
}

/** Share of answers that must be wrong and found for laziness not to pay, with an accomplice in every seat. */
function lazyDeterred(multiple: number): number {
  const saved = 0.3
  // Half of the lock burns whatever the cap; the price is lost too.
  const cost = multiple / 2 + 1
  return saved / (saved + cost)
}

/** Gas of asking once more, dollars. */
function requestGas({ assumptions: a }: Network): number {
  return coinDollars(a, BigInt(JOB_GAS.request + JOB_GAS.expire) * wei(a.baseFee))
}

function stallADay(network: Network): number {
  return (stallCost(network) * DAY) / network.parameters.postSeconds
}

export const SHOWN: Readonly<Record<keyof Parameters, (value: number) => string>> = {
  window: duration,
  executorBudget: duration,
  challengerBudget: duration,
  extension: duration,
  margin: duration,
  collateralMultiple: times,
  collateralFloor: (v) => `${v} tokens`,
  gasFloor: (v) => `${v} gwei`,
  rewardCap: (v) => `${v} tokens`,
  noShowShare: percent,
  ramp: duration,
  postSeconds: duration,
}

export function defaults(networks: readonly Network[]): Report {
  return {
    tables: networks.map((network) => ({
      id: `defaults-${network.name}`,
      title: `The defaults and what they were chosen for, ${network.name}`,
      note:
        'one notch less: the figure with the parameter one step cheaper to live with; where it breaks the bound, the default is the smallest of its steps. ' +
        `A valuable lie that costs ${dollars(lieCosts(network, valuable(network)).together)} pays from ${dollars(breakEvenGain(lieCosts(network, valuable(network)).together, 0.9))} if nine in ten are found. ` +
        `An honest executor struck by an outage right after a challenge is silenced in ${percent(silenced(network))}.`,
      columns: [
        { key: 'parameter', head: 'parameter' },
        { key: 'value', head: 'default' },
        { key: 'says', head: 'chosen so that' },
        { key: 'bound', head: 'bound' },
        { key: 'measured', head: 'measured' },
        { key: 'holds', head: 'holds' },
        { key: 'less', head: 'one notch less' },
        { key: 'lessHolds', head: 'holds there' },
      ],
      rows: RULES.map((rule) => {
        const less = notched(rule, network)
        return {
          parameter: rule.parameter,
          value: SHOWN[rule.parameter](network.parameters[rule.parameter]),
          says: rule.says,
          bound: rule.show(rule.bound(network)),
          measured: rule.show(rule.measure(network)),
          holds: holds(rule, network),
          less: rule.show(rule.measure(less)),
          lessHolds: holds(rule, less) ? 'yes' : 'no',
        }
      }),
    })),
    charts: [],
  }
}
