import { byteLength } from '@plumbline/ir'
import { type Lowering, ModelError } from '@plumbline/ops'
import { prepareProgram } from '../compiled/run.ts'
import type { Model } from '../model/model.ts'
import { onnxRuntimeBackend } from '../onnxruntime/backend.ts'
import type { SessionOptions } from '../onnxruntime/session.ts'
import { macroCase } from './cases.ts'
import { compareLayer } from './compare.ts'
import { caseLayer, modelLayers } from './layer.ts'
import { type Machine, thisMachine } from './machine.ts'
import { recall, remember } from './memory.ts'
import { seededRandom } from './random.ts'

export interface LoweringResult {
  readonly weights: Lowering['weights']
  /** Output elements that equalled the interpreter's, of conformance cases and of the model's own layers. */
  readonly elements: number
  /** Null where every element was exact; else the first that was not. */
  readonly mismatch: { readonly node: string; readonly element: number } | null
  /** Median time of one run; null for a lowering that is not exact. */
  readonly milliseconds: number | null
}

export interface LoweringChoice {
  readonly weights: Lowering['weights']
  readonly results: readonly LoweringResult[]
  readonly machine: Machine
  /** Whether it was made earlier, for the same machine, library and model. */
  readonly remembered: boolean
}

export interface ChooseOptions extends SessionOptions {
  /** Directory to keep choices in; without it every call tests anew. */
  readonly memory?: string
  /** Conformance cases to run; the default takes about a second. */
  readonly cases?: number
  readonly onProgress?: (done: number, total: number) => void
}

const CASES = 90
const RUNS_OF_A_LAYER = 2
const TIMED_MS = 500

/**
 * Proves this machine on a model: runs conformance cases and each of the model's own layers through every lowering,
 * compares with the interpreter, times the exact ones end to end and picks the fastest.
 * @throws ModelError NO_EXACT_LOWERING where none is exact: this machine must not serve the model
 */
export async function chooseLowering(model: Model, options: ChooseOptions = {}): Promise<LoweringChoice> {
  const machine = thisMachine()
  const key = { machine, programRoot: model.manifest.programRoot, threads: options.threads ?? 1 }
  const known = options.memory === undefined ? null : await recall(options.memory, key)
  if (known) return { ...known, machine, remembered: true }
  const results: LoweringResult[] = []
  for (const weights of ['u8', 'i8'] as const)
    results.push(await tryLowering(model, weights, options, results.length))
  const exact = results.filter((result) => result.milliseconds !== null)
  const fastest = exact.toSorted((a, b) => a.milliseconds! - b.milliseconds!)[0]
  if (fastest === undefined)
    throw new ModelError(
      'NO_EXACT_LOWERING',
      `no lowering of '${model.manifest.name}' is exact on this machine (${machine.cpu}): it must not serve the model`,
      { results, machine },
    )
  const choice = { weights: fastest.weights, results }
  if (options.memory !== undefined) await remember(options.memory, key, choice)
  return { ...choice, machine, remembered: false }
}

async function tryLowering(
  model: Model,
  weights: Lowering['weights'],
  options: ChooseOptions,
  round: number,
): Promise<LoweringResult> {
  const cases = options.cases ?? CASES
  const layers = [
    ...Array.from({ length: cases }, (_, i) => () => caseLayer(macroCase(i))),
    ...modelLayers(model).map((layer) => () => layer),
  ]
  const random = seededRandom(1)
  let elements = 0
  for (const [i, layer] of layers.entries()) {
    const { elements: compared, mismatch } = await compareLayer(layer(), weights, random, RUNS_OF_A_LAYER)
    elements += compared
    if (mismatch) return { weights, elements, mismatch, milliseconds: null }
    options.onProgress?.(round * layers.length + i + 1, 2 * layers.length)
  }
  return await wholeModel(model, weights, options, elements)
}

/** The session as it will serve, where the optimiser sees all nodes together. */
async function wholeModel(
  model: Model,
  weights: Lowering['weights'],
  options: ChooseOptions,
  before: number,
): Promise<LoweringResult> {
  const session = await onnxRuntimeBackend({ ...options, weights }).load(model)
  const random = seededRandom(2)
  const inputs = model.program.inputs.map((type) => random.bytes(byteLength(type)))
  try {
    const trace = await prepareProgram(model.program, model.constants).run(inputs)
    const results = await session.run(inputs)
    let elements = before
    for (const [port, output] of model.manifest.outputs.entries()) {
      const expected = trace[model.program.outputs[port]!]!
      const at = expected.findIndex((byte, i) => byte !== results[port]![i])
      const size = byteLength({ dtype: output.dtype, shape: [1] })
      elements += expected.byteLength / size
      if (at >= 0)
        return {
          weights,
          elements,
          mismatch: { node: output.name, element: Math.floor(at / size) },
          milliseconds: null,
        }
    }
    return { weights, elements, mismatch: null, milliseconds: await medianTime(() => session.run(inputs)) }
  } finally {
    await session.close()
  }
}

async function medianTime(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  const start = performance.now()
  await work()
  do {
    const from = performance.now()
    await work()
    times.push(performance.now() - from)
  } while (performance.now() - start < TIMED_MS)
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
}
