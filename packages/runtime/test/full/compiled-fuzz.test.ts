import { test } from 'node:test'
import { outputElements } from '@plumbline/ir'
import { randomCase } from '../../../../test/support/random-step.ts'
import { randomFrom, seedFromEnvironment } from '../../../../test/support/random.ts'
import { compareRuns } from '../support/compare.ts'
import { randomLookup } from '../support/lookup-step.ts'
import { randomProduct } from '../support/product-step.ts'

const STEPS = 2_000
const ELEMENTS_A_STEP = 1_000
// Other steps than the default suite draws.
const first = seedFromEnvironment() + 1_000_000

for (const [name, draw] of Object.entries({
  registrable: randomCase,
  product: randomProduct,
  lookup: randomLookup,
}))
  test(`${STEPS} random ${name} steps equal the reference in every byte`, async () => {
    for (let seed = first; seed < first + STEPS; seed++) {
      const drawn = draw(randomFrom(seed))
      if (outputElements(drawn.step) <= ELEMENTS_A_STEP) await compareRuns(drawn, `seed ${seed}`)
    }
  })
