import type { ProductMacro } from '../macros/product.ts'
import { type Constant, type Node, nodeError } from '../onnx/node.ts'
import type { Operator, Tensor, Translation } from '../onnx/operator.ts'
import { multiplierFor } from '../quantisation.ts'
import { broadcastFact, inputFact, mapConstant, zipConstants } from './elementwise.ts'
import { storedTensor } from './stored.ts'
import { rescaled } from './rescale.ts'
import { emitSum } from './sum.ts'

const folding = (f: (x: number, y: number) => number): Pick<Operator, 'infer' | 'fold'> => ({
  infer: (node, inputs) => [broadcastFact(node, inputFact(node, inputs, 0), inputFact(node, inputs, 1))],
  fold: (_node, [a, b]) => [zipConstants(a!, b!, f)],
})

export const add: Operator = {
  type: 'Add',
  clamps: true,
  ...folding((x, y) => x + y),
  translate: (node, t) => sumOf(node, t, [1, 1]),
}

export const sub: Operator = {
  type: 'Sub',
  clamps: true,
  ...folding((x, y) => x - y),
  translate: (node, t) => sumOf(node, t, [1, -1]),
}

export const mul: Operator = {
  type: 'Mul',
  clamps: true,
  ...folding((x, y) => x * y),
  translate: (node, t) => {
    const [left, right] = node.inputs as [string, string]
    const known = t.constant(right) ?? t.constant(left)
    if (known === null) return productOf(node, t, t.tensor(left), t.tensor(right))
    return timesConstant(node, t, t.constant(right) ? left : right, known)
  },
}

export const div: Operator = {
  type: 'Div',
  clamps: true,
  infer: folding((x) => x).infer,
  fold: (_node, [a, b]) => {
    const whole = a!.type === 'int'
    return [zipConstants(a!, b!, (x, y) => (whole ? Math.trunc(x / y) : x / y))]
  },
  translate: (node, t) => {
    const divisor = t.constant(node.inputs[1]!)
    if (divisor === null)
      throw nodeError(node, 'DIVISOR_COMPUTED', 'a divisor that is computed at run time is not supported')
    if (divisor.data.some((x) => x === 0))
      throw nodeError(node, 'WEIGHTS_NOT_FINITE', 'its divisor holds a zero')
    return timesConstant(
      node,
      t,
      node.inputs[0]!,
      mapConstant(divisor, (x) => 1 / x),
    )
  },
}

function sumOf(node: Node, t: Translation, signs: readonly [number, number]): Tensor {
  const [left, right] = node.inputs as [string, string]
  const shape = t.fact(node.outputs[0]!).shape
  const known = t.constant(right) ?? t.constant(left)
  if (known === null) return emitSum(node, t, [t.tensor(left), t.tensor(right)], signs, null, shape)
  const ordered = t.constant(right) ? signs : ([signs[1], signs[0]] as const)
  return emitSum(node, t, [t.tensor(t.constant(right) ? left : right)], ordered, known, shape)
}

/** A positive factor for all elements only changes the scale: no step. */
function timesConstant(node: Node, t: Translation, name: string, known: Constant): Tensor {
  const x = t.tensor(name)
  const factor = known.data[0]!
  const shape = t.fact(node.outputs[0]!).shape
  const alike = known.data.every((value) => value === factor)
  const sameShape = shape.join() === t.fact(name).shape.join()
  if (!alike || !sameShape || factor <= 0) return productOf(node, t, x, storedTensor(node, t, known))
  const scaled = { ...x, quantisation: { ...x.quantisation, scale: x.quantisation.scale * factor } }
  return node.clamp ? rescaled(node, t, scaled, t.target(node)) : scaled
}

function productOf(node: Node, t: Translation, a: Tensor, b: Tensor): Tensor {
  const target = t.target(node)
  const ratio = (a.quantisation.scale * b.quantisation.scale) / target.quantisation.scale
  return t.emit<ProductMacro>(
    node,
    {
      kind: 'product',
      shape: t.fact(node.outputs[0]!).shape,
      zeros: [a.quantisation.zero, b.quantisation.zero],
      multiplier: multiplierFor(ratio, node.name),
      output: target.output,
    },
    [a, b],
    target.quantisation,
  )
}
