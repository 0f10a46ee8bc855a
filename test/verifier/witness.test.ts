import assert from 'node:assert/strict'
import { network } from 'hardhat'
import { tensorTree, proveLeaves, tensorLeaf, rootOf, toHash } from '@plumbline/commitments'
import { encodeStep, type Step } from '@plumbline/ir'
import { randomFrom } from '../support/random.ts'

const { ethers } = await network.create()
const verifier = await ethers.deployContract('StepVerifier')

const LENGTH = 900
const bytes = randomFrom(1).bytes(LENGTH)
const tree = tensorTree(bytes)
const root = toHash(rootOf(tree))

/** Sums bytes 100 to 299 of A, leaves 0 to 2 of 8, and byte 700 of B, leaf 5 of the same tensor or of another. */
const step = (other: boolean): Step => ({
  kind: 'SUM',
  dtype: 'i32',
  outputExtents: [2],
  reductionExtents: [200],
  multiplier: 0,
  zero: 0,
  low: -(2 ** 31),
  high: 2 ** 31 - 1,
  bias: 0,
  a: {
    ref: { class: 'step', index: 0 },
    dtype: 'u8',
    byteLength: LENGTH,
    base: 100,
    zero: 0,
    weight: 1,
    coordinates: [{ limit: 200, stride: 1, offset: 0, terms: [{ axis: 1, coef: 1 }] }],
  },
  b: {
    ref: { class: 'step', index: other ? 1 : 0 },
    dtype: 'u8',
    byteLength: LENGTH,
    base: 700,
    zero: 0,
    weight: 1000,
    coordinates: [{ limit: 1, stride: 0, offset: 0, terms: [{ axis: 1, coef: 1 }] }],
  },
})
const value = BigInt(bytes.subarray(100, 300).reduce((x, y) => x + y, 0) + 1000 * bytes[700]!)

interface Interval {
  readonly first: number
  readonly count: number
}

const u16 = (n: number): Uint8Array => Uint8Array.from([n >> 8, n & 255])
const u32 = (n: number): Uint8Array => Uint8Array.from([n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255])

/** A section as the prover likes it; leaves beyond the tensor are zeros. */
function section(intervals: readonly Interval[], siblings?: readonly Uint8Array[]): Uint8Array {
  const leaves = intervals.flatMap(({ first, count }) =>
    Array.from({ length: Math.min(count, 9) }, (_, i) => first + i),
  )
  const proof =
    siblings ??
    proveLeaves(
      tree,
      [...new Set(leaves)].filter((leaf) => leaf < 8).sort((x, y) => x - y),
    )
  return Buffer.concat([
    u16(intervals.length),
    ...intervals.flatMap(({ first, count }) => [u32(first), u32(count)]),
    u16(proof.length),
    ...leaves.map((leaf) => (leaf < 8 ? tensorLeaf(bytes, leaf) : new Uint8Array(128))),
    ...proof,
  ])
}

const evaluate = (witness: Uint8Array, other = false, element = 0, roots = [root, root]): Promise<bigint> =>
  verifier.evaluate(encodeStep(step(other)), roots, element, 0, witness)

async function refused(attempt: Promise<unknown>, ...names: readonly string[]): Promise<void> {
  await assert.rejects(attempt, (error: { data?: string }) => {
    const name = verifier.interface.parseError(error.data ?? '0x')?.name ?? 'no typed error'
    assert.ok(names.includes(name), `${name}, not ${names.join(' or ')}`)
    return true
  })
}

const LOW = { first: 0, count: 3 }
const HIGH = { first: 5, count: 1 }

describe('witness of an evaluation', () => {
  it('brings one section for a tensor read twice', async () => {
    assert.equal(await evaluate(section([LOW, HIGH])), value)
  })

  it('brings one section for each of two tensors', async () => {
    const sections = Buffer.concat([section([LOW]), section([HIGH])])
    assert.equal(await evaluate(sections, true), value)
  })

  it('may bring more than is read', async () => {
    assert.equal(await evaluate(section([{ first: 0, count: 8 }])), value)
    assert.equal(
      await evaluate(
        section([
          { first: 0, count: 4 },
          { first: 5, count: 3 },
        ]),
      ),
      value,
    )
  })

  it('does not depend on the bytes after the tensor’s end', async () => {
    const padded = Uint8Array.from(bytes.subarray(896))
    const dirty = Buffer.concat([padded, new Uint8Array(124).fill(9)])
    const leaves = Array.from({ length: 8 }, (_, i) => (i < 7 ? tensorLeaf(bytes, i) : dirty))
    const dirtyTree = tensorTree(Buffer.concat(leaves))
    const dirtyRoot = toHash(rootOf(dirtyTree))
    const witness = Buffer.concat([u16(1), u32(0), u32(8), u16(0), ...leaves])
    assert.equal(await evaluate(witness, false, 0, [dirtyRoot, dirtyRoot]), value)
  })

  it('is refused when a leaf that is read is missing', async () => {
    await refused(evaluate(section([LOW])), 'WitnessMissing')
    await refused(evaluate(section([HIGH])), 'WitnessMissing')
    await refused(evaluate(section([{ first: 0, count: 2 }, HIGH])), 'WitnessMissing')
    await refused(evaluate(section([], [])), 'WitnessMissing')
  })

  it('is refused when it does not open against the root', async () => {
    const good = section([LOW, HIGH])
    const [leaf, sibling] = [22 + 7, good.length - 1]
    for (const place of [leaf, sibling]) {
      const forged = Uint8Array.from(good)
      forged[place]! ^= 1
      await refused(evaluate(forged), 'WitnessRoot')
    }
    await refused(evaluate(good, false, 0, [toHash(new Uint8Array(32)), root]), 'WitnessRoot')
    // A root given for a tensor that was opened already is not looked at again.
    assert.equal(await evaluate(good, false, 0, [root, toHash(new Uint8Array(32))]), value)
    const second = Buffer.concat([section([LOW]), section([HIGH])])
    await refused(evaluate(second, true, 0, [root, toHash(new Uint8Array(32))]), 'WitnessRoot')
  })

  it('is refused when its intervals are not in order, apart, and in the tensor', async () => {
    for (const intervals of [
      [HIGH, LOW],
      [LOW, LOW],
      [LOW, { first: 2, count: 4 }],
      [LOW, { first: 3, count: 3 }],
      [{ first: 0, count: 0 }, HIGH],
      [LOW, { first: 5, count: 4 }],
      [LOW, HIGH, { first: 8, count: 1 }],
      [LOW, { first: 5, count: 0xffffffff }],
      [LOW, { first: 0xffffffff, count: 0xffffffff }],
    ])
      await refused(evaluate(section(intervals)), 'WitnessInterval')
  })

  it('is refused when it is too short, too long, or has siblings too many or too few', async () => {
    const good = section([LOW, HIGH])
    for (const cut of [0, 1, 2, 3, 10, 19, 21, 22, 149, good.length - 1])
      await refused(evaluate(good.subarray(0, cut)), 'WitnessLength', 'WitnessInterval')
    await refused(evaluate(Buffer.concat([good, Uint8Array.of(0)])), 'WitnessLength')
    const proof = proveLeaves(tree, [0, 1, 2, 5])
    await refused(evaluate(section([LOW, HIGH], proof.slice(1))), 'MerkleLength')
    await refused(evaluate(section([LOW, HIGH], [...proof, proof[0]!])), 'MerkleLength')
    await refused(evaluate(section([], proof)), 'WitnessLength')
  })

  it('is refused with another number of roots than operands, or for an element that is not there', async () => {
    const good = section([LOW, HIGH])
    await refused(evaluate(good, false, 0, [root]), 'OperandRootCount')
    await refused(evaluate(good, false, 0, [root, root, root]), 'OperandRootCount')
    assert.equal(await evaluate(good, false, 1), value)
    await refused(evaluate(good, false, 2), 'ElementOutOfRange')
    await refused(evaluate(good, false, 2 ** 32 - 1), 'ElementOutOfRange')
  })
})
