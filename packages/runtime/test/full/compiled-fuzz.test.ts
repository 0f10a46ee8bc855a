import { test } from 'node:test'
import { outputElements } from '@plumbline/ir'
import { randomCase, type StepCase } from '../../../../test/support/random-step.ts'
import { type Random, randomFrom, seedFromEnvironment } from '../../../../test/support/random.ts'
import { compareRuns } from '../support/compare.ts'
import { randomLookup } from '../support/lookup-step.ts'
import { randomProduct } from '../support/product-step.ts'

const STEPS = 2_000
const ELEMENTS_A_STEP = 1_000
// Other steps than the default suite draws.
const first = seedFromEnvironment() + 1_000_000

const draws: Readonly<Record<string, (r: Random) => StepCase>> = {
  registrable: (r) => randomCase(r),
  product: (r) => randomProduct(r),
  lookup: (r) => randomLookup(r),
}

for (const [name, draw] of Object.entries(draws))
  test(`${STEPS} random ${name} steps equal the reference in every byte`, async () => {
    for (let seed = first; seed < first + STEPS; seed++) {
      const drawn = draw(randomFrom(seed))
      if (outputElements(drawn.step) <= ELEMENTS_A_STEP) await compareRuns(drawn, `seed ${seed}`)
    }
  })
