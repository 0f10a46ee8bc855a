import { decodeOutput, encodeInput, type Model, onnxRuntimeBackend } from '@plumbline/runtime'
import { loadFloatModel } from '../calibrate/float-model.ts'
import { floatInputs, type Sample } from '../calibrate/samples.ts'
import type { TypedGraph } from '../graph/graph.ts'
import type { Preprocess } from '../preprocess.ts'

/** The integer model against the float original, on samples that calibration never saw. Shares are of 1. */
export interface Accuracy {
  readonly samples: number
  /** How often the largest value of the first output is the label; null without labels. */
  readonly float: number | null
  readonly integer: number | null
  /** How often both put the largest value of the first output at the same place. */
  readonly agreement: number
  /** Signal to error of all outputs before a last softmax, decibels; infinite where they are equal. */
  readonly signalToError: number
}

/** Runs both models on every sample. */
export async function measureAccuracy(
  onnx: Uint8Array,
  graph: TypedGraph,
  model: Model,
  preprocess: ReadonlyMap<string, Preprocess>,
  samples: readonly Sample[],
  onSample: (done: number, total: number) => void,
): Promise<Accuracy> {
  const names = graph.outputs.map(({ tensor }) => tensor)
  const float = await loadFloatModel(onnx, graph.inputs, names)
  const integer = await onnxRuntimeBackend().load(model)
  const tally = { float: 0, integer: 0, agreement: 0, labelled: 0, signal: 0, error: 0 }
  try {
    for (const [i, sample] of samples.entries()) {
      const reference = await float.run(floatInputs(sample, graph.inputs, preprocess))
      const bytes = sample.inputs.map((data, port) => encodeInput(model.manifest.inputs[port]!, data))
      const results = await integer.run(bytes)
      const decoded = results.map((result, port) => {
        const { softmax: _, ...logits } = model.manifest.outputs[port]!
        return decodeOutput(logits, result)
      })
      names.forEach((name, port) => {
        const expected = reference.get(name)!
        for (let k = 0; k < expected.length; k++) {
          tally.signal += expected[k]! ** 2
          tally.error += (expected[k]! - decoded[port]![k]!) ** 2
        }
      })
      const wanted = argmax(reference.get(names[0]!)!)
      const got = argmax(decoded[0]!)
      if (wanted === got) tally.agreement++
      if (sample.label !== undefined) {
        tally.labelled++
        if (wanted === sample.label) tally.float++
        if (got === sample.label) tally.integer++
      }
      onSample(i + 1, samples.length)
    }
  } finally {
    await Promise.all([float.close(), integer.close()])
  }
  return {
    samples: samples.length,
    float: tally.labelled > 0 ? tally.float / tally.labelled : null,
    integer: tally.labelled > 0 ? tally.integer / tally.labelled : null,
    agreement: tally.agreement / samples.length,
    signalToError: tally.error === 0 ? Infinity : 10 * Math.log10(tally.signal / tally.error),
  }
}

export function argmax(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  return best
}
