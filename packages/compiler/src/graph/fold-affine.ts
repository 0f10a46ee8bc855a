import {
  batchAffine,
  broadcastConstant,
  type ChannelAffine,
  type Constant,
  constantOf,
  type Node,
  transposeConstant,
} from '@plumbline/ops'
import { numel } from '@plumbline/ir'
import { consumersOf, type TypedGraph } from './graph.ts'

/**
 * BatchNormalization and the addition of a constant by channel go into the weights and bias of the convolution or
 * matrix product before them.
 */
export function foldAffine(graph: TypedGraph): TypedGraph {
  const constants = new Map(graph.constants)
  const consumers = consumersOf(graph.nodes)
  const outputs = new Set(graph.outputs.map(({ tensor }) => tensor))
  const nodes: Node[] = []
  const place = new Map<string, number>()
  for (const node of graph.nodes) {
    const input = node.inputs.find((name) => place.has(name))
    const at = input === undefined ? undefined : place.get(input)
    const before = at === undefined ? undefined : nodes[at]
    const alone = input !== undefined && consumers.get(input)?.length === 1 && !outputs.has(input)
    const affine = before && alone ? channelAffine(node, before, graph, constants) : null
    const merged = affine && before && absorb(before, affine, constants)
    if (merged) {
      nodes[at!] = { ...merged, outputs: node.outputs }
      place.set(node.outputs[0]!, at!)
      continue
    }
    place.set(node.outputs[0]!, nodes.length)
    nodes.push(node)
  }
  return { ...graph, nodes, constants }
}

/** What `node` does to every channel of its input; null where that is no affine function by channel. */
function channelAffine(
  node: Node,
  before: Node,
  graph: TypedGraph,
  constants: ReadonlyMap<string, Constant>,
): ChannelAffine | null {
  const known = (name: string): Constant | null => constants.get(name) ?? null
  if (node.type === 'BatchNormalization' && node.inputs[0] === before.outputs[0])
    return batchAffine(node, known)
  const build = AFFINE[node.type]
  if (!build) return null
  const shape = graph.facts.get(before.outputs[0]!)!.shape
  const result = graph.facts.get(node.outputs[0]!)!.shape
  const position = node.inputs[0] === before.outputs[0] ? 1 : 0
  const operand = known(node.inputs[position]!)
  if (!operand || result.join() !== shape.join()) return null
  const values = byChannel(operand, shape, before.type.startsWith('Conv') ? 1 : shape.length - 1)
  return values && build(values, position)
}

/** What an operation with a constant at place `position` (0 or 1) does to the other operand. */
const AFFINE: Readonly<Record<string, (values: Float64Array, position: number) => ChannelAffine | null>> = {
  Add: (values) => ({ factor: values.map(() => 1), offset: values }),
  Sub: (values, position) =>
    position === 1
      ? { factor: values.map(() => 1), offset: values.map((x) => -x) }
      : { factor: values.map(() => -1), offset: values },
  Mul: (values) => ({ factor: values, offset: values.map(() => 0) }),
  Div: (values, position) =>
    position === 1 && values.every((x) => x !== 0)
      ? { factor: values.map((x) => 1 / x), offset: values.map(() => 0) }
      : null,
}

/** A constant that differs along one axis of `shape` only. */
function byChannel(constant: Constant, shape: readonly number[], axis: number): Float64Array | null {
  const lead = shape.length - constant.shape.length
  const own = axis - lead
  const others = constant.shape.some((size, i) => i !== own && size !== 1)
  if (lead < 0 || others) return null
  const flat = constantOf('float', [numel(constant.shape)], constant.data)
  return broadcastConstant(flat, [shape[axis]!])?.data ?? null
}

const PRODUCTS: Readonly<Record<string, (node: Node, weights: Constant) => Constant | null>> = {
  // Weights with the output channel as the first axis.
  Conv: (_node, weights) => weights,
  // Input channels come first; with groups the output channels do not follow one another.
  ConvTranspose: (node, weights) =>
    (node.attributes.get('group') ?? 1) === 1
      ? transposeConstant(weights, [1, 0, 2, 3].slice(0, weights.shape.length))
      : null,
  Gemm: (node, weights) =>
    (node.attributes.get('alpha') ?? 1) === 1 && (node.attributes.get('beta') ?? 1) === 1
      ? node.attributes.get('transB')
        ? weights
        : transposeConstant(weights, [1, 0])
      : null,
  MatMul: (_node, weights) => (weights.shape.length === 2 ? transposeConstant(weights, [1, 0]) : null),
}

/** `node` with the affine function in its weights; null where it has no constant weights. New constants are added. */
function absorb(
  node: Node,
  { factor, offset }: ChannelAffine,
  constants: Map<string, Constant>,
): Node | null {
  const weights = constants.get(node.inputs[1] ?? '')
  const rows = weights && PRODUCTS[node.type]?.(node, weights)
  const bias = node.inputs[2]
    ? constants.get(node.inputs[2])
    : constantOf('float', [factor.length], new Float64Array(factor.length))
  if (!rows || !bias || rows.shape[0] !== factor.length || bias.data.length !== factor.length) return null
  const length = rows.data.length / factor.length
  const scaled = { ...rows, data: rows.data.map((w, i) => w * factor[Math.floor(i / length)]!) }
  const names = [`${node.outputs[0]}/weights`, `${node.outputs[0]}/bias`] as const
  const stored =
    ['MatMul', 'ConvTranspose'].includes(node.type) ||
    (node.type === 'Gemm' && !node.attributes.get('transB'))
  const back = [1, 0, 2, 3].slice(0, scaled.shape.length)
  constants.set(names[0], stored ? transposeConstant(scaled, back) : scaled)
  constants.set(
    names[1],
    constantOf(
      'float',
      [factor.length],
      bias.data.map((b, c) => b * factor[c]! + offset[c]!),
    ),
  )
  return { ...node, inputs: [node.inputs[0]!, ...names] }
}
