import assert from 'node:assert/strict'
import { byteLength, outputElements } from '@plumbline/ir'
import {
  evaluateElement,
  type Model,
  onnxRuntimeBackend,
  runCompiled,
  tensorReader,
} from '@plumbline/runtime'
import { compileModel, type CompiledModel, type CompileOptions, type Sample } from '../../src/index.ts'
import { onnxFile, type TestModel } from './onnx-file.ts'
import { type Random, seeded } from './random.ts'

export interface Checked {
  readonly compiled: CompiledModel
  /** Output elements at which both lowerings were compared with the interpreter. */
  readonly compared: number
}

export interface CheckOptions extends CompileOptions {
  readonly seed?: number
  /** Least signal to error of integer against float, decibels. */
  readonly decibels?: number
  readonly runs?: number
}

/**
 * Compiles; then the integer model is near the float original, and both weight forms of the lowering, the compiled
 * interpreter and the definition have the same bits, on arbitrary bytes as inputs.
 */
export async function checkModel(model: TestModel, options: CheckOptions = {}): Promise<Checked> {
  const random = seeded(options.seed ?? 1)
  const samples = (n: number): Sample[] => Array.from({ length: n }, () => sample(model, options, random))
  const compiled = await compileModel(onnxFile(model), {
    samples: { calibration: samples(16), evaluation: samples(16) },
    rangeRule: 'minmax',
    ...options,
  })
  const quality = compiled.report.accuracy!.signalToError
  const least = options.decibels ?? 25
  assert.ok(quality >= least, `integer is within ${quality.toFixed(1)} dB of float, ${least} expected`)
  const compared = await compareLowerings(compiled.model, random, options.runs ?? 3)
  return { compiled, compared }
}

function sample(model: TestModel, options: CompileOptions, random: Random): Sample {
  const inputs = Object.entries(model.inputs).map(([name, shape]) => {
    const length = shape.reduce<number>((n, size) => n * (size as number), 1)
    const below = model.indices?.[name]
    if (below !== undefined) return Float32Array.from({ length }, () => random.integer(0, below - 1))
    return options.preprocess?.[name]
      ? Uint8Array.from({ length }, () => random.integer(0, 255))
      : Float32Array.from({ length }, () => 4 * random.next() - 2)
  })
  return { inputs }
}

/** Compares ONNX Runtime with the interpreters on random bytes; returns how many elements were compared. */
export async function compareLowerings(model: Model, random: Random, runs: number): Promise<number> {
  const sessions = await Promise.all(
    (['u8', 'i8'] as const).map((weights) => onnxRuntimeBackend({ weights }).load(model)),
  )
  let compared = 0
  for (let run = 0; run < runs; run++) {
    const inputs = model.program.inputs.map((type) =>
      Uint8Array.from({ length: byteLength(type) }, () => random.integer(0, 255)),
    )
    const trace = await runCompiled(model.program, model.constants, inputs)
    spotCheck(model, inputs, trace, random)
    const expected = model.program.outputs.map((step) => trace[step]!)
    for (const session of sessions) {
      const results = await session.run(inputs)
      results.forEach((bytes, port) => {
        assert.deepEqual(Buffer.from(bytes), Buffer.from(expected[port]!), `output ${port} of run ${run}`)
        compared += outputElements(model.program.steps[model.program.outputs[port]!]!)
      })
    }
  }
  await Promise.all(sessions.map((session) => session.close()))
  return compared
}

/** The definition at a few elements of every step. */
function spotCheck(
  model: Model,
  inputs: readonly Uint8Array[],
  trace: readonly Uint8Array[],
  random: Random,
): void {
  const read = tensorReader(inputs, model.constants, trace)
  const views = { u8: Uint8Array, i16: Int16Array, i32: Int32Array }
  model.program.steps.forEach((step, index) => {
    const stored = new views[step.dtype](trace[index]!.slice().buffer)
    for (let i = 0; i < 5; i++) {
      const element = random.integer(0, stored.length - 1)
      assert.equal(stored[element], evaluateElement(step, element, read), `step ${index}, element ${element}`)
    }
  })
}
