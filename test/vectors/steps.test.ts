import assert from 'node:assert/strict'
import { network } from 'hardhat'
import { elementsOf, validateProgram } from '@plumbline/ir'
import { prepareProgram, runReference, tensorReader } from '@plumbline/runtime'
import { batchOf, deployJudge } from '../support/judge.ts'
import { loadStepVector, readStepVectors } from '../support/step-vectors.ts'

describe('checked-in vectors of single steps', function () {
  this.timeout(600_000)
  const vectors = readStepVectors().map(loadStepVector)

  it('can be registered', () => {
    for (const { program } of vectors) validateProgram(program)
    assert.ok(vectors.length > 90)
  })

  it('the definition gives their bytes', () => {
    for (const { name, program, constants, inputs, output } of vectors)
      assert.deepEqual(runReference(program, constants, inputs)[0], output, name)
  })

  it('the compiled interpreter gives their bytes', async () => {
    for (const { name, program, constants, inputs, output } of vectors)
      assert.deepEqual((await prepareProgram(program, constants).run(inputs))[0], output, name)
  })

  it('the step verifier gives every element of them', async () => {
    const { ethers } = await network.create()
    const judge = await deployJudge(ethers)
    for (const { name, program, constants, inputs, output } of vectors) {
      const step = program.steps[0]!
      const expected = elementsOf(step.dtype, output)
      const read = tensorReader(inputs, constants, [])
      // As many elements as one call has gas for.
      for (let first = 0; first < expected.length; first += 64) {
        const elements = [...expected.keys()].slice(first, first + 64)
        const [outcomes] = await judge.evaluate([batchOf(step, elements, read)])
        outcomes!.forEach(({ value, failure }, i) => {
          assert.equal(failure, '0x', `${name}, element ${elements[i]}`)
          assert.equal(value, BigInt(expected[elements[i]!]!), `${name}, element ${elements[i]}`)
        })
      }
    }
  })
})
