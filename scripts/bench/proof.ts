import { network } from 'hardhat'
import { proofBound, type Step } from '@plumbline/ir'
import { evaluateElement } from '@plumbline/runtime'
import { batchOf } from '../../test/support/judge.ts'
import { randomFrom } from '../../test/support/random.ts'
import { fill } from '../../test/support/shaped.ts'
import type { Row } from '../lib/bench-row.ts'
import * as shapes from '../lib/step-shapes.ts'

interface Case {
  readonly name: string
  readonly shape: Step
  /** Gas, about. */
  readonly target: number | null
}

const CASES: readonly Case[] = [
  {
    name: 'convolution 3x3, 64 channels',
    shape: shapes.conv({ size: 56, channels: 64, outputs: 64, kernel: 3, pad: 1 }),
    target: 136_000,
  },
  {
    name: 'convolution 3x3, 512 channels',
    shape: shapes.conv({ size: 14, channels: 512, outputs: 512, kernel: 3, pad: 1 }),
    target: 430_000,
  },
  {
    name: 'convolution 1x1, 64 channels',
    shape: shapes.conv({ size: 56, channels: 64, outputs: 64, kernel: 1 }),
    target: 90_000,
  },
  {
    name: 'convolution 7x7, 3 channels',
    shape: shapes.conv({ size: 224, channels: 3, outputs: 64, kernel: 7, stride: 2, pad: 3 }),
    target: 149_000,
  },
  { name: 'depthwise convolution 3x3', shape: shapes.depthwise(56, 64, 3), target: 132_000 },
  { name: 'fully connected, 4096 inputs', shape: shapes.fullyConnected(4_096, 1_000), target: 378_000 },
  { name: 'max-pool 3x3', shape: shapes.maxPool(56, 64, 3, 2), target: 105_000 },
  { name: 'add', shape: shapes.add(56 * 56 * 64), target: 87_000 },
  { name: 'lookup', shape: shapes.lookup(56 * 56 * 64), target: 77_000 },
  { name: 'copy', shape: shapes.copy(56 * 56 * 64), target: 70_000 },
  { name: 'attention scores', shape: shapes.scores(4, 64, 64), target: 89_000 },
  { name: 'division', shape: shapes.divide(256, 64), target: 81_000 },
  { name: 'square root', shape: shapes.squareRoot(64), target: 65_000 },
  { name: 'sum of 512 i32', shape: shapes.lineSum('i32', 64, 512), target: null },
  { name: 'dot product of 1024 i16 and i16', shape: shapes.lineDot('i16', 'i16', 64, 1_024), target: null },
  { name: 'dot product of 1024 i16 and u8', shape: shapes.lineDot('i16', 'u8', 64, 1_024), target: null },
]
/** Targets are given in round numbers. */
const TOLERANCE = 1.03
const CONTEXT = { stepCount: 64, inputCount: 1 }
const SEED = 7

/** Gas of one evaluation by the step verifier, whole transactions, on random bytes; and the bound of the whole proof. */
export async function run(): Promise<readonly Row[]> {
  const { ethers } = await network.create()
  const verifier = await ethers.deployContract('StepVerifier')
  const [sender] = await ethers.getSigners()
  const rows: Row[] = []
  for (const { name, shape, target } of CASES) {
    const { step, read } = fill(shape, randomFrom(SEED))
    // The middle of every output axis, away from padding.
    const element = step.outputExtents.reduce((index, size) => index * size + Math.floor(size / 2), 0)
    const { descriptor, operandRoots, witnesses } = batchOf(step, [element], read)
    const witness = witnesses[0]!
    const roots = [...operandRoots]
    if (
      (await verifier.evaluate(descriptor, roots, element, 0, witness)) !==
      BigInt(evaluateElement(step, element, read))
    )
      throw new Error(`${name}: the verifier and the interpreter disagree`)
    const data = verifier.interface.encodeFunctionData('evaluate', [descriptor, roots, element, 0, witness])
    const sent = await sender!.sendTransaction({ to: verifier, data })
    const receipt = await sent.wait()
    const row = (metric: string, value: number, about: number | null): Row => ({
      bench: 'proof',
      case: name,
      metric,
      value,
      unit: 'gas',
      target: about === null ? null : `about ${about.toLocaleString('en-US')}`,
      met: about === null ? null : value <= TOLERANCE * about,
    })
    rows.push(row('evaluation', Number(receipt!.gasUsed), target))
    rows.push(row('bound of the proof', proofBound(step, CONTEXT).gas, null))
  }
  return rows
}
