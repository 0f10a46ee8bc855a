import { type Clamp, type Constant, type Node, nodeError, numberAttribute } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { inputFact, mapConstant } from './elementwise.ts'
import { rescaled } from './rescale.ts'

/** The bounds of a Relu or Clip node; null for another operator. */
export function clampOf(node: Node, constant: (name: string) => Constant | null): Clamp | null {
  if (node.type === 'Relu') return { low: 0, high: Infinity }
  if (node.type !== 'Clip') return null
  const bound = (index: number, attribute: string, otherwise: number): number => {
    if (node.opset < 11) return numberAttribute(node, attribute, otherwise)
    const name = node.inputs[index]
    if (!name) return otherwise
    const value = constant(name)?.data[0]
    if (value === undefined)
      throw nodeError(node, 'WEIGHTS_COMPUTED', `its bound '${name}' is computed at run time`)
    return value
  }
  const low = bound(1, 'min', -Infinity)
  const high = bound(2, 'max', Infinity)
  if (Number.isNaN(low) || Number.isNaN(high))
    throw nodeError(node, 'WEIGHTS_NOT_FINITE', 'its bounds are not numbers')
  // ONNX: where min exceeds max, everything becomes max.
  return { low: Math.min(low, high), high }
}

/** An activation that no operator before it could take into its clamp: a step of its own. */
const activation = (type: string): Operator => ({
  type,
  clamps: true,
  infer: (node, inputs) => [inputFact(node, inputs, 0)],
  fold: (node, [x, min, max]) => {
    const bounds = clampOf(node, (name) => (name === node.inputs[1] ? min : max) ?? null)!
    return [mapConstant(x!, (v) => Math.min(bounds.high, Math.max(bounds.low, v)))]
  },
  translate: (node, t) => rescaled(node, t, t.tensor(node.inputs[0]!), t.target(node)),
})

export const relu = activation('Relu')
export const clip = activation('Clip')
