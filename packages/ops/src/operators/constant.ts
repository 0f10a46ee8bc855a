import type { Operator } from '../onnx/operator.ts'
import { constantOf } from '../onnx/constant.ts'
import { type Constant, type Node, nodeError } from '../onnx/node.ts'

export const constant: Operator = {
  type: 'Constant',
  infer: (node) => [value(node)],
  fold: (node) => [value(node)],
}

function value(node: Node): Constant {
  const [name, attribute] = [...node.attributes][0] ?? []
  if (name === 'value' && typeof attribute === 'object' && 'data' in attribute) return attribute
  const type = name?.startsWith('value_int') ? 'int' : 'float'
  if (typeof attribute === 'number') return constantOf(type, [], [attribute])
  if (Array.isArray(attribute) && attribute.every((item) => typeof item === 'number'))
    return constantOf(type, [attribute.length], attribute)
  throw nodeError(node, 'ATTRIBUTE_INVALID', 'it holds no number or tensor of numbers')
}
