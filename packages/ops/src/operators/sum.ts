import { dtypeMax, dtypeMin } from '@plumbline/ir'
import { ModelError } from '../errors.ts'
import type { SumMacro } from '../macros/sum.ts'
import type { Constant, Node } from '../onnx/node.ts'
import type { Target, Tensor, Translation } from '../onnx/operator.ts'
import { multiplierFor, type Quantisation } from '../quantisation.ts'
import { storedTensor } from './stored.ts'

/** Largest integer weight times value: float32 holds the sum of two bytes exactly, float64 that of wider ones. */
const NARROW_REACH = 2 ** 22
const WIDE_REACH = 2 ** 51
/** A weight is an i32. */
const WEIGHT_MAX = 2 ** 30

/** Integer weights in the proportion of the scales; one rounding for the whole sum. `known` is a last operand. */
export function emitSum(
  node: Node,
  t: Translation,
  tensors: readonly Tensor[],
  signs: readonly number[],
  known: Constant | null,
  shape: readonly number[],
): Tensor {
  const target = t.target(node)
  const operands = known ? [...tensors, storedTensor(node, t, known)] : tensors
  const quantisations = operands.map(({ quantisation }) => quantisation)
  const narrow = [target, ...tensors].every(({ quantisation }) => quantisation.dtype === 'u8')
  const { weights, multiplier } = integerWeights(quantisations, target, node, narrow)
  return t.emit<SumMacro>(
    node,
    {
      kind: 'sum',
      shape,
      summands: quantisations.map(({ zero }, i) => ({ weight: signs[i]! * weights[i]!, zero })),
      bias: 0,
      multiplier,
      output: target.output,
    },
    operands,
    target.quantisation,
  )
}

/** Weights w and M with w * M near scale / output scale, as precise as REACH allows. */
function integerWeights(
  inputs: readonly Quantisation[],
  target: Target,
  node: Node,
  narrow: boolean,
): { weights: readonly number[]; multiplier: number } {
  const ratios = inputs.map((q) => q.scale / target.quantisation.scale)
  const reach = narrow ? NARROW_REACH : WIDE_REACH
  const most = (q: Quantisation): number => Math.min(WEIGHT_MAX, Math.floor(reach / magnitude(q)))
  const unit = Math.min(...inputs.map((q, i) => most(q) / ratios[i]!))
  const weights = ratios.map((ratio) => Math.round(ratio * unit))
  if (weights.every((weight) => weight === 0))
    throw new ModelError('MULTIPLIER_RANGE', `${node.name}: the scales of its inputs cannot be weighed`, {
      ratios,
    })
  return { weights, multiplier: multiplierFor(1 / unit, node.name) }
}

const magnitude = (q: Quantisation): number =>
  Math.max(dtypeMax(q.dtype) - q.zero, q.zero - dtypeMin(q.dtype))
