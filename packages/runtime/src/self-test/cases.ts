import { byteLength } from '@plumbline/ir'
import type { MacroCase } from './cases/draw.ts'
import { concatCase, reduceCase, softmaxCase, sumCase, tableCase } from './cases/elements.ts'
import { linearCase, matmulCase, productCase } from './cases/products.ts'
import {
  curveCase,
  gatherCase,
  maskedSoftmaxCase,
  normCase,
  wideConvCase,
  wideLinearCase,
  wideMatmulCase,
  wideProductCase,
  wideReduceCase,
  wideSumCase,
} from './cases/wide.ts'
import { convCase, depthwiseCase, maxPoolCase, padCase, sumPoolCase } from './cases/windows.ts'
import { type Random, seededRandom } from './random.ts'

const FAMILIES: readonly ((random: Random) => MacroCase)[] = [
  convCase,
  convCase,
  depthwiseCase,
  linearCase,
  matmulCase,
  maxPoolCase,
  sumPoolCase,
  sumCase,
  padCase,
  productCase,
  reduceCase,
  tableCase,
  softmaxCase,
  concatCase,
  wideLinearCase,
  wideConvCase,
  wideMatmulCase,
  wideSumCase,
  wideProductCase,
  wideReduceCase,
  curveCase,
  normCase,
  maskedSoftmaxCase,
  gatherCase,
]

/** Case number `index` of the endless conformance sequence: the same everywhere. */
export const macroCase = (index: number): MacroCase => {
  const random = seededRandom(0x5eed + index)
  return FAMILIES[index % FAMILIES.length]!(random)
}

export const randomInputs = (item: MacroCase, random: Random): readonly Uint8Array[] =>
  item.inputs.map((type) => random.bytes(byteLength(type)))
