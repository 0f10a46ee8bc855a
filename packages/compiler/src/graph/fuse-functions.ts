import { type Constant, functionOfNode, type Node, clampOf } from '@plumbline/ops'
import { consumersOf, type TypedGraph, withoutDead } from './graph.ts'

type RealFunction = (x: number) => number

/** What a tensor is of one other tensor, element by element. */
interface Expression {
  readonly root: string
  readonly of: RealFunction
  /** Whether it is more than a scale, an offset and bounds: then a table is worth it. */
  readonly bends: boolean
  readonly depth: number
}

const BINARY: Readonly<Record<string, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Mul: (x, y) => x * y,
  Div: (x, y) => x / y,
  Pow: (x, y) => x ** y,
  Min: Math.min,
  Max: Math.max,
}

/**
 * Expressions of one tensor and scalars (SiLU, HardSwish, a Gelu spelled out ...) become one function, hence one table
 * and one rounding.
 */
export function fuseFunctions(graph: TypedGraph): TypedGraph {
  const expressions = new Map<string, Expression>()
  const identity = (root: string): Expression => ({ root, of: (x) => x, bends: false, depth: 0 })
  const known = (name: string): Constant | undefined => graph.constants.get(name)
  for (const node of graph.nodes) {
    const found = expressionOf(node, (name) => expressions.get(name) ?? identity(name), known, graph)
    if (found) expressions.set(node.outputs[0]!, found)
  }
  const consumers = consumersOf(graph.nodes)
  const outputs = new Set(graph.outputs.map(({ tensor }) => tensor))
  // An inner tensor that something else reads, too, is computed anyway; what is behind it starts from it.
  const nodes = graph.nodes.map((node): Node => {
    const name = node.outputs[0]!
    const expression = expressions.get(name)
    const readers = consumers.get(name) ?? []
    const inner =
      !outputs.has(name) &&
      readers.length > 0 &&
      readers.every((reader) => expressions.get(reader.outputs[0]!)?.root === expression?.root)
    if (!expression || inner || !expression.bends || expression.depth < 2) return node
    const { clamp: _, ...rest } = node
    return { ...rest, type: 'Function', inputs: [expression.root], function: expression.of }
  })
  return withoutDead({ ...graph, nodes })
}

function expressionOf(
  node: Node,
  of: (name: string) => Expression,
  known: (name: string) => Constant | undefined,
  graph: TypedGraph,
): Expression | null {
  const inputs = node.inputs.filter((name) => name !== '')
  const unary = functionOfNode(node)
  if (unary) {
    const x = of(inputs[0]!)
    return { root: x.root, of: (v) => unary(x.of(v)), bends: true, depth: x.depth + 1 }
  }
  const clamp = known(inputs[0]!) ? null : clampOf(node, (name) => known(name) ?? null)
  if (clamp) {
    const x = of(inputs[0]!)
    const bounded = (v: number): number => Math.min(clamp.high, Math.max(clamp.low, x.of(v)))
    return { root: x.root, of: bounded, bends: x.bends, depth: x.depth + 1 }
  }
  const binary = BINARY[node.type]
  if (!binary || inputs.length !== 2) return null
  const shape = graph.facts.get(node.outputs[0]!)!.shape.join()
  const sides = inputs.map((name): Expression | number | null => {
    const constant = known(name)
    if (constant) return constant.data.length === 1 ? constant.data[0]! : null
    return graph.facts.get(name)!.shape.join() === shape ? of(name) : null
  })
  const [a, b] = sides
  if (a === null || b === null || a === undefined || b === undefined) return null
  if (typeof a === 'number' && typeof b === 'number') return null
  const root = typeof a === 'number' ? (b as Expression).root : a.root
  if (typeof a === 'object' && typeof b === 'object' && a.root !== b.root) return null
  const [f, g] = [a, b].map((side): RealFunction => (typeof side === 'number' ? () => side : side.of))
  const two = typeof a === 'object' && typeof b === 'object'
  const sidesBend = [a, b].some((side) => typeof side === 'object' && side.bends)
  const depth = 1 + Math.max(...[a, b].map((side) => (typeof side === 'object' ? side.depth : 0)))
  const linear =
    ['Add', 'Sub'].includes(node.type) ||
    (['Mul', 'Div'].includes(node.type) && !two && !(node.type === 'Div' && typeof a === 'number'))
  return { root, of: (x) => binary(f!(x), g!(x)), bends: sidesBend || !linear, depth }
}
