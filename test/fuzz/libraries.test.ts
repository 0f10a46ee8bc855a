import assert from 'node:assert/strict'
import { network } from 'hardhat'
import { tensorRoot } from '@plumbline/commitments'
import { float32Bits } from '@plumbline/ir'
import { scale } from '@plumbline/runtime'
import { randomFrom, type Random, seedFromEnvironment } from '../support/random.ts'

const CASES = Number(process.env.PLUMBLINE_FUZZ_CASES ?? 10_000)
const CASES_A_CALL = 500
const LIMIT = 2 ** 53
const SPECIAL = [
  0, 1, 0x7fffff, 0x800000, 0x800001, 0x7f7fffff, 0x7f800000, 0x7fc00000, 0x80000000, 0xbf800000,
]
const CALL_GAS = 16_000_000n

/** Accumulators near powers of two and near halves of a float32's last bit; all sizes. */
function accumulator(r: Random): number {
  const size = 2 ** r.int(0, 52)
  const near = r.pick([size, size + r.int(-3, 3), r.int(0, size), 1.5 * size + r.int(-2, 2)])
  return Math.max(-LIMIT, Math.min(LIMIT, Math.trunc(near))) * r.pick([1, -1])
}

/** Multipliers that make ties, that lose everything, that overflow, and ordinary ones. */
function multiplier(r: Random): number {
  return r.pick([
    () => r.pick(SPECIAL),
    () => float32Bits(2 ** r.int(-126, 127)),
    () => float32Bits(r.pick([0.5, 1.5, 2.5, 0.25]) * 2 ** r.int(-30, 3)),
    () => r.int(0x800000, 0x7f7fffff),
    () => float32Bits(((1 + r.int(0, 2 ** 23 - 1) / 2 ** 23) / 2) * 2 ** r.int(-52, 2)),
    () => r.int(0, 2 ** 32 - 1),
  ])()
}

const LARGE = 2n ** 31n
/** Everything beyond a clamp is alike. */
const clamped = (value: bigint | number): bigint => {
  if (value === Infinity) return LARGE
  if (value === -Infinity) return -LARGE
  const integer = BigInt(value)
  return integer > LARGE ? LARGE : integer < -LARGE ? -LARGE : integer
}

describe('libraries in Solidity and in TypeScript', function () {
  this.timeout(24 * 3600 * 1000)

  it(`scale ${CASES} accumulators alike, as Math.fround does`, async () => {
    const { ethers } = await network.create()
    const harness = await ethers.deployContract('LibraryHarness')
    const seed = seedFromEnvironment()
    console.log(`      seed ${seed}`)
    const r = randomFrom(seed)
    for (let done = 0; done < CASES; done += CASES_A_CALL) {
      const accumulators = Array.from({ length: CASES_A_CALL }, () => accumulator(r))
      const multipliers = accumulators.map(() => multiplier(r))
      const results = await harness.scale(accumulators.map(BigInt), multipliers, { gasLimit: CALL_GAS })
      results.forEach((result, i) => {
        const [acc, bits] = [accumulators[i]!, multipliers[i]!]
        assert.equal(clamped(result), clamped(scale(acc, bits)), `scale(${acc}, 0x${bits.toString(16)})`)
      })
    }
  })

  it('hash tensors of every length around a leaf alike', async () => {
    const { ethers } = await network.create()
    const harness = await ethers.deployContract('LibraryHarness')
    const r = randomFrom(seedFromEnvironment())
    for (const length of [1, 2, 127, 128, 129, 255, 256, 257, 383, 384, 385, 640, 1000, 4095, 4096]) {
      const bytes = r.bytes(length)
      assert.equal(await harness.tensorRoot(bytes), tensorRoot(bytes), `${length} bytes`)
    }
  })
})
