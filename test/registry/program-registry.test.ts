import assert from 'node:assert/strict'
import { network } from 'hardhat'
import { disputeRounds, programRoot, rootOf, stepsTree, toHash } from '@plumbline/commitments'
import { encodeStep, inputByteLengths, type Program, stepByteLength, worstProofGas } from '@plumbline/ir'
import { chain, threeSteps } from '../support/programs.ts'
import { registrationOf } from '../support/registry.ts'

const { ethers } = await network.create()
const deploy = () => ethers.deployContract('ProgramRegistry')
type Registry = Awaited<ReturnType<typeof deploy>>

/** The eight uint32 of a packed list, first lowest. */
const unpack = (list: bigint, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => Number((list >> BigInt(32 * i)) & 0xffffffffn))

async function register(registry: Registry, program: Program) {
  const { inputs, outputs, stepCount, descriptors } = registrationOf(program)
  return registry.register(inputs, outputs, stepCount, descriptors)
}

/** The draft that a transaction emitted. */
async function draftOf(registry: Registry, transaction: Awaited<ReturnType<Registry['open']>>) {
  const receipt = await transaction.wait()
  const [event] = await registry.queryFilter(
    registry.filters.DraftAdvanced,
    receipt!.blockNumber,
    receipt!.blockNumber,
  )
  const { inputs, outputs, stepCount, checkedSteps, table, peaks, openings, worstProofGas } =
    event!.args.draft
  return {
    id: event!.args.draftId,
    draft: {
      inputs: [...inputs],
      outputs: [...outputs],
      stepCount,
      checkedSteps,
      table,
      peaks: [...peaks],
      openings,
      worstProofGas,
    },
  }
}

/** Registers in pages of the given numbers of steps; returns the last transaction. */
async function registerInPages(registry: Registry, program: Program, pages: readonly number[]) {
  const { inputs, outputs, stepCount } = registrationOf(program)
  let last = await registry.open(inputs, outputs, stepCount)
  let at = 0
  for (const size of pages) {
    const { id, draft } = await draftOf(registry, last)
    const page = Buffer.concat(program.steps.slice(at, at + size).map(encodeStep))
    last = await registry.append(id, draft, page)
    at += size
  }
  return last
}

const errors = (await ethers.getContractFactory('ProgramRegistry')).interface

const refused = (attempt: Promise<unknown>, name: string): Promise<void> =>
  assert.rejects(attempt, (error: { data?: string }) => {
    assert.equal(errors.parseError(error.data ?? '0x')?.name, name)
    return true
  })

describe('ProgramRegistry', () => {
  it('computes the root and the facts that market and game need', async () => {
    const registry = await deploy()
    for (const program of [
      threeSteps(),
      chain(1, { dtype: 'u8', shape: [1] }),
      chain(2, { dtype: 'i32', shape: [7, 5] }),
      chain(70, { dtype: 'i16', shape: [40_000] }),
    ]) {
      await register(registry, program)
      const root = programRoot(program)
      const lengths = program.steps.map(stepByteLength)
      const facts = await registry.program(root)
      assert.equal(await registry.isRegistered(root), true)
      assert.equal(facts.stepsRoot, toHash(rootOf(stepsTree(program))))
      assert.equal(facts.stepCount, BigInt(program.steps.length))
      assert.equal(facts.rounds, BigInt(disputeRounds(lengths)))
      assert.deepEqual(unpack(facts.inputBytes, Number(facts.inputCount)), inputByteLengths(program))
      assert.deepEqual(unpack(facts.outputSteps, Number(facts.outputCount)), program.outputs)
      assert.deepEqual(
        unpack(facts.outputBytes, Number(facts.outputCount)),
        program.outputs.map((step) => lengths[step]),
      )
      const outline = await registry.outline(root)
      assert.deepEqual([...outline], [facts.stepsRoot, facts.stepCount, facts.outputSteps])
    }
  })

  it('announces the worst proof', async () => {
    const registry = await deploy()
    const program = threeSteps()
    const receipt = await (await register(registry, program)).wait()
    const [event] = await registry.queryFilter(registry.filters.ProgramRegistered, receipt!.blockNumber)
    const context = { stepCount: 3, inputCount: 3 }
    const worst = Math.max(...program.steps.map((step) => worstProofGas(step, context)))
    assert.deepEqual([...event!.args], [programRoot(program), 3n, BigInt(worst)])
  })

  it('gives the same program for every way to cut it into pages', async () => {
    const program = chain(11, { dtype: 'i16', shape: [3, 100] })
    const root = programRoot(program)
    const whole = await deploy()
    await register(whole, program)
    for (const pages of [[11], [1, 10], [10, 1], [4, 4, 3], Array<number>(11).fill(1), [0, 11]]) {
      const registry = await deploy()
      await registerInPages(registry, program, pages)
      assert.deepEqual([...(await registry.program(root))], [...(await whole.program(root))], pages.join())
    }
  })

  it('resumes a draft from what it emitted, for its author alone', async () => {
    const registry = await deploy()
    const program = chain(6, { dtype: 'u8', shape: [300] })
    const { inputs, outputs, stepCount } = registrationOf(program)
    const steps = program.steps.map(encodeStep)
    const opened = await draftOf(registry, await registry.open(inputs, outputs, stepCount))
    const first = await registry.append(opened.id, opened.draft, Buffer.concat(steps.slice(0, 3)))
    const { id, draft } = await draftOf(registry, first)
    const rest = Buffer.concat(steps.slice(3))

    const [, stranger] = await ethers.getSigners()
    await refused(registry.connect(stranger).append.staticCall(id, draft, rest), 'DraftMismatch')
    await refused(registry.append.staticCall(id, opened.draft, rest), 'DraftMismatch')
    const forged = { ...draft, table: `0x00ffffffff${draft.table.slice(12)}` }
    await refused(registry.append.staticCall(id, forged, rest), 'DraftMismatch')
    await refused(registry.append.staticCall(id, { ...draft, worstProofGas: 0n }, rest), 'DraftMismatch')

    assert.equal(await registry.append.staticCall(id, draft, rest), programRoot(program))
    await registry.append(id, draft, rest)
    assert.equal(await registry.isRegistered(programRoot(program)), true)
    await refused(registry.append.staticCall(id, draft, rest), 'DraftMismatch')
  })

  it('knows the outputs of steps on earlier pages', async () => {
    const registry = await deploy()
    const wrong = chain(4, { dtype: 'u8', shape: [300] })
    const [a, b, c, d] = wrong.steps
    const lying = { ...d!, a: { ...d!.a, ref: { class: 'step', index: 0 }, byteLength: 299 } } as const
    const program = { ...wrong, steps: [a!, b!, c!, lying] }
    await refused(registerInPages(registry, program, [3, 1]), 'StepInvalid')
  })

  it('registers the same program twice without a change', async () => {
    const registry = await deploy()
    const program = threeSteps()
    await register(registry, program)
    const before = [...(await registry.program(programRoot(program)))]
    const receipt = await (await register(registry, program)).wait()
    assert.equal(receipt!.logs.length, 0)
    assert.deepEqual([...(await registry.program(programRoot(program)))], before)
  })

  it('refuses ports and counts out of range', async () => {
    const registry = await deploy()
    const { inputs, outputs, stepCount, descriptors } = registrationOf(threeSteps())
    const attempt = (i: Uint8Array[], o: number[], n: number, d: Uint8Array) =>
      registry.register.staticCall(i, o, n, d)
    const word = (...bytes: number[]) => Uint8Array.from({ length: 32 }, (_, i) => bytes[i] ?? 0)
    const invalid = [
      word(3, 1, 0, 0, 0, 1),
      word(0, 0, 0, 0, 0, 1),
      word(0, 8, 0, 0, 0, 1),
      word(0, 1, 0, 0, 0, 0),
      word(0, 2, 0, 0, 0, 1, 0, 0, 0, 0),
      word(0, 1, 0, 0, 0, 1, 0, 0, 0, 1),
      word(2, 1, 64, 0, 0, 0),
      Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 1 : (inputs[0]![i] ?? 0))),
    ]
    await refused(attempt(inputs, outputs, 0, descriptors), 'StepCountOutOfRange')
    await refused(attempt(inputs, outputs, 65_536, descriptors), 'StepCountOutOfRange')
    await refused(attempt([], outputs, stepCount, descriptors), 'PortCountOutOfRange')
    await refused(attempt(Array(9).fill(inputs[0]), outputs, stepCount, descriptors), 'PortCountOutOfRange')
    await refused(attempt(inputs, [], stepCount, descriptors), 'PortCountOutOfRange')
    await refused(attempt(inputs, Array(9).fill(0), stepCount, descriptors), 'PortCountOutOfRange')
    for (const bad of invalid)
      await refused(attempt([bad, ...inputs.slice(1)], outputs, stepCount, descriptors), 'InputInvalid')
    await refused(attempt(inputs, [3], stepCount, descriptors), 'OutputInvalid')
    await refused(attempt(inputs, [2, 0, 2], stepCount, descriptors), 'OutputInvalid')
    await refused(attempt(inputs, [1], 2, descriptors), 'StepsTooMany')
    await refused(attempt(inputs, outputs, 4, descriptors), 'StepsMissing')
  })
})
