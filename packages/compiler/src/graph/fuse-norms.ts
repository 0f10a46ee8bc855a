import { type AttributeValue, type Constant, listAttribute, type Node, numberAttribute } from '@plumbline/ops'
import { consumersOf, type TypedGraph, withoutDead } from './graph.ts'

/** What is known while a pattern is matched backwards from its last node. */
interface Finder {
  readonly producer: (name: string | undefined) => Node | undefined
  readonly constant: (name: string | undefined) => Constant | undefined
  readonly shape: (name: string) => readonly number[]
  /** Whether only one node reads it and no output is it. */
  readonly alone: (name: string) => boolean
  /** The first node that reads it. */
  readonly readerOf: (name: string) => Node | undefined
}

/** Nodes that spell out a normalisation over the last axis become one: the exact integer form needs no root in between. */
export function fuseNorms(graph: TypedGraph): TypedGraph {
  let current = graph
  for (const node of graph.nodes) {
    if (node.type !== 'Div') continue
    const fused = fusedNorm(node, finder(current))
    if (fused) current = replaced(current, fused.last, fused.node)
  }
  return withoutDead(current)
}

function finder(graph: TypedGraph): Finder {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
  const consumers = consumersOf(graph.nodes)
  const outputs = new Set(graph.outputs.map(({ tensor }) => tensor))
  return {
    producer: (name) => (name === undefined ? undefined : producers.get(name)),
    constant: (name) => (name === undefined ? undefined : graph.constants.get(name)),
    shape: (name) => (graph.facts.get(name) ?? graph.constants.get(name)!).shape,
    alone: (name) => consumers.get(name)?.length === 1 && !outputs.has(name),
    readerOf: (name) => consumers.get(name)?.[0],
  }
}

const replaced = (graph: TypedGraph, last: Node, fused: Node): TypedGraph => ({
  ...graph,
  nodes: graph.nodes.map((node) => (node.outputs[0] === last.outputs[0] ? fused : node)),
})

/** x / sqrt(mean(x^2) + epsilon), perhaps times a gain, perhaps plus an offset; x perhaps less its mean. */
function fusedNorm(div: Node, find: Finder): { last: Node; node: Node } | null {
  const x = div.inputs[0]!
  const root = find.producer(div.inputs[1])
  const sum = root?.type === 'Sqrt' ? find.producer(root.inputs[0]) : undefined
  if (sum?.type !== 'Add') return null
  const [mean, epsilon] = [find.producer(sum.inputs[0]), find.constant(sum.inputs[1])] as const
  if (mean === undefined || !isLastMean(mean, find) || epsilon?.data.length !== 1) return null
  const square = find.producer(mean.inputs[0])
  if (square === undefined || !isSquare(square, x, find)) return null
  const centre = find.producer(x)
  const centred =
    centre?.type === 'Sub' &&
    isMeanOf(find.producer(centre.inputs[1]), centre.inputs[0]!, find) &&
    !find.constant(centre.inputs[0])
  const channels = find.shape(x).at(-1)!
  let last = div
  const scaled = constantNext('Mul', last, channels, find)
  if (scaled) last = scaled.node
  const moved = constantNext('Add', last, channels, find)
  if (moved) last = moved.node
  if (!centred && moved) last = scaled?.node ?? div
  const attributes = new Map<string, AttributeValue>([
    ['epsilon', epsilon.data[0]!],
    ['axis', -1],
  ])
  const inputs = [centred ? centre.inputs[0]! : x, scaled?.constant ?? '', (centred && moved?.constant) || '']
  const type = centred ? 'LayerNormalization' : 'RMSNormalization'
  return { last, node: { ...last, type, inputs, attributes } }
}

function isLastMean(node: Node, find: Finder): boolean {
  if (node.type !== 'ReduceMean' || numberAttribute(node, 'keepdims', 1) !== 1) return false
  const rank = find.shape(node.inputs[0]!).length
  const axes = listAttribute(node, 'axes') ?? [...(find.constant(node.inputs[1])?.data ?? [])]
  return axes.length === 1 && (axes[0] === -1 || axes[0] === rank - 1)
}

const isMeanOf = (node: Node | undefined, x: string, find: Finder): boolean =>
  node !== undefined && node.inputs[0] === x && isLastMean(node, find)

function isSquare(node: Node, x: string, find: Finder): boolean {
  if (node.type === 'Mul') return node.inputs[0] === x && node.inputs[1] === x
  const exponent = find.constant(node.inputs[1])
  return node.type === 'Pow' && node.inputs[0] === x && exponent?.data.length === 1 && exponent.data[0] === 2
}

/** The only reader of `before`'s result where it is `type` with a constant by channel. */
function constantNext(
  type: string,
  before: Node,
  channels: number,
  find: Finder,
): { node: Node; constant: string } | null {
  const result = before.outputs[0]!
  if (!find.alone(result)) return null
  const node = find.readerOf(result)
  if (node?.type !== type) return null
  const other = node.inputs[0] === result ? node.inputs[1] : node.inputs[0]
  const known = find.constant(other)
  const byChannel =
    known && (known.data.length === 1 || (known.data.length === channels && known.shape.at(-1) === channels))
  return byChannel ? { node, constant: other! } : null
}
