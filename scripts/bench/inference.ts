// One inference: stock ONNX Runtime float32 on the original file, the honest path of an executor, and the whole trace.
import { tensorRoot } from '@plumbline/commitments'
import { compileModel, feed, floatInputs, readModelFile } from '@plumbline/compiler'
import { chooseLowering, encodeInput, onnxRuntimeBackend, prepareProgram } from '@plumbline/runtime'
import { InferenceSession } from 'onnxruntime-node'
import { presentModels, type ZooModel } from '../data/zoo.ts'
import type { Row } from '../lib/bench-row.ts'

/** Honest path over float32, one thread, on a CPU with VNNI. */
const RATIO: Readonly<Record<string, number>> = { squeezenet: 0.5, 'cifar10-resnet-4b': 0.5, superres: 0.5 }
const OTHERS = 1

const MEASURED_MS = 1_500
const MOST_RUNS = 400

export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const model of presentModels()) rows.push(...(await measure(model)))
  return rows
}

/** Enough for precision to be chosen as in earnest. */
const CALIBRATION = 24

async function measure(zoo: ZooModel): Promise<readonly Row[]> {
  const bytes = await readModelFile(zoo.file)
  const { calibration, evaluation } = await zoo.samples()
  const few = { calibration: calibration.slice(0, CALIBRATION), evaluation: [] }
  const { model } = await compileModel(bytes, { ...zoo.options, samples: few })
  const sample = evaluation[0]!
  const graphInputs = model.manifest.inputs.map(({ name, shape }) => ({
    name,
    fact: { type: 'float', shape } as const,
  }))
  const float = floatInputs(sample, graphInputs, new Map(Object.entries(zoo.options.preprocess ?? {})))
  const inputs = model.manifest.inputs.map((input, i) => encodeInput(input, sample.inputs[i]!))
  const row = (metric: string, value: number, unit: string, atMost: number | null = null): Row => ({
    bench: 'inference',
    case: zoo.name,
    metric,
    value,
    unit,
    target: atMost === null ? null : `at most ${atMost}`,
    met: atMost === null ? null : value <= atMost,
  })
  const rows: Row[] = []
  const { weights } = await chooseLowering(model, { cases: 18 })
  for (const threads of [1, 2]) {
    const original = await timedFloat(bytes, graphInputs, float, threads)
    const session = await onnxRuntimeBackend({ threads, weights }).load(model)
    // Per request: run, and the roots that are posted.
    const honest = await median(async () => (await session.run(inputs)).map(tensorRoot))
    const bare = await median(() => session.run(inputs))
    await session.close()
    const ratio = honest.middle / original.middle
    rows.push(
      row(`float32, ${threads} thread(s)`, original.middle, 'ms'),
      row(`honest path (${weights}), ${threads} thread(s)`, honest.middle, 'ms'),
      row(`its spread, ${threads} thread(s)`, honest.spread, 'ms'),
      row(
        `honest path over float32, ${threads} thread(s)`,
        ratio,
        'x',
        threads === 1 ? (RATIO[zoo.name] ?? OTHERS) : null,
      ),
      row(`hashing, ${threads} thread(s)`, (100 * (honest.middle - bare.middle)) / bare.middle, '%'),
    )
  }
  const prepared = prepareProgram(model.program, model.constants)
  const trace = await median(() => prepared.run(inputs), 3)
  rows.push(row('trace', trace.middle, 'ms', 5_000))
  return rows
}

async function timedFloat(
  bytes: Uint8Array,
  inputs: Parameters<typeof floatInputs>[1],
  data: readonly Float32Array[],
  threads: number,
): Promise<Timing> {
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 4 } as const
  const session = await InferenceSession.create(bytes, options)
  const types = new Map(session.inputMetadata.map((input) => [input.name, input.isTensor ? input.type : '']))
  const feeds = Object.fromEntries(
    inputs.map(({ name, fact }, i) => [name, feed(types.get(name), data[i]!, fact.shape)]),
  )
  const timing = await median(() => session.run(feeds))
  await session.release()
  return timing
}

interface Timing {
  readonly middle: number
  /** Between the first and the last quarter. */
  readonly spread: number
}

async function median(work: () => Promise<unknown>, least = 20): Promise<Timing> {
  await work()
  const times: number[] = []
  const start = performance.now()
  while (times.length < least || (performance.now() - start < MEASURED_MS && times.length < MOST_RUNS)) {
    const from = performance.now()
    await work()
    times.push(performance.now() - from)
  }
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)]!
  return { middle: at(0.5), spread: at(0.75) - at(0.25) }
}
