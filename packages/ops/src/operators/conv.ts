import { numel } from '@plumbline/ir'
import type { ConvMacro } from '../macros/conv.ts'
import { type Constant, type Node, nodeError, numberAttribute, type TensorFact } from '../onnx/node.ts'
import type { Operator, Tensor, Translation } from '../onnx/operator.ts'
import type { RealRows } from '../quantisation.ts'
import { convOrder, type Window } from '../window.ts'
import { inputFact } from './elementwise.ts'
import { reshapedTo, slidable } from './layout.ts'
import { foldIntoConv } from './preprocess.ts'
import { spatialShape, spatialWindow, windowFact } from './spatial.ts'

export const conv: Operator = {
  type: 'Conv',
  clamps: true,
  infer: (node, inputs) => {
    const x = inputFact(node, inputs, 0)
    const w = inputFact(node, inputs, 1)
    const { window } = geometry(node, x, w)
    const bias = inputs[2]
    if (bias && numel(bias.shape) !== w.shape[0])
      throw nodeError(node, 'SHAPE_MISMATCH', `${numel(bias.shape)} biases for ${w.shape[0]} output channels`)
    return [windowFact(node, x, window, w.shape[0]!)]
  },
  translate: (node, t) => {
    const fact = t.fact(node.inputs[0]!)
    const w = knownWeights(node, t, 1)
    const bias = node.inputs[2] ? knownWeights(node, t, 2).data : new Float64Array(w.shape[0]!)
    const { window, groups } = geometry(node, fact, w)
    const result = emitConv(node, t, window, groups, { weights: w.data, bias })
    return reshapedTo(node, t, result, windowFact(node, fact, window, bias.length).shape)
  },
}

function geometry(node: Node, x: TensorFact, w: TensorFact): { window: Window; groups: number } {
  const groups = numberAttribute(node, 'group', 1)
  const channels = spatialShape(node, x)[1]
  if (w.shape.length !== x.shape.length)
    throw nodeError(
      node,
      'SHAPE_MISMATCH',
      `weights of rank ${w.shape.length} for an input of rank ${x.shape.length}`,
    )
  if (groups < 1 || w.shape[0]! % groups !== 0 || w.shape[1]! * groups !== channels)
    throw nodeError(
      node,
      'SHAPE_MISMATCH',
      `weights [${w.shape.join(', ')}] in ${groups} groups do not fit ${channels} input channels`,
    )
  return { window: spatialWindow(node, x, w.shape.slice(2), false), groups }
}

/** The value of an input that has to be known when compiling. @throws ModelError WEIGHTS_COMPUTED */
export function knownWeights(node: Node, t: Translation, index: number): Constant {
  const constant = t.constant(node.inputs[index] ?? '')
  if (constant === null)
    throw nodeError(
      node,
      'WEIGHTS_COMPUTED',
      `input ${index} ('${node.inputs[index]}') is computed at run time; only constant weights are supported`,
    )
  return constant
}

/** The node's first input under a window, times rows. */
export function emitConv(node: Node, t: Translation, window: Window, groups: number, rows: RealRows): Tensor {
  const raw = slidable(node, t, t.rawTensor(node.inputs[0]!))
  const folded = raw.affine && groups === 1 ? foldIntoConv(node, t, raw, raw.affine, window, rows) : null
  if (folded) return convMacro(node, t, folded.x, folded.window, groups, folded.rows, 1, folded.inputZero)
  const x = raw.affine ? slidable(node, t, t.tensor(node.inputs[0]!)) : raw
  return convMacro(node, t, x, window, groups, rows, x.quantisation.scale, x.quantisation.zero)
}

function convMacro(
  node: Node,
  t: Translation,
  x: Tensor,
  window: Window,
  groups: number,
  rows: RealRows,
  inputScale: number,
  inputZero: number,
): Tensor {
  const target = t.target(node)
  return t.emit<ConvMacro>(
    node,
    {
      kind: 'conv',
      channels: rows.bias.length,
      groups,
      window,
      inputZero,
      output: target.output,
      rows: t.rows(node, rows, inputScale, target, convOrder(x.value, window, groups)),
    },
    [x],
    target.quantisation,
  )
}
