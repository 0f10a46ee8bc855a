import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  dtypeMax,
  dtypeMin,
  outputElements,
  type Program,
  PROOF_GAS_CAP,
  type Step,
  STEP_KINDS,
  worstProofGas,
} from '@plumbline/ir'
import { randomCase, type StepCase } from '../../../test/support/random-step.ts'
import { randomFrom, seedFromEnvironment } from '../../../test/support/random.ts'
import { prepareProgram, runCompiled } from '../src/index.ts'
import { compareRuns } from './support/compare.ts'
import { randomLookup } from './support/lookup-step.ts'

const STEPS_A_KIND = 150
const ELEMENTS_A_STEP = 1_000

/** The same fold with nothing to hide a wrong one: no scale, no clamp that bites. */
function bare(drawn: StepCase): StepCase {
  const { p: _, ...rest } = drawn.step
  const step: Step = {
    ...rest,
    dtype: 'i32',
    multiplier: 0,
    zero: 0,
    bias: 0,
    low: dtypeMin('i32'),
    high: dtypeMax('i32'),
  }
  return { ...drawn, step, program: { ...drawn.program, steps: [...drawn.program.steps.slice(0, -1), step] } }
}

for (const kind of STEP_KINDS)
  test(`random registrable ${kind} steps equal the reference in every byte`, async () => {
    let seed = seedFromEnvironment()
    for (let steps = 0; steps < STEPS_A_KIND; seed++) {
      const drawn = randomCase(randomFrom(seed), [kind])
      if (outputElements(drawn.step) > ELEMENTS_A_STEP) continue
      await compareRuns(drawn, `seed ${seed}`)
      // Wider output elements can lengthen a proof past its cap.
      const plain = bare(drawn)
      const context = { stepCount: plain.program.steps.length, inputCount: plain.inputs.length }
      if (worstProofGas(plain.step, context) <= PROOF_GAS_CAP) await compareRuns(plain, `seed ${seed}, bare`)
      steps++
    }
  })

test('random steps whose index differs along the line equal the reference in every byte', async () => {
  for (let seed = seedFromEnvironment(), steps = 0; steps < 2 * STEPS_A_KIND; seed++, steps++)
    await compareRuns(randomLookup(randomFrom(seed)), `seed ${seed}`)
})

test('lines that are computed in pieces equal the reference in every byte', async () => {
  const size = { outer: 0, line: [4_090, 8_200] } as const
  for (let seed = seedFromEnvironment(), steps = 0; steps < 10; seed++, steps++)
    await compareRuns(randomLookup(randomFrom(seed), size), `seed ${seed}`)
})

/** out = in + 1 (saturating), three times over. */
const increments: Program = {
  inputs: [{ dtype: 'u8', shape: [300] }],
  outputs: [2],
  steps: [0, 1, 2].map((index) => ({
    kind: 'SUM',
    dtype: 'u8',
    outputExtents: [300],
    reductionExtents: [],
    multiplier: 0,
    zero: 1,
    low: 0,
    high: 255,
    bias: 0,
    a: {
      ref: index === 0 ? { class: 'input', index: 0 } : { class: 'step', index: index - 1 },
      dtype: 'u8',
      byteLength: 300,
      base: 0,
      zero: 0,
      weight: 1,
      coordinates: [{ limit: 300, stride: 1, offset: 0, terms: [{ axis: 0, coef: 1 }] }],
    },
  })),
}

test('bytes changed in onStep are what the trace holds and later steps read', async () => {
  const prepared = prepareProgram(increments, new Map())
  const seen: number[] = []
  const trace = await prepared.run([new Uint8Array(300)], {
    onStep: (index, output) => {
      seen.push(index)
      if (index === 1) output[7] = 100
    },
  })
  assert.deepEqual(seen, [0, 1, 2])
  assert.deepEqual(
    trace.map((bytes) => [bytes[6], bytes[7]]),
    [
      [1, 1],
      [2, 100],
      [3, 101],
    ],
  )
  const honest = await prepared.run([new Uint8Array(300)])
  assert.deepEqual([honest[2]![7], trace[2]![7]], [3, 101])
})

test('a run ends with the reason of its signal', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const run = prepareProgram(increments, new Map()).run([new Uint8Array(300)], {
    signal: controller.signal,
    onStep: (index) => index === 0 && controller.abort(reason),
  })
  await assert.rejects(run, reason)
})

test('a program that breaks a rule, constants and inputs that do not fit are refused by name', async () => {
  const [first, ...rest] = increments.steps
  const constant: Step = {
    ...first!,
    a: { ...first!.a, ref: { class: 'constant', root: `0x${'11'.repeat(32)}` } },
  }
  const program = { ...increments, steps: [constant, ...rest] }
  const root = `0x${'11'.repeat(32)}` as const
  assert.throws(() => prepareProgram({ ...increments, outputs: [3] }, new Map()), { code: 'OUTPUT_STEP' })
  assert.throws(() => prepareProgram(program, new Map()), { code: 'TENSOR_MISSING' })
  assert.throws(() => prepareProgram(program, new Map([[root, new Uint8Array(299)]])), {
    code: 'TENSOR_LENGTH',
  })
  await assert.rejects(runCompiled(increments, new Map(), []), { code: 'INPUT_COUNT' })
  await assert.rejects(runCompiled(increments, new Map(), [new Uint8Array(299)]), { code: 'INPUT_LENGTH' })
})
