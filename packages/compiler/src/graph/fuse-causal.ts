import { type Constant, type Node } from '@plumbline/ops'
import { consumersOf, type TypedGraph, withoutDead } from './graph.ts'

/** Added to a score, it leaves nothing of its share. */
const HIDDEN = -100

/**
 * A constant that hides later keys, added before a softmax, becomes a property of that softmax: inside a quantised range
 * it would leave no levels to the scores.
 */
export function fuseCausal(graph: TypedGraph): TypedGraph {
  const consumers = consumersOf(graph.nodes)
  const outputs = new Set(graph.outputs.map(({ tensor }) => tensor))
  const producer = new Map(graph.nodes.map((node) => [node.outputs[0]!, node]))
  const nodes = graph.nodes.map((node): Node => {
    const add = node.type === 'Softmax' ? producer.get(node.inputs[0]!) : undefined
    if (add?.type !== 'Add' || outputs.has(add.outputs[0]!) || consumers.get(add.outputs[0]!)!.length > 1)
      return node
    const place = graph.constants.has(add.inputs[1]!) ? 1 : 0
    const mask = graph.constants.get(add.inputs[place]!)
    const shape = graph.facts.get(add.outputs[0]!)!.shape
    const scores = add.inputs[1 - place]!
    const causal =
      mask && graph.facts.get(scores)?.shape.join() === shape.join() ? causalOffset(mask, shape) : null
    if (causal === null) return node
    return { ...node, inputs: [scores], attributes: new Map([...node.attributes, ['causal', causal]]) }
  })
  return withoutDead({ ...graph, nodes })
}

/** c where row q of every matrix of the mask shows the first q + c + 1 columns and hides the others; else null. */
function causalOffset(mask: Constant, shape: readonly number[]): number | null {
  const [queries, keys] = shape.slice(-2) as [number, number]
  const own = mask.shape.slice(-2)
  if (own[0] !== queries || own[1] !== keys || queries < 2) return null
  const seen = mask.data.slice(0, keys).findIndex((x) => x <= HIDDEN)
  const offset = seen - 1
  if (offset < 0) return null
  for (let i = 0; i < mask.data.length; i++) {
    const row = Math.floor(i / keys) % queries
    const visible = i % keys <= row + offset
    if (visible ? mask.data[i] !== 0 : !(mask.data[i]! <= HIDDEN)) return null
  }
  return offset
}
