import { elementsOf } from '@plumbline/ir'
import { expandMacros } from '@plumbline/ops'
import { lowerMacros, openSession } from '@plumbline/runtime'
import type { Translated } from '../quantise/translate.ts'

/** One example: raw bytes for the integer model, and what the float model makes of it, output by output. */
export interface Example {
  readonly inputs: readonly Uint8Array[]
  readonly outputs: readonly Float32Array[]
}

/** Mean over the outputs of their signal to error, in decibels, against the float model. */
export async function fidelity(translated: Translated, examples: readonly Example[]): Promise<number> {
  const { list, constants, outputs } = translated
  const { bytes } = lowerMacros({
    inputs: list.inputs,
    macros: list.macros,
    values: expandMacros(list).values,
    outputs: list.outputs,
    constants,
    weights: 'u8',
  })
  const session = await openSession(bytes, list.inputs)
  const tally = outputs.map(() => ({ signal: 0, error: 0 }))
  try {
    for (const example of examples) {
      const results = await session.run(example.inputs)
      outputs.forEach(({ quantisation: { dtype, scale, zero } }, port) => {
        const stored = elementsOf(dtype, results[port]!)
        const wanted = example.outputs[port]!
        for (let i = 0; i < wanted.length; i++) {
          tally[port]!.signal += wanted[i]! ** 2
          tally[port]!.error += (wanted[i]! - scale * (stored[i]! - zero)) ** 2
        }
      })
    }
  } finally {
    await session.close()
  }
  const decibels = tally.map(({ signal, error }) =>
    error === 0 ? MAX_DECIBELS : Math.min(MAX_DECIBELS, 10 * Math.log10(signal / error)),
  )
  return decibels.reduce((a, b) => a + b, 0) / decibels.length
}

/** What an exact result counts as. */
const MAX_DECIBELS = 120
