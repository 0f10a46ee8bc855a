import { type DataType, dtypeMax, dtypeMin } from '@plumbline/ir'
import type { SumMacro } from '../macros/sum.ts'
import type { Constant } from '../onnx/node.ts'
import type { Node } from '../onnx/node.ts'
import type { Operator, Target, Tensor, Translation } from '../onnx/operator.ts'
import { multiplierFor, type Quantisation, quantisationOf } from '../quantisation.ts'
import { ModelError } from '../errors.ts'
import { broadcastFact, inputFact, zipConstants } from './elementwise.ts'

export const add: Operator = {
  type: 'Add',
  clamps: true,
  infer: (node, inputs) => [broadcastFact(node, inputFact(node, inputs, 0), inputFact(node, inputs, 1))],
  fold: (_node, [a, b]) => [zipConstants(a!, b!, (x, y) => x + y)],
  translate: (node, t) => {
    const [left, right] = node.inputs as [string, string]
    const known = t.constant(right) ?? t.constant(left)
    const shape = t.fact(node.outputs[0]!).shape
    if (known === null) return emitSum(node, t, [t.tensor(left), t.tensor(right)], null, shape)
    return emitSum(node, t, [t.tensor(t.constant(right) ? left : right)], known, shape)
  },
}

/** Largest integer weight times value: float32 holds the sum of two exactly. */
const REACH = 2 ** 22

/** Integer weights in the proportion of the scales; one rounding for the whole sum. */
function emitSum(
  node: Node,
  t: Translation,
  tensors: readonly Tensor[],
  known: Constant | null,
  shape: readonly number[],
): Tensor {
  const target = t.target(node)
  const constant = known && storedConstant(t, known)
  const quantisations = [...tensors.map((x) => x.quantisation), ...(constant ? [constant.quantisation] : [])]
  const { weights, multiplier } = integerWeights(quantisations, target, node)
  return t.emit<SumMacro>(
    node,
    {
      kind: 'sum',
      shape,
      summands: quantisations.map(({ zero }, i) => ({ weight: weights[i]!, zero })),
      bias: 0,
      multiplier,
      output: target.output,
      ...(constant && { constant: constant.reference }),
    },
    tensors,
    target.quantisation,
  )
}

function storedConstant(t: Translation, known: Constant) {
  const reach = known.data.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const quantisation = quantisationOf('i16', { low: -reach, high: reach })
  const data = Int16Array.from(known.data, (x) => Math.round(x / quantisation.scale))
  const reference = {
    ...t.store(new Uint8Array(data.buffer)),
    dtype: 'i16' as DataType,
    shape: known.shape,
  }
  return { quantisation, reference }
}

/** Weights w and M with w * M near scale / output scale, as precise as REACH allows. */
function integerWeights(
  inputs: readonly Quantisation[],
  target: Target,
  node: Node,
): { weights: readonly number[]; multiplier: number } {
  const ratios = inputs.map((q) => q.scale / target.quantisation.scale)
  const unit = Math.min(...inputs.map((q, i) => Math.floor(REACH / magnitude(q)) / ratios[i]!))
  const weights = ratios.map((ratio) => Math.round(ratio * unit))
  if (weights.every((weight) => weight === 0))
    throw new ModelError('MULTIPLIER_RANGE', `${node.name}: the scales of its inputs cannot be weighed`, {
      ratios,
    })
  return { weights, multiplier: multiplierFor(1 / unit, node.name) }
}

const magnitude = (q: Quantisation): number =>
  Math.max(dtypeMax(q.dtype) - q.zero, q.zero - dtypeMin(q.dtype))
