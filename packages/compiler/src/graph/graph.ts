import type { Constant, Node, TensorFact } from '@plumbline/ops'

export interface GraphInput {
  readonly name: string
  readonly fact: TensorFact
}

export interface GraphOutput {
  /** The model's own name of the output. */
  readonly name: string
  /** The tensor that holds it. */
  readonly tensor: string
  /** A softmax over this axis, left to the reader of the result. */
  readonly softmax?: number
}

/** A float model: nodes in an order in which they can run. */
export interface Graph {
  readonly inputs: readonly GraphInput[]
  readonly outputs: readonly GraphOutput[]
  readonly nodes: readonly Node[]
  readonly constants: ReadonlyMap<string, Constant>
}

/** A graph that shape inference went over: every tensor of it has a type. */
export interface TypedGraph extends Graph {
  readonly facts: ReadonlyMap<string, TensorFact>
}

/** Which nodes read a tensor; reading twice counts twice. */
export function consumersOf(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const result = new Map<string, Node[]>()
  for (const node of nodes)
    for (const input of node.inputs) {
      const list = result.get(input)
      if (list) list.push(node)
      else result.set(input, [node])
    }
  return result
}

/** The graph without nodes that no output needs. */
export function withoutDead<G extends Graph>(graph: G): G {
  const needed = new Set(graph.outputs.map(({ tensor }) => tensor))
  const kept: Node[] = []
  for (const node of graph.nodes.toReversed())
    if (node.outputs.some((output) => needed.has(output))) {
      kept.push(node)
      node.inputs.forEach((input) => needed.add(input))
    }
  return { ...graph, nodes: kept.reverse() }
}
