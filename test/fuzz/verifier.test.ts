import assert from 'node:assert/strict'
import { network } from 'hardhat'
import { outputElements, type ProofBound, proofBound } from '@plumbline/ir'
import { evaluateElement, tensorReader } from '@plumbline/runtime'
import { type Batch, batchOf, deployJudge } from '../support/judge.ts'
import { randomCase, type StepCase } from '../support/random-step.ts'
import { randomFrom, seedFromEnvironment } from '../support/random.ts'

const CASES = Number(process.env.PLUMBLINE_FUZZ_CASES ?? 10_000)
const ELEMENTS_A_STEP = 4
const STEPS_A_CALL = 20

interface Drawn {
  readonly seed: number
  readonly drawn: StepCase
  readonly batch: Batch
  readonly expected: readonly number[]
  readonly bound: ProofBound
}

function drawCase(seed: number): Drawn {
  const r = randomFrom(seed)
  const drawn = randomCase(r)
  const { step } = drawn
  const read = tensorReader(drawn.inputs, drawn.constants, drawn.traced)
  const last = outputElements(step) - 1
  const elements = [0, last, ...Array.from({ length: ELEMENTS_A_STEP - 2 }, () => r.int(0, last))]
  return {
    seed,
    drawn,
    batch: batchOf(step, elements, read),
    expected: elements.map((element) => evaluateElement(step, element, read)),
    bound: proofBound(step, { stepCount: drawn.program.steps.length, inputCount: drawn.inputs.length }),
  }
}

describe('interpreter and step verifier on random registrable steps', function () {
  this.timeout(24 * 3600 * 1000)

  it(`agree on ${CASES} elements, within the proof's bounds, and the verifier never reverts`, async () => {
    const { ethers } = await network.create()
    const judge = await deployJudge(ethers)
    const first = seedFromEnvironment()
    console.log(`      seed ${first}; one case alone: PLUMBLINE_SEED=<its seed> PLUMBLINE_FUZZ_CASES=1`)
    const kinds = new Map<string, number>()
    let [done, tightest] = [0, 0]
    for (let seed = first; done < CASES;) {
      const batches: Drawn[] = []
      for (; batches.length < STEPS_A_CALL && done < CASES; seed++, done += ELEMENTS_A_STEP)
        batches.push(drawCase(seed))
      const outcomes = await judge.evaluate(batches.map(({ batch }) => batch))
      for (const [i, { seed, drawn, batch, expected, bound }] of batches.entries())
        for (const [j, { value, gasUsed, failure }] of outcomes[i]!.entries()) {
          const where = `seed ${seed}, element ${batch.elements[j]} of ${JSON.stringify(drawn.step)}`
          assert.equal(failure, '0x', `the verifier reverted: ${where}`)
          assert.equal(value, BigInt(expected[j]!), where)
          tightest = Math.max(tightest, Number(gasUsed) / bound.evaluation)
          assert.ok(gasUsed <= bound.evaluation, `${gasUsed} gas, bound ${bound.evaluation}: ${where}`)
          const bytes = batch.witnesses[j]!.byteLength
          assert.ok(bytes <= bound.witnessBytes, `${bytes} bytes, bound ${bound.witnessBytes}: ${where}`)
          kinds.set(drawn.step.kind, (kinds.get(drawn.step.kind) ?? 0) + 1)
        }
    }
    console.log(
      `      ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}; at most ${(100 * tightest).toFixed(0)}% of the gas bound`,
    )
    assert.ok(CASES < 100 || kinds.size === 5, 'some kind was never drawn')
  })
})
