import { operatorOf } from '@plumbline/ops'
import type { TypedGraph } from '../graph/graph.ts'

/** Tensors that share one quantisation, because operators that only move values join them. */
export interface TensorClass {
  readonly members: readonly string[]
  /** Members that are computed or given, rather than moved. */
  readonly sources: readonly string[]
}

const typeOf = (graph: TypedGraph, name: string): string => graph.facts.get(name)!.type

/** The classes of all computed tensors, in the order of the graph. `fixed` inputs keep a class of their own. */
export function tensorClasses(graph: TypedGraph, fixed: ReadonlySet<string>): readonly TensorClass[] {
  const parent = new Map<string, string>()
  const root = (name: string): string => {
    let at = name
    while (parent.get(at) !== at) at = parent.get(at)!
    return at
  }
  const sources = new Set<string>()
  const add = (name: string): void => {
    parent.set(name, name)
  }
  for (const { name } of graph.inputs) {
    add(name)
    sources.add(name)
  }
  for (const node of graph.nodes) {
    const output = node.outputs[0]!
    add(output)
    const moved = operatorOf(node.type)?.keepsValues
      ? node.inputs.filter(
          (name) => parent.has(name) && !fixed.has(name) && typeOf(graph, name) === typeOf(graph, output),
        )
      : []
    // A constant that is joined with moved values brings reals of its own.
    const joined = moved.length > 0 && node.inputs.some((name) => graph.constants.get(name)?.type === 'float')
    if (moved.length === 0 || joined) sources.add(output)
    for (const input of moved) parent.set(root(input), root(output))
  }
  const members = new Map<string, string[]>()
  for (const name of parent.keys()) {
    const list = members.get(root(name))
    if (list) list.push(name)
    else members.set(root(name), [name])
  }
  return [...members.values()].map((names) => ({
    members: names,
    sources: names.filter((name) => sources.has(name)),
  }))
}
