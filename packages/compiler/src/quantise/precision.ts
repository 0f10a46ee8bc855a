import { type Node, operatorOf } from '@plumbline/ops'
import { consumersOf, type TypedGraph } from '../graph/graph.ts'
import { type TensorClass, tensorClasses } from './classes.ts'

/** Classes that could be stored in 16 bits and are alike in who reads them; they are widened and narrowed together. */
export interface PrecisionGroup {
  /** The operators that read them. */
  readonly readers: string
  /** Names of the first tensor of each class. */
  readonly classes: readonly string[]
}

export const classKey = ({ members }: TensorClass): string => members[0]!

/** All classes that may be 16 bits wide, by readers, those with most elements first. */
export function precisionGroups(graph: TypedGraph, fixed: ReadonlySet<string>): readonly PrecisionGroup[] {
  const classes = tensorClasses(graph, fixed)
  const producers = new Map(graph.nodes.map((node) => [node.outputs[0]!, node]))
  const consumers = consumersOf(graph.nodes)
  const narrow = new Set<TensorClass>(
    classes.filter((group) => group.members.some((name) => staysNarrow(name, graph, fixed, producers))),
  )
  const groups = new Map<string, string[]>()
  for (const group of classes) {
    if (narrow.has(group)) continue
    const key = readersOf(group, consumers)
    const list = groups.get(key)
    if (list) list.push(classKey(group))
    else groups.set(key, [classKey(group)])
  }
  const elements = (key: string): number =>
    graph.facts.get(key)!.shape.reduce((product, size) => product * size, 1)
  const size = (keys: readonly string[]): number => keys.reduce((sum, key) => sum + elements(key), 0)
  return [...groups]
    .map(([readers, keys]) => ({ readers, classes: keys }))
    .toSorted((x, y) => size(y.classes) - size(x.classes))
}

function staysNarrow(
  name: string,
  graph: TypedGraph,
  fixed: ReadonlySet<string>,
  producers: ReadonlyMap<string, Node>,
): boolean {
  return fixed.has(name) || graph.facts.get(name)!.type !== 'float' || producers.get(name)?.type === 'Softmax'
}

function readersOf({ members }: TensorClass, consumers: ReadonlyMap<string, readonly Node[]>): string {
  const types = members.flatMap((name) =>
    (consumers.get(name) ?? []).filter(({ type }) => !operatorOf(type)?.keepsValues).map(({ type }) => type),
  )
  return [...new Set(types)].toSorted().join(', ') || 'the reader of the result'
}
