import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constantsOf, MissingConstant, worstGas } from '../../scripts/sim/gas.ts'
import {
  collateral,
  costOfLie,
  gasBond,
  rampPrice,
  splitExecutorBond,
  splitLostChallenge,
  splitNoShow,
  splitSlash,
} from '../../scripts/sim/money.ts'
import { GWEI, LARGE, SMALL } from '../../scripts/sim/network.ts'
import { randomBelow, seededRandom } from '../../scripts/train/random.ts'

const random = seededRandom(7)
const amount = (): bigint => BigInt(randomBelow(random, 2 ** 31)) * BigInt(randomBelow(random, 1_000))

test('a bond is twice the worst gas at the base fee, or at the floor when that is higher', () => {
  const gas = { worst: 900_000, floor: 5n * GWEI }
  assert.equal(gasBond(gas, 3n * GWEI), 1_800_000n * 5n * GWEI)
  assert.equal(gasBond(gas, 300n * GWEI), 1_800_000n * 300n * GWEI)
})

test('constants are read from Solidity, products and separators included', () => {
  const source = 'uint256 internal constant A = 110_000;\n    uint256 private constant B_C = 42 * 32;'
  assert.deepEqual(constantsOf(source, ['A', 'B_C']), { A: 110_000, B_C: 1_344 })
  assert.throws(() => constantsOf(source, ['D']), MissingConstant)
})

test('a larger program needs a larger bond', () => {
  assert.ok(worstGas(SMALL) < worstGas(LARGE))
})

test('collateral is the largest of the multiple of the price, the value and the floor', () => {
  const rule = { floor: 100n, basisPoints: 600_000n }
  assert.equal(collateral(rule, 1n, 1n), 100n)
  assert.equal(collateral(rule, 5n, 200n), 300n)
  assert.equal(collateral(rule, 5n, 301n), 301n)
})

test('a slash burns at least half, rounded up, and leaves nothing over', () => {
  for (let i = 0; i < 2_000; i++) {
    const lock = amount()
    const own = lock - (lock * BigInt(randomBelow(random, 101))) / 100n
    const rule = { own, rewardCap: amount() / 7n, rewarded: random() < 0.8, requesterMax: amount() / 3n }
    const { reward, requester, burned } = splitSlash(lock, rule)
    assert.equal(reward + requester + burned, lock)
    assert.ok(2n * burned >= lock, `burned ${burned} of ${lock}`)
    assert.ok(reward <= rule.rewardCap && 2n * reward <= own)
    assert.ok(requester <= rule.requesterMax)
    if (!rule.rewarded) assert.equal(reward, 0n)
  }
})

test('the reward comes before the requester, and the requester before the rest of the burn', () => {
  const rule = { own: 1_001n, rewardCap: 400n, rewarded: true, requesterMax: 50n }
  assert.deepEqual(splitSlash(1_001n, rule), { reward: 400n, requester: 50n, burned: 551n })
  assert.deepEqual(splitSlash(1_001n, { ...rule, rewardCap: 10_000n }), {
    reward: 500n,
    requester: 0n,
    burned: 501n,
  })
  assert.deepEqual(splitSlash(1_001n, { ...rule, own: 200n }), { reward: 100n, requester: 50n, burned: 851n })
})

test('bonds are divided without rest', () => {
  for (let i = 0; i < 500; i++) {
    const [bond, first, second] = [amount(), amount(), amount()]
    const defeated = splitExecutorBond(bond, first, second)
    assert.equal(defeated.prover + defeated.rewarded + defeated.burned, bond)
    assert.ok(defeated.prover <= first && defeated.rewarded <= second)
    const lost = splitLostChallenge(bond, first)
    assert.equal(lost.executor + lost.burned, bond)
    const noShow = splitNoShow(bond, BigInt(randomBelow(random, 10_001)))
    assert.equal(noShow.requester + noShow.executor, bond)
  }
  assert.deepEqual(splitExecutorBond(100n, 70n, 50n), { prover: 70n, rewarded: 30n, burned: 0n })
  assert.deepEqual(splitLostChallenge(100n, 30n), { executor: 30n, burned: 70n })
  assert.deepEqual(splitNoShow(100n, 2_500n), { requester: 25n, executor: 75n })
})

test('the price climbs from the least, or from what the attempt before was claimed at, to the highest', () => {
  const ramp = { minPrice: 100n, maxPrice: 300n, seconds: 100 }
  assert.equal(rampPrice(ramp, 0n, 0), 100n)
  assert.equal(rampPrice(ramp, 0n, 50), 200n)
  assert.equal(rampPrice(ramp, 180n, 0), 180n)
  assert.equal(rampPrice(ramp, 180n, 99), 300n)
  assert.equal(rampPrice(ramp, 0n, 100), 300n)
  assert.equal(rampPrice({ ...ramp, seconds: 0 }, 0n, 0), 300n)
})

test('accomplices get back the reward and the price, never more than half', () => {
  assert.equal(costOfLie(10_000n, 600n, 50n), 9_350n)
  assert.equal(costOfLie(600n, 600n, 10n), 300n)
  assert.equal(costOfLie(601n, 10_000n, 10_000n), 301n)
})
