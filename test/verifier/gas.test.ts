import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { network } from 'hardhat'
import type { Step } from '@plumbline/ir'
import * as shapes from '../../scripts/lib/step-shapes.ts'
import { batchOf } from '../support/judge.ts'
import { chain, threeSteps } from '../support/programs.ts'
import { randomFrom } from '../support/random.ts'
import { registrationOf } from '../support/registry.ts'
import { fill } from '../support/shaped.ts'

/** Written anew, on purpose, with PLUMBLINE_UPDATE_SNAPSHOTS=1. */
const FILE = new URL('./gas.json', import.meta.url)
const TOLERANCE = 0.01

const SHAPES: Readonly<Record<string, Step>> = {
  'convolution 3x3, 64 channels': shapes.conv({ size: 56, channels: 64, outputs: 64, kernel: 3, pad: 1 }),
  'convolution 7x7, 3 channels': shapes.conv({
    size: 224,
    channels: 3,
    outputs: 64,
    kernel: 7,
    stride: 2,
    pad: 3,
  }),
  'depthwise convolution 3x3': shapes.depthwise(56, 64, 3),
  'fully connected, 1024 inputs': shapes.fullyConnected(1_024, 100),
  'max-pool 3x3': shapes.maxPool(56, 64, 3, 2),
  add: shapes.add(56 * 56 * 64),
  lookup: shapes.lookup(56 * 56 * 64),
  'attention scores': shapes.scores(4, 64, 64),
  division: shapes.divide(256, 64),
  'square root': shapes.squareRoot(64),
  'sum of 512 i32': shapes.lineSum('i32', 64, 512),
  'dot product of 512 i16 and u8': shapes.lineDot('i16', 'u8', 64, 512),
}

describe('gas of evaluations and registrations', function () {
  this.timeout(120_000)

  it('stays within one percent of the snapshot', async () => {
    // Gas without the floor of calldata, so that a change of the code shows.
    const { ethers } = await network.create({ override: { hardfork: 'cancun' } })
    const verifier = await ethers.deployContract('StepVerifier')
    const registry = await ethers.deployContract('ProgramRegistry')
    const actual: Record<string, number> = {}
    for (const [name, shape] of Object.entries(SHAPES)) {
      const { step, read } = fill(shape, randomFrom(7))
      const element = step.outputExtents.reduce((index, size) => index * size + Math.floor(size / 2), 0)
      const { descriptor, operandRoots, witnesses } = batchOf(step, [element], read)
      actual[name] = Number(
        await verifier.evaluate.estimateGas(descriptor, [...operandRoots], element, 0, witnesses[0]!),
      )
    }
    for (const [name, program] of Object.entries({
      'registration of three steps': threeSteps(),
      'registration of forty copies': chain(40, { dtype: 'u8', shape: [56, 56, 64] }),
    })) {
      const { inputs, outputs, stepCount, descriptors } = registrationOf(program)
      const sent = await registry.register(inputs, outputs, stepCount, descriptors)
      actual[name] = Number((await sent.wait())!.gasUsed)
    }
    if (process.env.PLUMBLINE_UPDATE_SNAPSHOTS === '1' || !existsSync(FILE))
      writeFileSync(FILE, `${JSON.stringify(actual, null, 2)}\n`)
    const expected = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, number>
    assert.deepEqual(Object.keys(actual), Object.keys(expected))
    for (const [name, gas] of Object.entries(actual))
      assert.ok(
        Math.abs(gas - expected[name]!) <= TOLERANCE * expected[name]!,
        `${name}: ${gas} gas, snapshot ${expected[name]}`,
      )
  })
})
