import { griefer } from '../challenger.ts'
import { longestDispute, longestGriefing } from '../clock.ts'
import { JOB_GAS, worstGas } from '../gas.ts'
import { gasBond } from '../money.ts'
import { coinDollars, DAY, type Network, tokenDollars, tokens, wei } from '../network.ts'
import { dollars, duration, type Report, whole } from '../report.ts'
import { EXECUTOR, gainOf, play } from '../scenario.ts'
import { lieCosts } from './lie.ts'

const BUDGETS = [10, 100, 1_000, 10_000, 100_000] as const

/** Dollars that holding up one result by one challenge costs, and how long that lasts. */
export function challengeGriefing(
  network: Network,
  count: number,
): { cost: number; delay: number; gain: number } {
  const job = network.jobs[0]!
  const others = [griefer({ name: 'griefer', count, delay: null, spread: true, pace: 'slow' })]
  const outcome = play({ network, job, others })
  const { postedAt, endedAt } = outcome.world.job
  const undisturbed = play({ network, job })
  return {
    cost: -gainOf(network, outcome, 'griefer'),
    delay: endedAt - postedAt - network.parameters.window,
    gain: gainOf(network, outcome, EXECUTOR) - gainOf(network, undisturbed, EXECUTOR),
  }
}

/** Dollars of one claim that is never followed by a post. */
export function stallCost({ parameters: p, program, assumptions: a }: Network): number {
  const bond = gasBond({ worst: worstGas(program), floor: wei(p.gasFloor) }, wei(a.baseFee))
  const gas = coinDollars(a, BigInt(JOB_GAS.claim) * wei(a.baseFee))
  return coinDollars(a, bond) * p.noShowShare + gas
}

/**
 * How long a budget holds up one job by claims that are never followed by a post. `wins` is the griefer's share of the
 * races for an open job; it plays on until it loses one, or its money or the claim deadline ends it.
 */
export function stalledFor(network: Network, budget: number, wins: number, claimDeadline: number): number {
  const each = network.parameters.postSeconds
  const rounds = Math.min(Math.floor(budget / stallCost(network)), Math.ceil(claimDeadline / each))
  let expected = 0
  for (let i = 1; i <= rounds; i++) expected += each * wins ** i
  return expected
}

export function delay(networks: readonly Network[]): Report {
  return { tables: networks.flatMap(tables), charts: [chart(networks)] }
}

function tables(network: Network): Report['tables'] {
  const { parameters: p, program, assumptions: a, name } = network
  const job = network.jobs[0]!
  const challenge = challengeGriefing(network, 1)
  const lost = lieCosts(network, job)
  const lock = tokenDollars(a, tokens(Math.max(p.collateralFloor, job.value)))
  return [
    {
      id: `delay-one-${name}`,
      title: `One honest result held up by challenges, ${name}`,
      note:
        `Challenged in the last second of the window, every move in its last second. Bounds: ${duration(longestGriefing(p, program.rounds))} and the ` +
        `executor's own time; ${duration(longestDispute(p, program.rounds) + p.margin)} whatever anybody does. Simulated.`,
      columns: [
        { key: 'count', head: 'challenges', show: whole },
        { key: 'cost', head: 'griefer pays', show: dollars },
        { key: 'delay', head: 'delay after the window', show: duration },
        { key: 'gain', head: 'executor gains', show: dollars },
      ],
      rows: [1, 4, 16].map((count) => ({ count, ...challengeGriefing(network, count) })),
    },
    {
      id: `delay-budget-${name}`,
      title: `What a griefer's budget buys, ${name}`,
      note:
        `Results: each held up ${duration(challenge.delay)} by a challenge for ${dollars(challenge.cost)}. Stalls of one job (claim and do not post, ` +
        `${dollars(stallCost(network))} each, collateral of ${dollars(lock)} tied up and returned): until the claim deadline a day after the request. ` +
        `Lies: ${dollars(lost.alone)} and the bond for each attempt.`,
      columns: [
        { key: 'budget', head: 'budget', show: dollars },
        { key: 'results', head: 'results held up', show: whole },
        { key: 'hours', head: 'result-hours', show: whole },
        { key: 'always', head: 'one job, wins every race', show: duration },
        { key: 'half', head: 'wins half', show: duration },
        { key: 'lies', head: 'attempts spoilt by lies', show: whole },
      ],
      rows: BUDGETS.map((budget) => {
        const results = Math.floor(budget / challenge.cost)
        return {
          budget,
          results,
          hours: (results * challenge.delay) / 3_600,
          always: stalledFor(network, budget, 1, DAY),
          half: stalledFor(network, budget, 0.5, DAY),
          lies: Math.floor(budget / (lost.alone + bondDollars(network))),
        }
      }),
    },
  ]
}

export function bondDollars({ parameters: p, program, assumptions: a }: Network): number {
  return coinDollars(a, gasBond({ worst: worstGas(program), floor: wei(p.gasFloor) }, wei(a.baseFee)))
}

function chart(networks: readonly Network[]): Report['charts'][number] {
  const budgets = Array.from({ length: 121 }, (_, i) => 10 ** (i / 24))
  const hours = (seconds: number): number => seconds / 3_600
  return {
    id: 'delay-budget',
    title: 'Longest delay of one job that a budget buys',
    x: { label: 'budget, dollars', scale: 'log', show: dollars },
    y: { label: 'hours', scale: 'linear', show: whole },
    series: networks.flatMap((network) => {
      const { cost, delay: longest } = challengeGriefing(network, 1)
      return [
        {
          name: `${network.name}, challenges`,
          points: budgets.map((b): [number, number] => [b, b < cost ? 0 : hours(longest)]),
        },
        {
          name: `${network.name}, stalls`,
          style: 'dashed' as const,
          points: budgets.map((b): [number, number] => [b, hours(stalledFor(network, b, 1, DAY))]),
        },
      ]
    }),
  }
}
