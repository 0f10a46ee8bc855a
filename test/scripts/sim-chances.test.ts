import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { hardEnd } from '../../scripts/sim/clock.ts'
import { sampleConditions, steady } from '../../scripts/sim/conditions.ts'
import { defence } from '../../scripts/sim/experiments/capital.ts'
import { claims } from '../../scripts/sim/experiments/claims.ts'
import { holds, notched, RULES } from '../../scripts/sim/experiments/defaults.ts'
import { stalledFor, stallCost } from '../../scripts/sim/experiments/delay.ts'
import { breakEvenGain, deterringDetection } from '../../scripts/sim/experiments/lie.ts'
import { fallsIn, silenced } from '../../scripts/sim/experiments/outage.ts'
import { strategies } from '../../scripts/sim/experiments/strategies.ts'
import { stuffingCost } from '../../scripts/sim/experiments/stuffing.ts'
import { missedByAll, missedThroughOutage } from '../../scripts/sim/experiments/survival.ts'
import { normalBelow, probabilityAbove, quantileAbove, sampleLognormal } from '../../scripts/sim/lognormal.ts'
import {
  DAY,
  GWEI,
  HOUR,
  NETWORKS,
  override,
  PUBLIC,
  SettingError,
  YEAR,
  tokens,
  wei,
} from '../../scripts/sim/network.ts'
import { seededRandom } from '../../scripts/train/random.ts'

const near = (actual: number, expected: number, within: number): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected} within ${within}`)

test('the normal distribution has its known values', () => {
  near(normalBelow(0), 0.5, 1e-15)
  near(normalBelow(1), 0.841344746068543, 1e-13)
  near(normalBelow(-2.5), 0.00620966532577613, 1e-14)
  near(normalBelow(-6), 9.86587645037698e-10, 1e-21)
})

test('lognormal samples follow the tail that the tables use', () => {
  const law = { median: HOUR, sigma: 1 }
  const random = seededRandom(5)
  const samples = Array.from({ length: 40_000 }, () => sampleLognormal(random, law))
  for (const hours of [0.5, 1, 4])
    near(
      samples.filter((s) => s > hours * HOUR).length / samples.length,
      probabilityAbove(law, hours * HOUR),
      0.01,
    )
  near(probabilityAbove(law, quantileAbove(law, 0.05)), 0.05, 1e-9)
})

test('sampled days have as many outages and as high fees as assumed', () => {
  const random = seededRandom(8)
  const a = { ...PUBLIC.assumptions, outagesPerYear: 100 }
  let cut = 0
  const fees: number[] = []
  const days = 1_500
  for (let i = 0; i < days; i++) {
    const conditions = sampleConditions(random, a, DAY)
    for (let t = 0; t < DAY; t += HOUR) if (conditions.reachable(t) > t) cut++
    fees.push(Number(conditions.baseFee(HOUR) / 1_000n) / 1e6)
  }
  const meanLength = a.outage.median * Math.exp(a.outage.sigma ** 2 / 2)
  near(cut / (24 * days), (a.outagesPerYear * meanLength) / YEAR, 0.004)
  fees.sort((x, y) => x - y)
  near(fees[days / 2]! / a.baseFee, 1, 0.12)
  assert.equal(steady(2).baseFee(0), 2n * GWEI)
})

test('independent watchers miss a lie with the product of their chances', () => {
  near(missedByAll(3, 0.5), 0.125, 1e-12)
  near(missedThroughOutage(3, 0.5, 4 * HOUR, 0), 0.125, 1e-4)
  assert.equal(missedThroughOutage(3, 0.5, 4 * HOUR, 4 * HOUR), 1)
})

test('at the least gain that pays, and at the detection that deters, a lie breaks even', () => {
  const [cost, found] = [300, 0.8]
  near((1 - found) * breakEvenGain(cost, found) - found * cost, 0, 1e-9)
  const deterring = deterringDetection(cost, 1_000)
  near((1 - deterring) * 1_000 - deterring * cost, 0, 1e-9)
})

test('profits fall with the audit rate for whoever cheats, and not for the honest', () => {
  const { tables } = strategies(PUBLIC, 1, 30, [0, 1])
  for (const row of tables[0]!.rows) {
    const cells = row as Record<string, number | string>
    const [never, always] = [cells['0'] as number, cells['1'] as number]
    if (/^(liar|lazy)/.test(cells['strategy'] as string)) assert.ok(always < 0 && always < never)
    else assert.equal(always, never)
  }
  const profit = (strategy: string): number =>
    tables[0]!.rows.find((row) => row['strategy'] === strategy && row['job'] === 'valuable')!['1'] as number
  assert.ok(profit('liar') < profit('liar, challenger, requester'))
  assert.ok(profit('liar, challenger, requester') < -9_000)
})

test('what silences an honest executor in a simulated dispute is what the formula counts', () => {
  const { executorBudget } = PUBLIC.parameters
  assert.equal(fallsIn(PUBLIC, executorBudget), false)
  assert.equal(fallsIn(PUBLIC, executorBudget + 1), true)
  const { outage, trace } = PUBLIC.assumptions
  assert.equal(silenced(PUBLIC), probabilityAbove(outage, executorBudget - trace))
})

test('k challenges on their own ways need k times the moves in hand, and the griefer k bonds', () => {
  const way = { name: '', conditions: () => steady(3), patient: false, spread: true, counts: [] }
  const [one, eleven] = [defence(PUBLIC, 1, way), defence(PUBLIC, 11, way)]
  near(eleven.griefer / one.griefer, 11, 0.001)
  assert.ok(eleven.peak > one.peak && eleven.peak < 11 * one.peak)
  assert.ok(eleven.net > 0)
})

test('a stalled job is held up as long as money, luck and the deadline last', () => {
  const each = PUBLIC.parameters.postSeconds
  assert.equal(stalledFor(PUBLIC, 3.5 * stallCost(PUBLIC), 1, DAY), 3 * each)
  assert.equal(stalledFor(PUBLIC, 1e9, 1, DAY), DAY)
  near(stalledFor(PUBLIC, 1e9, 0.5, DAY), each, 1e-6)
})

test('full blocks cost a geometric series', () => {
  const { block, blockGas, baseFee, coinPrice, blockGrowth } = PUBLIC.assumptions
  const first = blockGas * baseFee * 1e-9 * coinPrice
  near(stuffingCost(PUBLIC, 3 * block), first * (1 + blockGrowth + blockGrowth ** 2), 1e-6)
})

test('a long ramp is claimed by one executor near its cost, a short one is a race', () => {
  const long = claims({ ...PUBLIC, parameters: { ...PUBLIC.parameters, ramp: 100_000 } }, 1, 2_000)
  const short = claims({ ...PUBLIC, parameters: { ...PUBLIC.parameters, ramp: 1 } }, 1, 2_000)
  near(long.racers, 1, 0.01)
  assert.ok(long.overpaid < 0.001 && short.overpaid > 0.9)
  assert.ok(short.racers > 18)
})

for (const network of NETWORKS) {
  test(`every rule that the ${network.name} defaults were chosen by holds`, () => {
    for (const rule of RULES) assert.ok(holds(rule, network), `${rule.parameter}: ${rule.says}`)
  })

  test(`each ${network.name} default is the smallest of its steps`, () => {
    for (const parameter of new Set(RULES.map((rule) => rule.parameter))) {
      const rules = RULES.filter((rule) => rule.parameter === parameter)
      assert.ok(
        rules.some((rule) => !holds(rule, notched(rule, network))),
        `${parameter} could be one notch less`,
      )
    }
  })

  test(`what is deployed on a ${network.name} network is its default`, () => {
    const file = readFileSync(`deploy/parameters/${network.name}.json`, 'utf8')
    const { Public: deployed } = JSON.parse(file) as { Public: Record<string, string | number> }
    const { parameters: p, program } = network
    assert.equal(deployed['rewardCap'], `${tokens(p.rewardCap)}n`)
    assert.equal(deployed['collateralFloor'], `${tokens(p.collateralFloor)}n`)
    assert.equal(deployed['gasFloor'], `${wei(p.gasFloor)}n`)
    assert.equal(deployed['collateralBasisPoints'], p.collateralMultiple * 10_000)
    assert.equal(deployed['noShowBasisPoints'], p.noShowShare * 10_000)
    assert.ok(p.window >= Number(deployed['minWindow']))
    assert.ok(Math.min(p.executorBudget, p.challengerBudget) >= Number(deployed['minBudget']))
    assert.ok(p.extension >= Number(deployed['minExtension']))
    assert.ok(hardEnd(p, program.rounds) <= Number(deployed['longestSpan']))
    assert.ok(Number(deployed['longestSpan']) + p.postSeconds < Number(deployed['thawSeconds']))
  })

  test(`the ${network.name} margin is two extensions, as the judge has it`, () => {
    assert.equal(network.parameters.margin, 2 * network.parameters.extension)
  })
}

test('single figures can be replaced, and only by numbers that make sense', () => {
  const changed = override(PUBLIC, ['window=60', 'outage.median=7', 'coinPrice=1'])
  assert.equal(changed.parameters.window, 60)
  assert.deepEqual(changed.assumptions.outage, { median: 7, sigma: 1 })
  assert.equal(PUBLIC.parameters.window, 4 * HOUR)
  for (const bad of ['window', 'window=', 'window=-1', 'window=x', 'nothing=1', 'outage=1', 'outage.mean=1'])
    assert.throws(() => override(PUBLIC, [bad]), SettingError)
})
