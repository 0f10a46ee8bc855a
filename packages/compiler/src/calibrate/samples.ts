import { createHash } from 'node:crypto'
import { numel } from '@plumbline/ir'
import { ModelError } from '@plumbline/ops'
import type { GraphInput } from '../graph/graph.ts'
import { type Preprocess, preprocessed } from '../preprocess.ts'

/**
 * One example: for every model input, in order, its elements. Bytes where the input is raw (preprocessing folded in),
 * else the float32 numbers that the original model takes.
 */
export interface Sample {
  readonly inputs: readonly (Uint8Array | Float32Array)[]
  /** Class, for accuracy. */
  readonly label?: number
}

export interface SampleSet {
  /** Ranges are estimated on these. */
  readonly calibration: readonly Sample[]
  /** Accuracy is measured on these; never the same ones. */
  readonly evaluation: readonly Sample[]
}

/** Every fourth sample calibrates, the others evaluate. */
export const splitSamples = (samples: readonly Sample[]): SampleSet => ({
  calibration: samples.filter((_, i) => i % 4 === 0),
  evaluation: samples.filter((_, i) => i % 4 !== 0),
})

/** What the float model takes for a sample. @throws ModelError SAMPLE_INVALID */
export function floatInputs(
  sample: Sample,
  inputs: readonly GraphInput[],
  preprocess: ReadonlyMap<string, Preprocess>,
): readonly Float32Array[] {
  if (sample.inputs.length !== inputs.length)
    throw new ModelError(
      'SAMPLE_INVALID',
      `a sample holds ${sample.inputs.length} inputs, the model takes ${inputs.length}`,
    )
  return inputs.map(({ name, fact }, i) => {
    const data = sample.inputs[i]!
    const raw = preprocess.get(name)
    const count = numel(fact.shape)
    if (data.length !== count)
      throw new ModelError(
        'SAMPLE_INVALID',
        `a sample of input '${name}' has ${data.length} elements, shape [${fact.shape.join(', ')}] has ${count}`,
        { input: name },
      )
    if (raw) {
      if (!(data instanceof Uint8Array))
        throw new ModelError('SAMPLE_INVALID', `input '${name}' is preprocessed: its samples are raw bytes`, {
          input: name,
        })
      return preprocessed(data, fact.shape, raw)
    }
    const floats = data instanceof Float32Array ? data : Float32Array.from(data)
    if (floats.some((x) => !Number.isFinite(x)))
      throw new ModelError(
        'SAMPLE_INVALID',
        `a sample of input '${name}' holds a number that is not finite`,
        {
          input: name,
        },
      )
    return floats
  })
}

/** Names the samples that ranges were estimated on. */
export function samplesHash(samples: readonly Sample[]): string {
  const hash = createHash('sha256')
  for (const { inputs } of samples)
    for (const data of inputs) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return hash.digest('hex')
}

/**
 * Uniform noise, for a model whose owner brings no samples: enough to try things, too little to trust the accuracy.
 * Seeded, so the same everywhere.
 */
export function syntheticSamples(
  inputs: readonly GraphInput[],
  preprocess: ReadonlyMap<string, Preprocess>,
  count: number,
): readonly Sample[] {
  let state = 0x9e3779b9
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, () => ({
    inputs: inputs.map(({ name, fact }) => {
      const length = numel(fact.shape)
      return preprocess.has(name)
        ? Uint8Array.from({ length }, () => Math.floor(next() * 256))
        : Float32Array.from({ length }, () =>
            fact.type === 'float' ? 2 * next() - 1 : Math.floor(2 * next()),
          )
    }),
  }))
}
