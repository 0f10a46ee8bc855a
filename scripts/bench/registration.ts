import { network } from 'hardhat'
import { programRoot } from '@plumbline/commitments'
import type { Program } from '@plumbline/ir'
import { chain } from '../../test/support/programs.ts'
import { registrationOf } from '../../test/support/registry.ts'
import type { Row } from '../lib/bench-row.ts'
import { squeezenetShaped } from './support/squeezenet.ts'

const SQUEEZENET_TARGET = 800_000
const STEP_TARGET = 14_200

/** Gas of registering programs, whole transactions. */
export async function run(): Promise<readonly Row[]> {
  const { ethers } = await network.create()
  const registry = await ethers.deployContract('ProgramRegistry')
  const gasOf = async (program: Program): Promise<number> => {
    const { inputs, outputs, stepCount, descriptors } = registrationOf(program)
    const sent = await registry.register(inputs, outputs, stepCount, descriptors)
    const receipt = await sent.wait()
    if (!(await registry.isRegistered(programRoot(program)))) throw new Error('not registered')
    return Number(receipt!.gasUsed)
  }
  const squeezenet = squeezenetShaped().program
  const copies = chain(400, { dtype: 'u8', shape: [56, 56, 64] })
  const whole = await gasOf(squeezenet)
  const long = await gasOf(copies)
  const single = await gasOf(chain(1, { dtype: 'u8', shape: [100] }))
  const row = (name: string, metric: string, value: number, target: number | null): Row => ({
    bench: 'registration',
    case: name,
    metric,
    value: Math.round(value),
    unit: 'gas',
    target: target === null ? null : `at most ${target.toLocaleString('en-US')}`,
    met: target === null ? null : value <= target,
  })
  const name = `SqueezeNet's shape, ${squeezenet.steps.length} steps`
  return [
    row(name, 'whole', whole, SQUEEZENET_TARGET),
    row(name, 'a step', whole / squeezenet.steps.length, null),
    row(name, 'a step beyond the first', (whole - single) / (squeezenet.steps.length - 1), STEP_TARGET),
    row('400 copies, one transaction', 'whole', long, null),
    row('400 copies, one transaction', 'a step', long / 400, STEP_TARGET),
    row('1 copy', 'whole', single, null),
  ]
}
