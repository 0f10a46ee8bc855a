import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Sample } from '@plumbline/compiler'

const START = 1
/** Sharper than the model itself, so that sentences stay sentences. */
const TEMPERATURE = 0.8

/** Texts that a language model writes itself, token by token, by seeded chance: what it is used on. */
export async function ownTexts(
  file: string,
  input: string,
  length: number,
  count: number,
): Promise<Sample[]> {
  const session = await InferenceSession.create(readFileSync(file), { logSeverityLevel: 4 })
  let state = 1
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  try {
    const samples: Sample[] = []
    for (let i = 0; i < count; i++) {
      const tokens = new BigInt64Array(length)
      tokens[0] = BigInt(START)
      for (let at = 1; at < length; at++) {
        const results = await session.run({ [input]: new Tensor('int64', tokens, [1, length]) })
        const logits = Object.values(results)[0]!
        const width = logits.dims.at(-1)!
        const row = (logits.data as Float32Array).subarray((at - 1) * width, at * width)
        tokens[at] = BigInt(drawn(row, next()))
      }
      samples.push({ inputs: [Float32Array.from(tokens, Number)] })
    }
    return samples
  } finally {
    await session.release()
  }
}

function drawn(logits: Float32Array, chance: number): number {
  const top = logits.reduce((most, x) => Math.max(most, x), -Infinity)
  const weights = Array.from(logits, (x) => Math.exp((x - top) / TEMPERATURE))
  let left = chance * weights.reduce((a, b) => a + b, 0)
  const at = weights.findIndex((w) => (left -= w) < 0)
  return at < 0 ? logits.length - 1 : at
}
