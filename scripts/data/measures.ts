import { floatInputs, loadFloatModel, readModelFile, type SampleSet } from '@plumbline/compiler'
import { decodeOutput, encodeInput, type Model, onnxRuntimeBackend } from '@plumbline/runtime'
import { decodeFaces, distinctFaces, overlap } from './faces.ts'
import { characterDifference, readText } from './ocr.ts'
import type { ZooModel } from './zoo.ts'

/** Named outputs of both models for one sample. */
interface Pair {
  readonly float: ReadonlyMap<string, ArrayLike<number>>
  readonly integer: ReadonlyMap<string, ArrayLike<number>>
}

/** Runs the original and the integer model on every evaluation sample. */
async function pairs(
  { file, options }: ZooModel,
  model: Model,
  samples: SampleSet,
  each: (pair: Pair) => void,
): Promise<void> {
  const { inputs, outputs } = model.manifest
  const graphInputs = inputs.map(({ name, shape }) => ({ name, fact: { type: 'float', shape } as const }))
  const preprocess = new Map(Object.entries(options.preprocess ?? {}))
  const names = outputs.map(({ name }) => name)
  const float = await loadFloatModel(await readModelFile(file), graphInputs, names)
  const session = await onnxRuntimeBackend().load(model)
  try {
    for (const sample of samples.evaluation) {
      const expected = await float.run(floatInputs(sample, graphInputs, preprocess))
      const bytes = await session.run(sample.inputs.map((data, port) => encodeInput(inputs[port]!, data)))
      each({
        float: expected,
        integer: new Map(outputs.map((port, i) => [port.name, decodeOutput(port, bytes[i]!)])),
      })
    }
  } finally {
    await Promise.all([float.close(), session.close()])
  }
}

/** Peak signal (1) to error of an output, decibels. */
export async function peakSignalToError(
  zoo: ZooModel,
  model: Model,
  samples: SampleSet,
  output: string,
): Promise<number> {
  let error = 0
  let count = 0
  await pairs(zoo, model, samples, ({ float, integer }) => {
    const [wanted, got] = [float.get(output)!, integer.get(output)!]
    for (let i = 0; i < wanted.length; i++) error += (wanted[i]! - got[i]!) ** 2
    count += wanted.length
  })
  return -10 * Math.log10(error / count)
}

/** The share of rows of an output whose largest value is at the same place. */
export async function sameAnswers(
  zoo: ZooModel,
  model: Model,
  samples: SampleSet,
  output: string,
): Promise<number> {
  const width = model.manifest.outputs.find(({ name }) => name === output)!.shape.at(-1)!
  let same = 0
  let count = 0
  await pairs(zoo, model, samples, ({ float, integer }) => {
    const [wanted, got] = [float.get(output)!, integer.get(output)!]
    for (let at = 0; at < wanted.length; at += width, count++)
      if (largest(wanted, at, width) === largest(got, at, width)) same++
  })
  return same / count
}

function largest(values: ArrayLike<number>, from: number, count: number): number {
  let best = from
  for (let i = from + 1; i < from + count; i++) if (values[i]! > values[best]!) best = i
  return best
}

/** Lines that both read alike but for spaces, and the share of characters that differ. */
export async function linesRead(
  zoo: ZooModel,
  model: Model,
  samples: SampleSet,
  keys: readonly string[],
): Promise<{ readonly lines: number; readonly alike: number; readonly difference: number }> {
  const port = model.manifest.outputs[0]!
  const tally = { lines: 0, alike: 0, characters: 0, changed: 0 }
  await pairs(zoo, model, samples, (pair) => {
    const [wanted, got] = [pair.float, pair.integer].map((outputs) =>
      readText(outputs.get(port.name)!, port.shape.at(-1)!, keys),
    ) as [string, string]
    tally.lines++
    if (wanted.replaceAll(' ', '') === got.replaceAll(' ', '')) tally.alike++
    tally.characters += wanted.length
    tally.changed += characterDifference(wanted, got)
  })
  return { lines: tally.lines, alike: tally.alike, difference: tally.changed / tally.characters }
}

/** Pixels that both call text (score over 0.3) over pixels that either does. */
export async function maskOverlap(zoo: ZooModel, model: Model, samples: SampleSet): Promise<number> {
  const { name } = model.manifest.outputs[0]!
  let both = 0
  let either = 0
  await pairs(zoo, model, samples, ({ float, integer }) => {
    const [wanted, got] = [float.get(name)!, integer.get(name)!]
    for (let i = 0; i < wanted.length; i++) {
      const [a, b] = [wanted[i]! > 0.3, got[i]! > 0.3]
      if (a && b) both++
      if (a || b) either++
    }
  })
  return both / either
}

/** Faces that the float detector is sure of, and how many of them the integer one finds at the same place. */
export async function facesFound(
  zoo: ZooModel,
  model: Model,
  samples: SampleSet,
): Promise<{ readonly wanted: number; readonly found: number }> {
  let wanted = 0
  let found = 0
  await pairs(zoo, model, samples, ({ float, integer }) => {
    const sure = distinctFaces(decodeFaces(float.get('scores')!, float.get('boxes')!, 0.9), 0.3)
    const candidates = decodeFaces(integer.get('scores')!, integer.get('boxes')!, 0.7)
    wanted += sure.length
    found += sure.filter(({ box }) => candidates.some((other) => overlap(other.box, box) >= 0.7)).length
  })
  return { wanted, found }
}
