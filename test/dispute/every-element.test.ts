import assert from 'node:assert/strict'
import { buildProof, type Trace, traceOf } from '@plumbline/dispute'
import { dtypeSize, outputElements, STEP_KINDS } from '@plumbline/ir'
import { runCompiled } from '@plumbline/runtime'
import { randomCase } from '../support/random-step.ts'
import { randomFrom, seedFromEnvironment } from '../support/random.ts'
import { everyKind, longTrace, oneStep, wideTensor, type Workload } from './support/programs.ts'
import { bringDown, committedView, type Fall, openTrial, type Trial } from './support/trial.ts'

/** All elements of a step up to here, a sample of this size beyond. */
const EXHAUSTIVE = Number(process.env.PLUMBLINE_EXHAUSTIVE_ELEMENTS ?? 2_000)
const SAMPLE = 200
const PROOFS_A_CALL = 24

describe('a lie in any element of any step loses to one honest challenger', function () {
  this.timeout(24 * 3600 * 1000)
  let trial: Trial

  before(async () => {
    trial = await openTrial()
  })

  const programs: Readonly<Record<string, () => Workload>> = { everyKind, oneStep }
  for (const [name, workload] of Object.entries(programs))
    for (const [step, { kind }] of workload().program.steps.entries())
      it(`${name}, step ${step} (${kind})`, async () => {
        await assertAllFall(trial, workload(), step, EXHAUSTIVE)
      })

  it('longTrace, the last element of every step', async () => {
    const { program } = longTrace()
    for (const [step, descriptor] of program.steps.entries())
      await assertFall(trial, longTrace(), step, [outputElements(descriptor) - 1])
  })

  it(`wideTensor, ${SAMPLE} elements of each step`, async () => {
    for (const step of [0, 1]) await assertAllFall(trial, wideTensor(), step, 0)
  })

  for (const kind of STEP_KINDS)
    it(`${kind} on random registrable programs`, async () => {
      const random = randomFrom(seedFromEnvironment() + STEP_KINDS.indexOf(kind))
      for (let i = 0; i < 8; i++) {
        const drawn = randomCase(random, [kind])
        await assertAllFall(trial, drawn, drawn.program.steps.length - 1, SAMPLE)
      }
    })

  it('but a proof of a right element is refused', async () => {
    const workload = everyKind()
    const { honest, run } = await prepared(workload)
    const lie = await run((index, output) => {
      if (index === 5) output[0] = 255 - output[0]!
    })
    const committed = traceOf(workload.program, workload.constants, workload.inputs, lie)
    const fall = bringDown(committedView(workload.program, workload.inputs, committed), honest, committed)!
    const right = buildProof(fall.view, honest, 5, 1, fall.proof.outputLeaf)
    const [failure, none] = await trial.prove(workload.program, [{ ...fall, proof: right }, fall])
    assert.equal(trial.errorOf(failure!), 'ElementHolds')
    assert.equal(none, '0x')
  })
})

interface Prepared {
  readonly honest: Trace
  readonly run: (onStep?: (step: number, output: Uint8Array) => void) => Promise<readonly Uint8Array[]>
}

async function prepared({ program, constants, inputs }: Workload): Promise<Prepared> {
  const run = async (onStep?: (step: number, output: Uint8Array) => void): Promise<readonly Uint8Array[]> =>
    runCompiled(program, constants, inputs, onStep && { onStep })
  return { honest: traceOf(program, constants, inputs, await run()), run }
}

/** Every element of a step where there are at most `most`, else a seeded sample. */
async function assertAllFall(trial: Trial, workload: Workload, step: number, most: number): Promise<void> {
  const count = outputElements(workload.program.steps[step]!)
  const all = Array.from({ length: count }, (_, i) => i)
  const random = randomFrom(count)
  const sample = (): number[] => Array.from({ length: SAMPLE }, () => random.int(0, count - 1))
  await assertFall(
    trial,
    workload,
    step,
    count <= most || count <= SAMPLE ? all : [0, count - 1, ...sample()],
  )
}

/** Changes each element alone, with everything downstream recomputed, and proves it. */
async function assertFall(
  trial: Trial,
  workload: Workload,
  step: number,
  elements: readonly number[],
): Promise<void> {
  const { program, constants, inputs } = workload
  const { honest, run } = await prepared(workload)
  const size = dtypeSize(program.steps[step]!.dtype)
  let falls: Fall[] = []
  const prove = async (): Promise<void> => {
    if (falls.length === 0) return
    const failures = await trial.prove(program, falls)
    failures.forEach((failure, i) =>
      assert.equal(failure, '0x', `element ${falls[i]!.proof.element} of step ${step}`),
    )
    falls = []
  }
  for (const element of elements) {
    const byte = element * size + (element % size)
    const lie = await run((index, output) => {
      if (index === step) output[byte] = output[byte]! ^ (1 << (element % 8))
    })
    const committed = traceOf(program, constants, inputs, lie)
    const fall = bringDown(committedView(program, inputs, committed), honest, committed)
    assert.ok(fall, `no lead for element ${element} of step ${step}`)
    assert.equal(fall.proof.step, step)
    assert.equal(fall.proof.element, element)
    falls.push(fall)
    if (falls.length === PROOFS_A_CALL) await prove()
  }
  await prove()
}
