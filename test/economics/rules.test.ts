import assert from 'node:assert/strict'
import { network } from 'hardhat'
import { hardEnd, stateAt } from '../../scripts/sim/clock.ts'
import { worstGas } from '../../scripts/sim/gas.ts'
import { collateral, rampPrice, splitSlash } from '../../scripts/sim/money.ts'
import { SMALL } from '../../scripts/sim/network.ts'
import { randomFrom } from '../support/random.ts'

const CASES = 300
const ZERO = '0x' + '00'.repeat(20)
const SOMEBODY = '0x' + '11'.repeat(20)
const STATES = ['none', 'executor-move', 'challenger-move', 'executor-lost', 'challenger-lost', 'ended']

describe('the rules of the simulation and those of the contracts', () => {
  const r = randomFrom(1)
  const tokens = (): bigint => BigInt(r.int(0, 2 ** 31)) * BigInt(r.int(0, 1_000))
  const deploy = async () => {
    const { ethers } = await network.create()
    return ethers.deployContract('RulesHarness')
  }

  it('divide a slash alike', async () => {
    const harness = await deploy()
    for (let i = 0; i < CASES; i++) {
      const lock = tokens()
      const own = r.int(0, 3) === 0 ? lock / BigInt(r.int(1, 9)) : lock
      const [rewardCap, requesterMax, rewarded] = [tokens() / 5n, tokens() / 5n, r.int(0, 4) > 0]
      const split = { rewarded: rewarded ? SOMEBODY : ZERO, rewardCap, requesterMax }
      const [reward, requester, burned] = await harness.getFunction('slash')(lock, own, split)
      assert.deepEqual(splitSlash(lock, { own, rewardCap, rewarded, requesterMax }), {
        reward,
        requester,
        burned,
      })
    }
  })

  it('reckon price and collateral alike', async () => {
    const harness = await deploy()
    for (let i = 0; i < CASES; i++) {
      const [a, b, from, value, floor] = [tokens(), tokens(), tokens(), tokens(), tokens()]
      const [minPrice, maxPrice] = a < b ? [a, b] : [b, a]
      const [seconds, elapsed] = [r.int(0, 1_000), r.int(0, 1_200)]
      const word = '0x' + '00'.repeat(32)
      const terms = {
        version: 1,
        program: word,
        minPrice,
        maxPrice,
        rampSeconds: seconds,
        claimDeadline: 0,
        postSeconds: 0,
        value: 0,
        callbackGas: 0,
        parameters: 0,
        salt: word,
      }
      const price = rampPrice({ minPrice, maxPrice, seconds }, from, elapsed)
      assert.equal(await harness.getFunction('price')(terms, from, elapsed), price)
      const basisPoints = BigInt(r.int(0, 1_000_000))
      const locked = await harness.getFunction('collateral')(price, value, floor, basisPoints)
      assert.equal(collateral({ floor, basisPoints }, price, value), locked)
    }
  })

  it('derive whose turn it is alike, at every second around the deadlines', async () => {
    const harness = await deploy()
    for (let i = 0; i < CASES; i++) {
      const since = r.int(1, 60)
      const opened = r.int(0, 2) > 0 ? r.int(1, 120) : null
      const [executorLeft, challengerLeft, extension] = [r.int(0, 50), r.int(0, 50), r.int(0, 30)]
      const turn = { since, openedAt: opened, executorLeft, challengerLeft, extension }
      const { deadline } = stateAt(turn, 0)
      for (const time of [deadline - 1, deadline, deadline + 1]) {
        const words = { since, openedAt: opened ?? 0, executorLeft, challengerLeft, extension }
        const [state, until] = await harness.getFunction('stateAt')(words, time)
        assert.deepEqual(stateAt(turn, time), { state: STATES[Number(state)], deadline: Number(until) })
      }
    }
  })

  it('bound disputes and their gas alike', async () => {
    const harness = await deploy()
    for (let i = 0; i < CASES; i++) {
      const [window, executorBudget, challengerBudget] = [r.int(0, 9_999), r.int(0, 9_999), r.int(0, 9_999)]
      const [extension, rounds, traceDepth, outputs] = [
        r.int(0, 999),
        r.int(0, 12),
        r.int(0, 16),
        r.int(1, 8),
      ]
      const clocks = { window, executorBudget, challengerBudget, extension, margin: 2 * extension }
      const words = { window, executorBudget, challengerBudget, extension }
      const seconds = await harness.getFunction('disputeSeconds')(words, rounds)
      assert.equal(hardEnd(clocks, rounds), window + Number(seconds))
      const worstProof = r.int(0, 800_000)
      const [executor, challenger] = await harness.getFunction('worstGas')(
        rounds,
        traceDepth,
        outputs,
        worstProof,
      )
      const program = { ...SMALL, rounds, traceDepth, outputs, worstProof }
      assert.equal(worstGas(program), Math.max(Number(executor), Number(challenger)))
    }
  })
})
