import { type Node, nodeError } from '../onnx/node.ts'
import type { Operator, Translation } from '../onnx/operator.ts'
import { broadcastFact, inputFact, zipConstants } from './elementwise.ts'
import { emitFunction } from './unary.ts'

/** Operators of two tensors of which one is a constant number: functions of the other. */
const withScalar = (type: string, f: (x: number, y: number) => number): Operator => ({
  type,
  clamps: true,
  infer: (node, inputs) => [broadcastFact(node, inputFact(node, inputs, 0), inputFact(node, inputs, 1))],
  fold: (_node, [a, b]) => [zipConstants(a!, b!, f)],
  translate: (node, t) => {
    if (node.inputs.length !== 2) throw nodeError(node, 'OPERAND_COMPUTED', 'it takes two operands here')
    const [left, right] = node.inputs as [string, string]
    const x = t.constant(right) ? left : right
    const y = knownNumber(node, t, t.constant(right) ? right : left)
    return emitFunction({ ...node, inputs: [x] }, t, x === left ? (v) => f(v, y) : (v) => f(y, v))
  },
})

function knownNumber(node: Node, t: Translation, name: string): number {
  const known = t.constant(name)
  if (known?.data.every((x) => x === known.data[0])) return known.data[0]!
  throw nodeError(
    node,
    'OPERAND_COMPUTED',
    'one of its operands must be a single constant number; compute it otherwise in the model',
  )
}

export const pow = withScalar('Pow', (x, y) => x ** y)
export const min = withScalar('Min', Math.min)
export const max = withScalar('Max', Math.max)
