import type { ExpandMacro } from '../macros/expand-to.ts'
import { broadcastConstant, broadcastShape } from '../onnx/constant.ts'
import { type Constant, type Node, nodeError, type TensorFact } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { inputFact } from './elementwise.ts'
import { reshapedTo } from './layout.ts'

export const expand: Operator = {
  type: 'Expand',
  keepsValues: true,
  infer: (node, inputs, constants) => {
    const x = inputFact(node, inputs, 0)
    return [{ type: x.type, shape: expandedShape(node, x, constants) }]
  },
  fold: (node, inputs) => [broadcastConstant(inputs[0]!, expandedShape(node, inputs[0]!, inputs))!],
  translate: (node, t) => {
    const x = t.tensor(node.inputs[0]!)
    const shape = t.fact(node.outputs[0]!).shape
    if (shape.join() === t.fact(node.inputs[0]!).shape.join()) return reshapedTo(node, t, x, shape)
    return t.emit<ExpandMacro>(node, { kind: 'expand', shape }, [x], x.quantisation)
  },
}

function expandedShape(
  node: Node,
  x: TensorFact,
  constants: readonly (Constant | null)[],
): readonly number[] {
  const wanted = constants[1]
  if (!wanted)
    throw nodeError(
      node,
      'SHAPE_DYNAMIC',
      'its shape is computed at run time; export the model with static shapes',
    )
  const shape = broadcastShape(x.shape, [...wanted.data])
  if (shape === null)
    throw nodeError(
      node,
      'SHAPE_MISMATCH',
      `[${x.shape.join(', ')}] cannot become [${[...wanted.data].join(', ')}]`,
    )
  return shape
}
