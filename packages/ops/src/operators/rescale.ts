import type { SumMacro } from '../macros/sum.ts'
import type { Node } from '../onnx/node.ts'
import type { Target, Tensor, Translation } from '../onnx/operator.ts'
import { multiplierFor, type Quantisation } from '../quantisation.ts'
import { shapeOf } from '../value.ts'

/** The tensor's reals under another quantisation, within the target's bounds. */
export function rescaled(node: Node, t: Translation, x: Tensor, target: Target): Tensor {
  return t.emit<SumMacro>(
    node,
    {
      kind: 'sum',
      shape: shapeOf(x.value),
      summands: [{ weight: 1, zero: x.quantisation.zero }],
      bias: 0,
      multiplier: multiplierFor(x.quantisation.scale / target.quantisation.scale, node.name),
      output: target.output,
    },
    [x],
    target.quantisation,
  )
}

/** Nothing where the quantisation is the wanted one already. */
export const requantised = (node: Node, t: Translation, x: Tensor, target: Target): Tensor =>
  same(x.quantisation, target.quantisation) ? x : rescaled(node, t, x, target)

const same = (a: Quantisation, b: Quantisation): boolean =>
  a.dtype === b.dtype && a.scale === b.scale && a.zero === b.zero
