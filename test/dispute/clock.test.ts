import assert from 'node:assert/strict'
import { network } from 'hardhat'
import { spend, stateAt, type Standing, type Turn } from '@plumbline/dispute'
import { randomFrom, type Random, seedFromEnvironment } from '../support/random.ts'

const CASES = Number(process.env.PLUMBLINE_FUZZ_CASES ?? 4_000)
const A_CALL = 500
const STATES: readonly (Standing['state'] | 'none')[] = [
  'none',
  'executorMove',
  'challengerMove',
  'executorLost',
  'challengerLost',
]

interface Drawn {
  readonly turn: Turn
  readonly time: number
}

/** Turns around all their own boundaries. */
function draw(r: Random): Drawn {
  const since = r.int(10_000, 20_000)
  const budget = (): number => r.pick([0, r.int(0, 50), r.int(0, 5_000)])
  const turn = {
    since,
    openedAt: r.pick([0, since - r.int(0, 900), since, since + r.int(0, 6_000)]),
    executorLeft: budget(),
    challengerLeft: budget(),
    extension: r.pick([0, 1, 60, r.int(0, 5_000)]),
  }
  const late = since + Math.max(turn.executorLeft, turn.extension)
  const openedAt = r.chance(0.4) ? late + r.int(-1, 1) : turn.openedAt
  const drawn = { ...turn, openedAt }
  const from = Math.max(since, openedAt)
  const { deadline } = stateAt(drawn, from)
  return {
    turn: drawn,
    time: r.chance(0.6) ? Math.max(from, deadline + r.int(-1, 1)) : from + r.int(0, 9_000),
  }
}

describe('the clock in TypeScript and in Solidity', function () {
  this.timeout(600_000)

  it(`say the same about ${CASES} turns`, async () => {
    const { ethers } = await network.create()
    const harness = await ethers.deployContract('ClockHarness')
    const random = randomFrom(seedFromEnvironment())
    const seen = new Map<string, number>()
    for (let done = 0; done < CASES; done += A_CALL) {
      const drawn = Array.from({ length: A_CALL }, () => draw(random))
      const standings = await harness.getFunction('classify')(
        drawn.map(({ turn }) => turn),
        drawn.map(({ time }) => time),
      )
      for (const [i, { turn, time }] of drawn.entries()) {
        const { state, deadline } = stateAt(turn, time)
        const actual = standings[i]!
        const where = `${JSON.stringify(turn)} at ${time}`
        assert.equal(STATES[Number(actual.state)], state, where)
        assert.equal(Number(actual.deadline), deadline, where)
        seen.set(state, (seen.get(state) ?? 0) + 1)
        if (state !== 'challengerMove') continue
        const left = spend(turn, time)
        assert.equal(Math.max(0, turn.executorLeft - Number(actual.executorUsed)), left.executorLeft, where)
        assert.equal(
          Math.max(0, turn.challengerLeft - Number(actual.challengerUsed)),
          left.challengerLeft,
          where,
        )
      }
    }
    assert.equal(seen.size, 4, 'some state was never drawn')
    assert.ok(Math.min(...seen.values()) > CASES / 50)
  })
})
