import assert from 'node:assert/strict'
import { network } from 'hardhat'
import { programRoot } from '@plumbline/commitments'
import {
  decodeStep,
  encodeStep,
  type Program,
  ProgramError,
  validateProgram,
  worstProofGas,
} from '@plumbline/ir'
import { mutate } from '../support/mutate.ts'
import { randomCase } from '../support/random-step.ts'
import { randomFrom, seedFromEnvironment } from '../support/random.ts'
import { type Registration, registrationOf, tableOf } from '../support/registry.ts'

const CASES = Number(process.env.PLUMBLINE_FUZZ_CASES ?? 10_000)
const CASES_A_CALL = 60
const MUTANTS_A_STEP = 10
const CALL_GAS = 16_000_000n

interface Candidate {
  readonly seed: number
  readonly registration: Registration
  /** The root, or why the program is refused. */
  readonly expected: { readonly root: string } | { readonly code: string }
}

/** Replaces the descriptor of the last step. */
function candidateOf(seed: number, program: Program, descriptor: Uint8Array): Candidate {
  const head = program.steps.slice(0, -1)
  const registration = {
    ...registrationOf(program),
    descriptors: Buffer.concat([...head.map(encodeStep), descriptor]),
  }
  try {
    const changed = { ...program, steps: [...head, decodeStep(descriptor)] }
    validateProgram(changed)
    return { seed, registration, expected: { root: programRoot(changed) } }
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error
    return { seed, registration, expected: { code: error.code } }
  }
}

describe('registry and validateProgram', function () {
  this.timeout(24 * 3600 * 1000)

  it(`accept and refuse the same of ${CASES} mutated programs, and name the same roots`, async () => {
    const { ethers } = await network.create()
    const registry = await ethers.deployContract('ProgramRegistry')
    const harness = await ethers.deployContract('RegistryHarness')
    const first = seedFromEnvironment()
    console.log(`      seed ${first}; one program alone: PLUMBLINE_SEED=<its seed> PLUMBLINE_FUZZ_CASES=1`)
    const codes = new Map<string, number>()
    let [done, accepted] = [0, 0]
    for (let seed = first; done < CASES;) {
      const candidates: Candidate[] = []
      for (; candidates.length < CASES_A_CALL && done < CASES; seed++) {
        const r = randomFrom(seed)
        const { program, step } = randomCase(r)
        const descriptor = encodeStep(step)
        candidates.push(candidateOf(seed, program, descriptor))
        for (let i = 0; i < MUTANTS_A_STEP; i++)
          candidates.push(candidateOf(seed, program, mutate(r, descriptor)))
        done += 1 + MUTANTS_A_STEP
      }
      const outcomes = await harness.registerMany.staticCall(
        registry,
        candidates.map(({ registration }) => registration),
        { gasLimit: CALL_GAS },
      )
      candidates.forEach(({ seed, registration, expected }, i) => {
        const { root, failure } = outcomes[i]!
        const where = `seed ${seed}, ${JSON.stringify(expected)}, ${failure}, ${Buffer.from(registration.descriptors).toString('hex')}`
        if ('root' in expected) {
          assert.equal(failure, '0x', `the registry refuses what validateProgram accepts: ${where}`)
          assert.equal(root, expected.root, where)
          accepted += 1
        } else {
          assert.notEqual(failure, '0x', `the registry accepts what validateProgram refuses: ${where}`)
          codes.set(expected.code, (codes.get(expected.code) ?? 0) + 1)
        }
      })
    }
    console.log(
      `      accepted ${accepted}; refused ${[...codes].map(([code, n]) => `${code} ${n}`).join(', ')}`,
    )
    assert.ok(CASES < 1000 || (accepted > CASES / 10 && codes.size > 15), 'the mutations are one-sided')
  })

  it('compute the same bound for the proof of every step', async () => {
    const { ethers } = await network.create()
    const harness = await ethers.deployContract('RegistryHarness')
    const first = seedFromEnvironment()
    for (let seed = first; seed < first + Math.min(CASES, 1000); seed++) {
      const { program, step } = randomCase(randomFrom(seed))
      const { inputs } = registrationOf(program)
      const number = program.steps.length - 1
      for (const stepCount of [program.steps.length, 65_535]) {
        const bound = await harness.bound(
          inputs,
          tableOf(program.steps.slice(0, -1)),
          stepCount,
          number,
          encodeStep(step),
        )
        const expected = worstProofGas(step, { stepCount, inputCount: inputs.length })
        assert.equal(bound, BigInt(expected), `seed ${seed}, ${JSON.stringify(step)}`)
      }
    }
  })
})
