import assert from 'node:assert/strict'
import { network } from 'hardhat'
import {
  type Coordinate,
  type DataType,
  dtypeMax,
  dtypeMin,
  dtypeSize,
  float32Bits,
  type Operand,
  PROOF_GAS_CAP,
  proofBound,
  type Step,
  type StepKind,
} from '@plumbline/ir'
import { evaluateElement } from '@plumbline/runtime'
import { batchOf, deployJudge } from '../support/judge.ts'
import { randomFrom } from '../support/random.ts'
import { fill } from '../support/shaped.ts'

const CONTEXT = { stepCount: 4, inputCount: 1 }

type Coef = readonly [axis: number, coef: number]
const at = (limit: number, stride: number, offset: number, ...terms: readonly Coef[]): Coordinate => ({
  limit,
  stride,
  offset,
  terms: terms.map(([axis, coef]) => ({ axis, coef })),
})

const operand = (
  index: number,
  dtype: DataType,
  elements: number,
  coordinates: readonly Coordinate[],
  weight = 1,
): Operand => ({
  ref: { class: 'step', index },
  dtype,
  byteLength: elements * dtypeSize(dtype),
  base: 0,
  zero: 1,
  weight,
  coordinates,
})

const fold = (kind: StepKind, reductionExtents: readonly number[], a: Operand, b?: Operand): Step => ({
  kind,
  dtype: 'i32',
  outputExtents: [1],
  reductionExtents,
  multiplier: float32Bits(1),
  zero: 0,
  low: dtypeMin('i32'),
  high: dtypeMax('i32'),
  bias: 5,
  a,
  ...(b && { b }),
})

/** Steps of a size that grows with n. */
type Family = (n: number) => Step

const line = (index: number, dtype: DataType, n: number, weight: number, falls: boolean): Operand =>
  operand(index, dtype, n, [falls ? at(n, 1, n - 1, [1, -1]) : at(n, 1, 0, [1, 1])], weight)
const still = (index: number, dtype: DataType, weight: number): Operand =>
  operand(index, dtype, 8, [at(8, 1, 0, [0, 1])], weight)
/** `n` leaves out of `leaves`, evenly apart. */
const apart = (
  index: number,
  dtype: DataType,
  leaves: number,
  n: number,
  weight: number,
  axis = 1,
): Operand => {
  const each = 128 / dtypeSize(dtype)
  return operand(index, dtype, leaves * each, [at(leaves, each, 0, [axis, Math.floor(leaves / n)])], weight)
}
const crowded = (index: number, axes: number, coordinates: number, terms: number): Operand =>
  operand(
    index,
    'u8',
    1_000,
    Array.from({ length: coordinates }, () =>
      at(1_000_000, 0, 0, ...Array.from({ length: terms }, (_, i): Coef => [1 + (i % (axes - 1)), 1])),
    ),
  )

function families(): ReadonlyMap<string, Family> {
  const map = new Map<string, Family>()
  const types: readonly DataType[] = ['u8', 'i16', 'i32']
  for (const dtype of types) {
    map.set(`sum of ${dtype}`, (n) => fold('SUM', [n], line(0, dtype, n, 1, false)))
    map.set(`maximum of ${dtype}, falling`, (n) => fold('MAX', [n], line(0, dtype, n, -1, true)))
    map.set(`sum of one ${dtype} over and over`, (n) =>
      fold('SUM', [n], still(0, dtype, 1), still(1, dtype, 1)),
    )
    map.set(`${dtype} far apart`, (n) => fold('SUM', [n], apart(0, dtype, 4_096, n, 1)))
    map.set(`pairs of ${dtype} far apart`, (n) =>
      fold('MAX', [n], apart(0, dtype, 4_096, n, 1), apart(1, dtype, 4_096, n, -1)),
    )
    map.set(`${dtype} far apart, over and over`, (n) =>
      fold('MAX', [n, 8], apart(0, dtype, 1_000, 8, 1, 2), apart(0, dtype, 1_000, 8, 1, 2)),
    )
    for (const other of types) {
      if (dtype === 'i32' && other === 'i32') continue
      map.set(`${dtype} times ${other}`, (n) =>
        fold('DOT', [n], line(0, dtype, n, 0, false), line(1, other, n, 0, false)),
      )
      map.set(`${dtype} times ${other}, one falling`, (n) =>
        fold('DOT', [n], line(0, dtype, n, 0, false), line(1, other, n, 0, true)),
      )
    }
    map.set(`${dtype} times one number`, (n) =>
      fold('DOT', [n], line(0, dtype, n, 0, false), still(1, 'u8', 0)),
    )
  }
  for (const length of [1, 2, 29, 31])
    map.set(`packed lines of ${length}`, (n) =>
      fold(
        'DOT',
        [n, length],
        operand(0, 'u8', 9_000, [at(9_000, 1, 0, [1, 3], [2, 1])], 0),
        operand(1, 'u8', 9_000, [at(9_000, 1, 40, [1, 3], [2, -1])], 0),
      ),
    )
  for (const [coordinates, terms] of [
    [0, 0],
    [1, 1],
    [8, 1],
    [8, 5],
  ] as const)
    map.set(`lines of one, ${coordinates} coordinates of ${terms} terms`, (n) =>
      fold('SUM', [n, 1, 1, 1, 1, 1], crowded(0, 7, coordinates, terms), crowded(1, 7, coordinates, terms)),
    )
  return map
}

/** The largest n that may be registered. */
function largest(family: Family): number {
  let [fits, tooMany] = [1, 2 ** 22]
  while (tooMany - fits > 1) {
    const n = Math.floor((fits + tooMany) / 2)
    if (proofBound(family(n), CONTEXT).gas <= PROOF_GAS_CAP) fits = n
    else tooMany = n
  }
  return fits
}

describe('bound of a one-step proof (property 6)', function () {
  this.timeout(600_000)

  it('holds for the largest registrable step of every hostile family', async () => {
    const { ethers } = await network.create()
    const judge = await deployJudge(ethers)
    let tightest = 0
    for (const [name, family] of families())
      for (const n of new Set([1, 2, 3, 31, largest(family)])) {
        if (n > largest(family)) continue
        const { step, read } = fill(family(n), randomFrom(n))
        const bound = proofBound(step, CONTEXT)
        const batch = batchOf(step, [0], read)
        const [[outcome]] = (await judge.evaluate([batch])) as [
          [{ value: bigint; gasUsed: bigint; failure: string }],
        ]
        const where = `${name}, n = ${n}`
        assert.equal(outcome.failure, '0x', where)
        assert.equal(outcome.value, BigInt(evaluateElement(step, 0, read)), where)
        const used = Number(outcome.gasUsed)
        assert.ok(used <= bound.evaluation, `${where}: ${used} gas, bound ${bound.evaluation}`)
        const length = batch.witnesses[0]!.byteLength
        assert.ok(length <= bound.witnessBytes, `${where}: ${length} bytes, bound ${bound.witnessBytes}`)
        assert.ok(bound.gas <= PROOF_GAS_CAP, where)
        tightest = Math.max(tightest, used / bound.evaluation)
      }
    assert.ok(tightest > 0.8, `the bound is loose: at most ${tightest} of it is used`)
  })
})
