import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom, seedFromEnvironment } from '../../../test/support/random.ts'
import { elementsOf } from '@plumbline/ir'
import { matrixPlan } from '../src/compiled/matrix-plan.ts'
import { evaluateElement, runCompiled, tensorReader } from '../src/index.ts'
import { compareRuns } from './support/compare.ts'
import { product } from './support/product.ts'
import { randomProduct } from './support/product-step.ts'

const STEPS_AN_ARITHMETIC = 60

test('random products of matrices equal the reference in every byte', async () => {
  // What is drawn and then computed another way does not count.
  const taken = { i16: 0, f64: 0 }
  for (let seed = seedFromEnvironment(); Math.min(taken.i16, taken.f64) < STEPS_AN_ARITHMETIC; seed++) {
    const drawn = randomProduct(randomFrom(seed))
    const plan = matrixPlan(drawn.step)
    if (plan) taken[plan.arithmetic]++
    await compareRuns(drawn, `seed ${seed}`)
  }
})

test('sums of i16 products that leave 32 bits on the way are exact', async () => {
  // Each product is about 2^23: 300 of one sign pass 2^31, the other 150 bring the sum back.
  const depth = 450
  const first = (index: number): boolean => index % depth < 300
  const shape = { rows: 5, columns: 9, depth }
  const left = { dtype: 'i16', zero: 0, value: (i: number) => (first(i) ? -32768 : 32767) } as const
  const right = { dtype: 'u8', zero: 0, value: (i: number) => (i % 7 === 0 ? 254 : 255) } as const
  const drawn = product({ ...shape, left, right })
  assert.deepEqual(matrixPlan(drawn.step)?.arithmetic, 'i16')
  await compareRuns(drawn, 'i16 by u8')
  const saturating = product({ ...shape, left: { ...left, value: () => -32768 }, right })
  await compareRuns(saturating, 'i16 by u8, all of one sign')
})

test('products of i32 are exact up to 2^52', async () => {
  const left = { dtype: 'i32', zero: 0, value: (i: number) => -(2 ** 31) + (i % 3) } as const
  const right = { dtype: 'i16', zero: 0, value: (i: number) => (i % 2 === 0 ? -32768 : 32767) } as const
  // 2^46 each: sums of 60 reach 2^51 before the other sign brings them back.
  await compareRuns(product({ rows: 6, columns: 10, depth: 63, left, right }), 'i32 by i16')
  const paired = { ...right, value: (i: number) => (i % 63 < 32 ? -32768 : 32767) }
  await compareRuns(product({ rows: 6, columns: 10, depth: 63, left, right: paired }), 'i32 by i16, sorted')
})

test('columns beyond one slab of packed panels equal the reference', async () => {
  const columns = 8_200
  const byte = (factor: number) => (i: number) => (i * factor + (i >> 7)) & 255
  const shape = { rows: 5, columns, depth: 560 }
  const left = { dtype: 'u8', zero: 3, value: byte(29) } as const
  const right = { dtype: 'u8', zero: 128, value: byte(53) } as const
  const { program, step, constants, inputs } = product({ ...shape, left, right })
  const [bytes] = await runCompiled(program, constants, inputs)
  const actual = elementsOf('i32', bytes!)
  const read = tensorReader(inputs, constants, [])
  for (let row = 0; row < 5; row++)
    for (let column = 0; column < columns; column += column > 7_400 && column < 7_600 ? 1 : 411)
      assert.equal(
        actual[row * columns + column],
        evaluateElement(step, row * columns + column, read),
        `row ${row}, column ${column}`,
      )
})
