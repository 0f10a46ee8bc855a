import assert from 'node:assert/strict'
import { tensorRoot, toHash } from '@plumbline/commitments'
import { buildProof, type Proof, type Trace, traceOf, witnessOf } from '@plumbline/dispute'
import { encodeStep, type Hash } from '@plumbline/ir'
import { runCompiled } from '@plumbline/runtime'
import { everyKind, oneStep, type Workload } from './support/programs.ts'
import { bringDown, committedView, type Fall, openTrial, type Trial } from './support/trial.ts'

const WRONG: Hash = `0x${'9'.repeat(64)}`

describe('what a proof cannot say', function () {
  this.timeout(600_000)
  const workload = everyKind()
  const { program, inputs } = workload
  let trial: Trial
  let honest: Trace
  /** A proof that step 6, a sum of two earlier outputs, is wrong. */
  let sum: Fall
  /** A proof that step 0, which reads the job's input, is wrong. */
  let first: Fall

  before(async () => {
    trial = await openTrial()
    honest = traceOf(program, workload.constants, inputs, await run(workload))
    sum = await fall(workload, honest, 6, 250)
    first = await fall(workload, honest, 0, 299)
    assert.deepEqual(await trial.prove(program, [sum, first]), ['0x', '0x'])
  })

  const refuses = async (of: Fall, change: Partial<Proof>, name: string): Promise<void> => {
    const [failure] = await trial.prove(program, [{ ...of, proof: { ...of.proof, ...change } }])
    assert.equal(trial.errorOf(failure!) ?? failure, name)
  }
  const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
    bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))

  it('another descriptor, or another place for it', async () => {
    const other = encodeStep(program.steps[5]!)
    await refuses(sum, { descriptor: other }, 'NodeMismatch')
    await refuses(sum, { descriptor: flipped(sum.proof.descriptor, 20) }, 'NodeMismatch')
    await refuses(sum, { step: 5 }, 'NodeMismatch')
    await refuses(sum, { step: 8 }, 'MerkleIndex')
    await refuses(sum, { stepPath: sum.proof.stepPath.slice(1) }, 'MerkleLength')
    await refuses(sum, { stepPath: [...sum.proof.stepPath, WRONG] }, 'MerkleLength')
  })

  it('other outputs of steps than the committed ones (property 12)', async () => {
    const { tracedRoots, traceSiblings } = sum.proof
    assert.equal(tracedRoots.length, 3)
    await refuses(sum, { tracedRoots: [WRONG, ...tracedRoots.slice(1)] }, 'NodeMismatch')
    await refuses(sum, { tracedRoots: tracedRoots.toReversed() }, 'NodeMismatch')
    await refuses(sum, { tracedRoots: tracedRoots.slice(1) }, 'MerkleLength')
    await refuses(sum, { tracedRoots: [...tracedRoots, WRONG] }, 'MerkleLength')
    await refuses(sum, { traceSiblings: traceSiblings.slice(1) }, 'MerkleLength')
    await refuses(sum, { traceSiblings: [...traceSiblings, WRONG] }, 'MerkleLength')
  })

  it('another output leaf, or an element that is not there', async () => {
    const { outputLeaf, outputPath } = sum.proof
    await refuses(sum, { outputLeaf: flipped(outputLeaf, 3) }, 'NodeMismatch')
    await refuses(sum, { outputLeaf: outputLeaf.subarray(1) }, 'LeafLength')
    await refuses(sum, { outputLeaf: Uint8Array.of(...outputLeaf, 0) }, 'LeafLength')
    await refuses(sum, { outputPath: [WRONG, ...outputPath.slice(1)] }, 'NodeMismatch')
    await refuses(sum, { outputPath: [...outputPath, WRONG] }, 'MerkleLength')
    await refuses(sum, { element: 5 }, 'NodeMismatch')
    await refuses(sum, { element: 320 }, 'ElementOutOfRange')
    await refuses(sum, { element: 2 ** 32 - 1 }, 'ElementOutOfRange')
  })

  it('other inputs than the job’s (property 3)', async () => {
    await refuses(first, { inputRoots: [WRONG] }, 'InputMismatch')
    await refuses(first, { jobHead: WRONG }, 'InputMismatch')
    await refuses(first, { inputRoots: [...first.proof.inputRoots, WRONG] }, 'InputMismatch')
    // A whole run on other inputs, against the honest answer to the job's.
    const others = [inputs[0]!.map((byte) => 255 - byte)]
    const elsewhere = { ...workload, inputs: others }
    const own = traceOf(program, workload.constants, others, await run(elsewhere))
    const view = committedView(program, inputs, honest)
    const { proof } = bringDown(view, own, honest)!
    const [failure] = await trial.prove(program, [{ view, proof, openings: 0 }])
    assert.equal(trial.errorOf(failure!), 'InputMismatch')
  })

  it('other bytes of its operands', async () => {
    const { witness } = sum.proof
    for (const at of [14, witness.length - 40]) {
      const [failure] = await trial.prove(program, [
        { ...sum, proof: { ...sum.proof, witness: flipped(witness, at) } },
      ])
      assert.notEqual(failure, '0x')
    }
    await refuses(sum, { witness: Uint8Array.of(...witness, 0) }, 'WitnessLength')
    const [missing] = await trial.prove(program, [
      { ...sum, proof: { ...sum.proof, witness: new Uint8Array() } },
    ])
    assert.notEqual(missing, '0x')
    // The witness of a neighbour, whose bytes lie in other leaves.
    const neighbour = witnessOf(honest, program.steps[6]!, 10)
    await refuses(sum, { witness: neighbour }, 'WitnessMissing')
  })

  it('anything against a right trace: no element of it can be proved wrong', async () => {
    const view = committedView(program, inputs, honest)
    assert.equal(bringDown(view, honest, honest), undefined)
    const proofs: Fall[] = []
    for (const [step, element] of [
      [0, 0],
      [1, 39],
      [2, 7],
      [3, 19],
      [4, 3],
      [5, 299],
      [6, 319],
      [7, 32],
    ] as const) {
      const lie = await fall(workload, honest, step, element)
      const leaf = honest.output(step).subarray(0)
      const size = { u8: 1, i16: 2, i32: 4 }[program.steps[step]!.dtype]
      const from = Math.floor((element * size) / 128) * 128
      const padded = new Uint8Array(128)
      padded.set(leaf.subarray(from, Math.min(from + 128, leaf.length)))
      assert.equal(lie.proof.element, element)
      proofs.push({ view, openings: 0, proof: buildProof(view, honest, step, element, padded) })
    }
    for (const failure of await trial.prove(program, proofs))
      assert.equal(trial.errorOf(failure), 'ElementHolds')
  })
})

describe('zero is data (property 15)', function () {
  this.timeout(600_000)

  it('zeros are committed, opened, proved wrong and right like anything else', async () => {
    const trial = await openTrial()
    const { program, constants } = oneStep()
    for (const byte of [0, 255]) {
      // The step adds one and saturates.
      const workload = { program, constants, inputs: [new Uint8Array(1_000).fill(byte)] }
      const honest = traceOf(program, constants, workload.inputs, await run(workload))
      const falls = [await fall(workload, honest, 0, 0), await fall(workload, honest, 0, 999)]
      assert.deepEqual(await trial.prove(program, falls), ['0x', '0x'])
    }
    // A lie that is all zeros, and a truth that is.
    const workload = { program, constants, inputs: [new Uint8Array(1_000).fill(7)] }
    const honest = traceOf(program, constants, workload.inputs, await run(workload))
    const zeros = traceOf(program, constants, workload.inputs, [new Uint8Array(1_000)])
    const lost = bringDown(committedView(program, workload.inputs, zeros), honest, zeros)!
    assert.deepEqual(await trial.prove(program, [lost]), ['0x'])
    assert.equal(tensorRoot(new Uint8Array(1_000)), toHash(zeros.root().levels[0]!))
  })
})

const run = async (
  { program, constants, inputs }: Workload,
  onStep?: (step: number, output: Uint8Array) => void,
): Promise<readonly Uint8Array[]> => runCompiled(program, constants, inputs, onStep && { onStep })

/** The proof against a trace in which one element is changed and everything downstream recomputed. */
async function fall(workload: Workload, honest: Trace, step: number, element: number): Promise<Fall> {
  const size = { u8: 1, i16: 2, i32: 4 }[workload.program.steps[step]!.dtype]
  const outputs = await run(workload, (index, output) => {
    if (index === step) output[element * size] = output[element * size]! ^ 1
  })
  const committed = traceOf(workload.program, workload.constants, workload.inputs, outputs)
  return bringDown(committedView(workload.program, workload.inputs, committed), honest, committed)!
}
