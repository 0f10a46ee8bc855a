import { curvePieces } from '../macros/curve.ts'
import { EXPONENTIAL_ONE, type SoftmaxMacro, softmaxTable } from '../macros/softmax.ts'
import { type Node, nodeError } from '../onnx/node.ts'
import type { Operator, Tensor, Translation } from '../onnx/operator.ts'
import { wholeType } from '../wide.ts'
import { axisAttribute } from './axes.ts'
import { inputFact } from './elementwise.ts'
import { reshapedTo } from './layout.ts'
import { requantised } from './rescale.ts'
import { transposedTensor } from './transpose.ts'

/**
 * At the end of a model it stays outside the program: the compiler takes it off, the manifest says so, and the reader
 * of a result applies it. Elsewhere it is a sequence of integer steps.
 */
export const softmax: Operator = {
  type: 'Softmax',
  infer: (node, inputs) => [inputFact(node, inputs, 0)],
  translate: (node, t) => {
    const shape = t.fact(node.inputs[0]!).shape
    const rank = shape.length
    const axis = axisAttribute(node, rank, node.opset < 13 ? 1 : -1)
    if (node.opset < 13 && shape.slice(axis + 1).some((size) => size > 1))
      throw nodeError(
        node,
        'ATTRIBUTE_INVALID',
        'it runs over several axes at once; export with opset 13 or later',
      )
    const order = [...shape.keys()].filter((i) => i !== axis).concat(axis)
    const last = axis === rank - 1
    const x = scores(node, t)
    const moved = last ? x : transposedTensor(node, t, x, order)
    const causal = last ? (node.attributes.get('causal') as number | undefined) : undefined
    const wide = x.quantisation.dtype === 'i16'
    const quantisation = wide
      ? ({ dtype: 'i16', scale: 1 / 32767, zero: 0 } as const)
      : ({ dtype: 'u8', scale: 1 / 255, zero: 0 } as const)
    const result = t.emit<SoftmaxMacro>(
      node,
      { kind: 'softmax', ...exponentialsOf(t, x), ...(causal !== undefined && { causal }) },
      [moved],
      quantisation,
    )
    const back = order.map((_, i) => order.indexOf(i))
    return reshapedTo(node, t, last ? result : transposedTensor(node, t, result, back), shape)
  },
}

function exponentialsOf(t: Translation, { quantisation: { dtype, scale } }: Tensor) {
  if (dtype === 'u8') return { exponentials: t.store(new Uint8Array(softmaxTable(scale).buffer)) }
  const { slopes, pieces } = curvePieces((d) => EXPONENTIAL_ONE * Math.exp(-Math.max(0, d) * scale))
  return { exponentials: t.store(slopes), pieces: t.store(pieces) }
}

/** Scores in 8 or 16 bits: distances between them index a table or a curve. */
function scores(node: Node, t: Translation): Tensor {
  const x = t.tensor(node.inputs[0]!)
  if (x.quantisation.dtype !== 'i32') return x
  const quantisation = { dtype: 'i16', scale: x.quantisation.scale * 65536, zero: 0 } as const
  return requantised(node, t, x, { quantisation, output: wholeType('i16') })
}
