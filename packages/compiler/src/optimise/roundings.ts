import { elementsOf } from '@plumbline/ir'
import { expandMacros, roundedWeights, shapeOf } from '@plumbline/ops'
import { lowerMacros, openSession } from '@plumbline/runtime'
import type { Translated, WeightedRows } from '../quantise/translate.ts'
import { encodeRounding } from '../recipe.ts'
import { columnsOf, isConv, isLinear } from './columns.ts'
import { addColumns, type Gram, roundWithFeedback } from './feedback.ts'

/** Rows longer than this round to the nearest: the matrix of their inputs grows with the square. */
const MAX_LENGTH = 1200
/** Positions looked at, in all samples together, and at least this many times the length. */
const POSITIONS = 2048
const POSITIONS_PER_LENGTH = 3

/**
 * Error-feedback roundings for every layer with constant weights, for inputs as the integer model itself computes them
 * on the given samples (raw bytes of its inputs).
 */
export async function feedbackRoundings(
  translated: Translated,
  samples: readonly (readonly Uint8Array[])[],
): Promise<Readonly<Record<string, string>>> {
  const layers = translated.list.macros.flatMap((macro) => {
    if (!isConv(macro) && !isLinear(macro)) return []
    const rows = translated.weighted.get(macro.rows.root)
    const groups = isConv(macro) ? macro.groups : 1
    const length = rows ? rows.real.weights.length / rows.real.bias.length : 0
    if (!rows || length > MAX_LENGTH) return []
    const grams = Array.from({ length: groups }, (): Gram => ({
      length,
      sums: new Float64Array(length * length),
    }))
    return [{ macro, rows, grams, positions: Math.max(POSITIONS, POSITIONS_PER_LENGTH * length) }]
  })
  if (layers.length === 0) return {}
  const { values } = expandMacros(translated.list)
  const ids = [...new Set(layers.map(({ macro }) => macro.inputs[0]!))]
  const types = translated.list.inputs
  const { bytes } = lowerMacros({
    inputs: types,
    macros: translated.list.macros,
    values,
    outputs: ids,
    constants: translated.constants,
    weights: 'u8',
  })
  const session = await openSession(bytes, types)
  try {
    for (const sample of samples) {
      const results = await session.run(sample)
      for (const { macro, grams, positions } of layers) {
        const id = macro.inputs[0]!
        const data = elementsOf(values[id]!.dtype, results[ids.indexOf(id)]!)
        grams.forEach((gram, group) => {
          const most = Math.ceil(positions / samples.length)
          addColumns(gram, columnsOf(macro, data, shapeOf(values[id]!), group, most).values)
        })
      }
    }
  } finally {
    await session.close()
  }
  return Object.fromEntries(
    layers.map(({ rows, grams }) => [rows.key, encodeRounding(differences(rows, grams))]),
  )
}

function differences({ real, scales }: WeightedRows, grams: readonly Gram[]): Int8Array {
  const nearest = roundedWeights(real, scales)
  const rounded = new Int8Array(nearest.length)
  const rowsPerGroup = scales.length / grams.length
  grams.forEach((gram, group) => {
    const [from, to] = [group * rowsPerGroup, (group + 1) * rowsPerGroup]
    roundWithFeedback(
      gram,
      real.weights.subarray(from * gram.length, to * gram.length),
      scales.subarray(from, to),
      rounded.subarray(from * gram.length, to * gram.length),
    )
  })
  return rounded.map((x, i) => Math.max(-128, Math.min(127, x - nearest[i]!)))
}
