import assert from 'node:assert/strict'
import { network } from 'hardhat'
import { elementsOf } from '@plumbline/ir'
import { tensorReader } from '@plumbline/runtime'
import { batchOf, deployJudge } from '../support/judge.ts'
import { loadVector, readVectors } from '../support/vectors.ts'

const ELEMENTS_A_STEP = 12

describe('checked-in vectors', function () {
  this.timeout(600_000)

  it('the step verifier computes their elements', async () => {
    const { ethers } = await network.create()
    const judge = await deployJudge(ethers)
    for (const [index, vector] of readVectors().entries()) {
      const { program, inputs, constants, outputs } = loadVector(vector)
      const read = tensorReader(inputs, constants, outputs)
      const batches = program.steps.map((step, i) => {
        const expected = elementsOf(step.dtype, outputs[i]!)
        const stride = Math.max(1, Math.floor(expected.length / ELEMENTS_A_STEP))
        const elements = [...expected.keys()].filter((at) => at % stride === 0 || at === expected.length - 1)
        return { batch: batchOf(step, elements, read), expected }
      })
      const outcomes = await judge.evaluate(batches.map(({ batch }) => batch))
      batches.forEach(({ batch, expected }, i) =>
        outcomes[i]!.forEach(({ value, failure }, j) => {
          const where = `vector ${index} (${vector.macro.kind}), step ${i}, element ${batch.elements[j]}`
          assert.equal(failure, '0x', where)
          assert.equal(value, BigInt(expected[batch.elements[j]!]!), where)
        }),
      )
    }
  })
})
