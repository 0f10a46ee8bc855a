import type { RepeatMacro } from '../macros/repeat.ts'
import {
  type Constant,
  type Node,
  nodeError,
  numberAttribute,
  stringAttribute,
  type TensorFact,
} from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { inputFact } from './elementwise.ts'
import { reshapedTo } from './layout.ts'
import { transposedTensor } from './transpose.ts'

/** Blocks of channels as pixels, and back: no step, only addresses. */
export const depthToSpace: Operator = {
  type: 'DepthToSpace',
  keepsValues: true,
  infer: (node, inputs) => {
    const { batch, channels, height, width, block } = blocksOf(node, inputFact(node, inputs, 0))
    const shape = [batch, channels / (block * block), height * block, width * block]
    return [{ type: 'float', shape: whole(node, shape) }]
  },
  translate: (node, t) => {
    const { batch, channels, height, width, block } = blocksOf(node, t.fact(node.inputs[0]!))
    const depth = channels / (block * block)
    const columnsFirst = stringAttribute(node, 'mode', 'DCR') === 'CRD'
    const apart = columnsFirst
      ? [batch, depth, block, block, height, width]
      : [batch, block, block, depth, height, width]
    const order = columnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]
    const x = reshapedTo(node, t, t.tensor(node.inputs[0]!), apart)
    return reshapedTo(node, t, transposedTensor(node, t, x, order), t.fact(node.outputs[0]!).shape)
  },
}

export const spaceToDepth: Operator = {
  type: 'SpaceToDepth',
  keepsValues: true,
  infer: (node, inputs) => {
    const { batch, channels, height, width, block } = blocksOf(node, inputFact(node, inputs, 0))
    const shape = [batch, channels * block * block, height / block, width / block]
    return [{ type: 'float', shape: whole(node, shape) }]
  },
  translate: (node, t) => {
    const { batch, channels, height, width, block } = blocksOf(node, t.fact(node.inputs[0]!))
    const apart = [batch, channels, height / block, block, width / block, block]
    const x = reshapedTo(node, t, t.tensor(node.inputs[0]!), apart)
    return reshapedTo(
      node,
      t,
      transposedTensor(node, t, x, [0, 3, 5, 1, 2, 4]),
      t.fact(node.outputs[0]!).shape,
    )
  },
}

function blocksOf(node: Node, { shape }: TensorFact) {
  const block = numberAttribute(node, 'blocksize', 0)
  if (shape.length !== 4 || !Number.isInteger(block) || block < 1)
    throw nodeError(node, 'SHAPE_MISMATCH', `blocks of ${block} in [${shape.join(', ')}]`)
  const [batch, channels, height, width] = shape as [number, number, number, number]
  return { batch, channels, height, width, block }
}

function whole(node: Node, shape: readonly number[]): readonly number[] {
  if (shape.every((size) => Number.isInteger(size) && size > 0)) return shape
  throw nodeError(node, 'SHAPE_MISMATCH', `its blocks do not divide its input: [${shape.join(', ')}]`)
}

/** Nearest neighbours, enlarged by whole factors: readers meet an element several times, no step. */
const resizing = (type: string): Operator => ({
  type,
  keepsValues: true,
  infer: (node, inputs, constants) => {
    const x = inputFact(node, inputs, 0)
    const factors = factorsOf(node, x, constants)
    return [{ type: x.type, shape: x.shape.map((size, axis) => size * factors[axis]!) }]
  },
  translate: (node, t) => {
    const known = node.inputs.map((name) => (name === '' ? null : t.constant(name)))
    const factors = factorsOf(node, t.fact(node.inputs[0]!), known)
    const x = t.tensor(node.inputs[0]!)
    return factors.some((factor) => factor > 1)
      ? t.emit<RepeatMacro>(node, { kind: 'repeat', factors }, [x], x.quantisation)
      : x
  },
})

export const resize = resizing('Resize')
export const upsample = resizing('Upsample')

function factorsOf(
  node: Node,
  { shape }: TensorFact,
  constants: readonly (Constant | null)[],
): readonly number[] {
  if (stringAttribute(node, 'mode', 'nearest') !== 'nearest')
    throw nodeError(
      node,
      'RESIZE_UNSUPPORTED',
      `mode ${stringAttribute(node, 'mode', '')}; only nearest is supported`,
    )
  const old = node.type === 'Upsample' || node.opset < 11
  const scales = constants[old ? 1 : 2]
  const sizes = old ? null : constants[3]
  const sized = sizes && sizes.data.length === shape.length
  if (!sized && scales?.data.length !== shape.length)
    throw nodeError(node, 'SHAPE_DYNAMIC', 'its scales or sizes are computed at run time, or not one an axis')
  const factors = shape.map((size, axis) => (sized ? sizes.data[axis]! / size : scales!.data[axis]!))
  if (factors.some((factor) => !Number.isInteger(factor) || factor < 1))
    throw nodeError(
      node,
      'RESIZE_UNSUPPORTED',
      `it resizes by [${factors.join(', ')}]; whole factors are supported: resize by them and crop`,
    )
  const largest = Math.max(...factors)
  const wrong = Array.from({ length: 4 * largest }, (_, i) => i).some((i) =>
    factors.some((f) => f > 1 && nearest(node, i, f, old) !== Math.floor(i / f)),
  )
  if (wrong)
    throw nodeError(node, 'RESIZE_UNSUPPORTED', 'its rounding does not repeat every element equally often')
  return factors
}

/** Which element ONNX picks for place i of an axis enlarged by f, inside the axis. */
function nearest(node: Node, i: number, f: number, old: boolean): number {
  const transform = stringAttribute(node, 'coordinate_transformation_mode', old ? 'asymmetric' : 'half_pixel')
  const rounding = stringAttribute(node, 'nearest_mode', old ? 'floor' : 'round_prefer_floor')
  const at = transform === 'asymmetric' ? i / f : transform.endsWith('half_pixel') ? (i + 0.5) / f - 0.5 : NaN
  if (rounding === 'floor') return Math.max(0, Math.floor(at))
  if (rounding === 'ceil') return Math.ceil(at)
  return rounding === 'round_prefer_ceil' ? Math.floor(at + 0.5) : Math.ceil(at - 0.5)
}
