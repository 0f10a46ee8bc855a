import {
  type Clamp,
  clampOf,
  type Constant,
  type Node,
  nodeError,
  numberAttribute,
  operatorOf,
  splitSlices,
} from '@plumbline/ops'
import { consumersOf, type TypedGraph, withoutDead } from './graph.ts'
import { foldAffine } from './fold-affine.ts'
import { fuseCausal } from './fuse-causal.ts'
import { fuseFunctions } from './fuse-functions.ts'
import { fuseNorms } from './fuse-norms.ts'

/** The same function in fewer nodes: what an integer step does for free becomes part of the node before it. */
export function simplifiedGraph(graph: TypedGraph): TypedGraph {
  const folded = foldAffine(fuseNorms(fuseCausal(withoutLastSoftmax(withoutPassing(withoutSplits(graph))))))
  return withoutDead(foldClamps(fuseFunctions(folded)))
}

/** A Split as slices: every node has one result then. */
function withoutSplits(graph: TypedGraph): TypedGraph {
  const known = (name: string): Constant | null => graph.constants.get(name) ?? null
  const nodes = graph.nodes.flatMap((node) =>
    node.type === 'Split'
      ? splitSlices(node, graph.facts.get(node.inputs[0]!)!, node.inputs.map(known))
      : [node],
  )
  return { ...graph, nodes }
}

/** Identity and Dropout hand on what they read. */
function withoutPassing(graph: TypedGraph): TypedGraph {
  const alias = new Map<string, string>()
  const source = (name: string): string => alias.get(name) ?? name
  const nodes: Node[] = []
  for (const node of graph.nodes) {
    const renamed = { ...node, inputs: node.inputs.map(source) }
    if (node.type === 'Identity' || node.type === 'Dropout') alias.set(node.outputs[0]!, renamed.inputs[0]!)
    else nodes.push(renamed)
  }
  const outputs = graph.outputs.map((output) => ({ ...output, tensor: source(output.tensor) }))
  return { ...graph, nodes, outputs }
}

/**
 * A softmax at the end stays outside the program: it changes no order, and whoever reads a result applies it.
 * @throws ModelError SOFTMAX_INSIDE for one elsewhere
 */
function withoutLastSoftmax(graph: TypedGraph): TypedGraph {
  const consumers = consumersOf(graph.nodes)
  const taken = new Set<Node>()
  const outputs = graph.outputs.map((output) => {
    const node = graph.nodes.find(({ outputs: [name] }) => name === output.tensor)
    if (node?.type !== 'Softmax' || consumers.has(output.tensor)) return output
    taken.add(node)
    return { ...output, tensor: node.inputs[0]!, softmax: softmaxAxis(node, graph) }
  })
  return { ...graph, outputs, nodes: graph.nodes.filter((node) => !taken.has(node)) }
}

/** Before opset 13 a softmax went over all axes from its own on; that is one axis only if the others are 1. */
function softmaxAxis(node: Node, graph: TypedGraph): number {
  const shape = graph.facts.get(node.inputs[0]!)!.shape
  const rank = shape.length
  const axis = numberAttribute(node, 'axis', node.opset < 13 ? 1 : -1)
  const at = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(at) || at < 0 || at >= rank)
    throw nodeError(node, 'ATTRIBUTE_INVALID', `axis ${axis} of ${rank} axes`)
  if (node.opset >= 13) return at
  const wide = shape.map((size, i) => (i >= at && size > 1 ? i : -1)).filter((i) => i >= 0)
  if (wide.length > 1)
    throw nodeError(
      node,
      'ATTRIBUTE_INVALID',
      `it runs over several axes of [${shape.join(', ')}] at once; export the model with opset 13 or later`,
    )
  return wide[0] ?? at
}

/** Relu and Clip become bounds of the node before them. */
function foldClamps(graph: TypedGraph): TypedGraph {
  const consumers = consumersOf(graph.nodes)
  const outputs = new Set(graph.outputs.map(({ tensor }) => tensor))
  const nodes: Node[] = []
  const place = new Map<string, number>()
  for (const node of graph.nodes) {
    const clamp = clampOf(node, (name) => graph.constants.get(name) ?? null)
    const at = clamp ? place.get(node.inputs[0]!) : undefined
    const before = at === undefined ? undefined : nodes[at]!
    const alone = consumers.get(node.inputs[0]!)?.length === 1 && !outputs.has(node.inputs[0]!)
    if (clamp && before && alone && operatorOf(before.type)?.clamps) {
      nodes[at!] = { ...before, outputs: node.outputs, clamp: composed(before.clamp, clamp) }
      place.set(node.outputs[0]!, at!)
      continue
    }
    place.set(node.outputs[0]!, nodes.length)
    nodes.push(clamp ? { ...node, inputs: node.inputs.slice(0, 1), clamp } : node)
  }
  return { ...graph, nodes }
}

/** First one clamp, then the other. */
function composed(first: Clamp | undefined, then: Clamp): Clamp {
  if (first === undefined) return then
  const clip = (x: number): number => Math.min(then.high, Math.max(then.low, x))
  return { low: clip(first.low), high: clip(first.high) }
}
