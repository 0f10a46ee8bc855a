// The whole trace of a program by the compiled interpreter, and the trees over it: what a party to a dispute computes.
import { tensorTree } from '@plumbline/commitments'
import { dtypeSize, outputElements } from '@plumbline/ir'
import { evaluateElement, prepareProgram, tensorReader } from '@plumbline/runtime'
import type { Row } from '../lib/bench-row.ts'
import { randomBelow, seededRandom } from '../train/random.ts'
import { activationBytes, multiplyAdds, type Workload } from './support/builder.ts'
import { digitsShaped } from './support/digits.ts'
import { squeezenetShaped } from './support/squeezenet.ts'

const RUNS = 7
const SAMPLES = 500

interface Case {
  readonly name: string
  readonly workload: Workload
  readonly traceMsAtMost: number
}

export async function run(): Promise<readonly Row[]> {
  const cases: readonly Case[] = [
    { name: 'digits', workload: digitsShaped(), traceMsAtMost: 10 },
    { name: 'squeezenet', workload: squeezenetShaped(), traceMsAtMost: 5_000 },
  ]
  const rows: Row[] = []
  for (const each of cases) rows.push(...(await measure(each)))
  return rows
}

async function measure({ name, workload, traceMsAtMost }: Case): Promise<readonly Row[]> {
  const { program, constants, inputs } = workload
  const started = performance.now()
  const prepared = prepareProgram(program, constants)
  const prepareMs = performance.now() - started
  const first = await timed(() => prepared.run(inputs))
  const trace = first.result
  const runs: number[] = []
  for (let i = 0; i < RUNS; i++) runs.push((await timed(() => prepared.run(inputs))).ms)
  const trees: number[] = []
  for (let i = 0; i < RUNS; i++) trees.push((await timed(async () => trace.map(tensorTree))).ms)
  const megabytes = activationBytes(program) / 1e6
  const row = (metric: string, value: number, unit: string, atMost: number | null = null): Row => ({
    bench: 'trace',
    case: name,
    metric,
    value,
    unit,
    target: atMost === null ? null : `at most ${atMost} ${unit}`,
    met: atMost === null ? null : value <= atMost,
  })
  return [
    row('steps', program.steps.length, 'steps'),
    row('multiply-adds', multiplyAdds(program) / 1e6, 'million'),
    row('activations', megabytes, 'MB'),
    row('prepare', prepareMs, 'ms'),
    row('first trace, not yet warm', first.ms, 'ms'),
    row('trace, median', median(runs), 'ms', traceMsAtMost),
    row('trees of all activations, median', median(trees), 'ms'),
    row('trees of all activations, median', megabytes / (median(trees) / 1e3), 'MB/s'),
    row(`of ${SAMPLES} elements differ from the reference`, differences(workload, trace), 'elements', 0),
  ]
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const started = performance.now()
  const result = await work()
  return { result, ms: performance.now() - started }
}

const median = (values: readonly number[]): number =>
  values.toSorted((x, y) => x - y)[Math.floor(values.length / 2)]!

/** Spot check of random elements of random steps: the packages' tests compare every byte of smaller programs. */
function differences({ program, constants, inputs }: Workload, trace: readonly Uint8Array[]): number {
  const random = seededRandom(2)
  const read = tensorReader(inputs, constants, trace)
  let count = 0
  for (let i = 0; i < SAMPLES; i++) {
    const index = i % program.steps.length
    const step = program.steps[index]!
    const element = randomBelow(random, outputElements(step))
    const bytes = Buffer.from(trace[index]!.buffer, trace[index]!.byteOffset, trace[index]!.byteLength)
    const size = dtypeSize(step.dtype)
    const actual = size === 1 ? bytes[element] : bytes.readIntLE(element * size, size)
    if (actual !== evaluateElement(step, element, read)) count++
  }
  return count
}
