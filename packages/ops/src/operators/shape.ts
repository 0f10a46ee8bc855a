import { numel } from '@plumbline/ir'
import { constantOf } from '../onnx/constant.ts'
import { type Constant, type Node, nodeError, numberAttribute, type TensorFact } from '../onnx/node.ts'
import type { Operator } from '../onnx/operator.ts'
import { inputFact, mapConstant } from './elementwise.ts'

/** Shapes are static here, so everything that is computed from them is known when compiling. */
const fromTypes = (type: string, fold: (node: Node, x: TensorFact) => Constant): Operator => ({
  type,
  infer: (node, inputs) => [fold(node, inputFact(node, inputs, 0))],
  foldTypes: (node, inputs) => [fold(node, inputFact(node, inputs, 0))],
})

export const shape = fromTypes('Shape', (node, { shape: sizes }) => {
  const part = sizes.slice(numberAttribute(node, 'start', 0), numberAttribute(node, 'end', sizes.length))
  return constantOf('int', [part.length], part)
})

export const size = fromTypes('Size', (_node, { shape: sizes }) => constantOf('int', [], [numel(sizes)]))

const MAX_ELEMENTS = 2 ** 26

/** @throws ModelError SHAPE_DYNAMIC, TENSOR_SIZE */
function sizesOf(node: Node, known: Constant | null | undefined): readonly number[] {
  if (!known) throw nodeError(node, 'SHAPE_DYNAMIC', 'its shape is computed at run time')
  const sizes = [...known.data]
  if (sizes.some((n) => !Number.isInteger(n) || n < 0) || numel(sizes) > MAX_ELEMENTS)
    throw nodeError(node, 'TENSOR_SIZE', `a constant of shape [${sizes.join(', ')}]`)
  return sizes
}

export const constantOfShape: Operator = {
  type: 'ConstantOfShape',
  infer: (node, _inputs, [sizes]) => [filled(node, sizes)],
  fold: (node, [sizes]) => [filled(node, sizes)],
}

function filled(node: Node, sizes: Constant | null | undefined): Constant {
  const shapeOfIt = sizesOf(node, sizes)
  const value = node.attributes.get('value')
  const sample = typeof value === 'object' && 'data' in value ? value : constantOf('float', [1], [0])
  return constantOf(sample.type, shapeOfIt, new Float64Array(numel(shapeOfIt)).fill(sample.data[0] ?? 0))
}

export const range: Operator = {
  type: 'Range',
  infer: (node, _inputs, constants) => [counted(node, constants)],
  fold: (node, constants) => [counted(node, constants)],
}

function counted(node: Node, constants: readonly (Constant | null)[]): Constant {
  const [start, limit, step] = [0, 1, 2].map((i) => constants[i]?.data[0])
  if (start === undefined || limit === undefined || step === undefined)
    throw nodeError(node, 'SHAPE_DYNAMIC', 'its bounds are computed at run time')
  const count = Math.max(0, Math.ceil((limit - start) / step))
  if (!(count <= MAX_ELEMENTS)) throw nodeError(node, 'TENSOR_SIZE', `a range of ${count} numbers`)
  return constantOf(
    constants[0]!.type,
    [count],
    Float64Array.from({ length: count }, (_, i) => start + i * step),
  )
}

const CAST_TYPES: Readonly<Record<number, Constant['type']>> = {
  1: 'float',
  2: 'int',
  3: 'int',
  4: 'int',
  5: 'int',
  6: 'int',
  7: 'int',
  9: 'bool',
  10: 'float',
  11: 'float',
  12: 'int',
  13: 'int',
}

/** Between floats it does nothing; to integers it folds, or is refused. */
export const cast: Operator = {
  type: 'Cast',
  keepsValues: true,
  infer: (node, inputs) => {
    const x = inputFact(node, inputs, 0)
    return [{ type: castType(node), shape: x.shape }]
  },
  fold: (node, [x]) => {
    const type = castType(node)
    const convert = { float: (v: number) => v, int: Math.trunc, bool: (v: number) => (v === 0 ? 0 : 1) }
    return [{ ...mapConstant(x!, convert[type]), type }]
  },
  translate: (node, t) => {
    if (castType(node) !== 'float')
      throw nodeError(
        node,
        'DTYPE_UNSUPPORTED',
        'computed values are cast to integers, which is not supported',
      )
    return t.rawTensor(node.inputs[0]!)
  },
}

function castType(node: Node): Constant['type'] {
  const type = CAST_TYPES[numberAttribute(node, 'to', 0)]
  if (type === undefined)
    throw nodeError(node, 'DTYPE_UNSUPPORTED', `it casts to type ${numberAttribute(node, 'to', 0)}`)
  return type
}
