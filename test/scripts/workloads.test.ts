import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dtypeSize, outputElements, validateProgram } from '@plumbline/ir'
import { programRoot } from '@plumbline/commitments'
import { evaluateElement, runCompiled, runReference, tensorReader } from '@plumbline/runtime'
import { multiplyAdds } from '../../scripts/bench/support/builder.ts'
import { digitsShaped } from '../../scripts/bench/support/digits.ts'
import { squeezenetShaped } from '../../scripts/bench/support/squeezenet.ts'

test('the programs that benchmarks run come from a seed: the same one gives the same program and input', () => {
  assert.equal(programRoot(digitsShaped(5).program), programRoot(digitsShaped(5).program))
  assert.deepEqual(digitsShaped(5).inputs, digitsShaped(5).inputs)
  assert.notEqual(programRoot(digitsShaped(5).program), programRoot(digitsShaped(6).program))
})

test('they are registrable and have the size of the models that they stand for', () => {
  const { program } = squeezenetShaped()
  validateProgram(program)
  validateProgram(digitsShaped().program)
  assert.equal(program.steps.length, 46)
  assert.equal(multiplyAdds(program), 349_151_936)
})

test('the digit-sized one has the same trace compiled and by its definition', async () => {
  const { program, constants, inputs } = digitsShaped()
  const trace = await runCompiled(program, constants, inputs)
  assert.deepEqual(trace, runReference(program, constants, inputs))
})

test('the SqueezeNet-sized one agrees with its definition on elements of every step', async () => {
  const { program, constants, inputs } = squeezenetShaped()
  const trace = await runCompiled(program, constants, inputs)
  const read = tensorReader(inputs, constants, trace)
  for (const [index, step] of program.steps.entries()) {
    const count = outputElements(step)
    const bytes = Buffer.from(trace[index]!.buffer, trace[index]!.byteOffset, trace[index]!.byteLength)
    const size = dtypeSize(step.dtype)
    for (const part of [0, 0.13, 0.29, 0.51, 0.77, 0.999999]) {
      const element = Math.floor(part * count)
      const actual = size === 1 ? bytes[element] : bytes.readIntLE(element * size, size)
      assert.equal(actual, evaluateElement(step, element, read), `step ${index}, element ${element}`)
    }
  }
})
