import { numel } from '@plumbline/ir'
import {
  type Constant,
  ModelError,
  nodeError,
  operatorOf,
  operatorTypes,
  type TensorFact,
} from '@plumbline/ops'
import type { Graph, TypedGraph } from './graph.ts'
import { withoutDead } from './graph.ts'

const MAX_ELEMENTS = 2 ** 30

/**
 * Gives every tensor its type and shape, and replaces what depends on constants alone by its value.
 * @throws ModelError OPERATOR_UNSUPPORTED and what the operators' rules throw, all naming the node
 */
export function inferred(graph: Graph): TypedGraph {
  const facts = new Map<string, TensorFact>(graph.inputs.map(({ name, fact }) => [name, fact]))
  const constants = new Map(graph.constants)
  const nodes = []
  const live = withoutDead(graph)
  for (const node of live.nodes) {
    const operator = operatorOf(node.type)
    if (operator === undefined)
      throw nodeError(
        node,
        'OPERATOR_UNSUPPORTED',
        `this operator is not supported. Supported: ${operatorTypes.join(', ')}`,
      )
    const known = node.inputs.map((name) => (name === '' ? null : (constants.get(name) ?? null)))
    const all = node.inputs.every((name, i) => name === '' || known[i] !== null)
    if (all && operator.fold) {
      operator.infer(node, known, known)
      operator.fold(node, known).forEach((value, i) => define(constants, node.outputs[i], value))
      continue
    }
    if (operator.foldTypes) {
      const types = node.inputs.map((name, i) => known[i] ?? facts.get(name) ?? null)
      operator.foldTypes(node, types).forEach((value, i) => define(constants, node.outputs[i], value))
      continue
    }
    const types = node.inputs.map((name, i) => (name === '' ? null : (known[i] ?? facts.get(name) ?? null)))
    operator.infer(node, types, known).forEach((fact, i) => {
      if (numel(fact.shape) > MAX_ELEMENTS || fact.shape.some((size) => size < 1))
        throw nodeError(
          node,
          'TENSOR_SIZE',
          `its result would have shape [${fact.shape.join(', ')}]; 1 to ${MAX_ELEMENTS} elements are possible`,
        )
      define(facts, node.outputs[i], fact)
    })
    nodes.push(node)
  }
  for (const { name, tensor } of graph.outputs)
    if (!facts.has(tensor))
      throw new ModelError(
        constants.has(tensor) ? 'OUTPUT_CONSTANT' : 'ONNX_MALFORMED',
        `output '${name}' ${constants.has(tensor) ? 'does not depend on any input' : 'is no result of a supported node'}`,
        { output: name },
      )
  return finite({ ...live, nodes, facts, constants })
}

function define<T>(map: Map<string, T>, name: string | undefined, value: T): void {
  if (name !== undefined && name !== '') map.set(name, value)
}

/** @throws ModelError WEIGHTS_NOT_FINITE for constants that a remaining node reads */
function finite(graph: TypedGraph): TypedGraph {
  for (const node of graph.nodes)
    for (const name of node.inputs) {
      const constant: Constant | undefined = graph.constants.get(name)
      const at = constant?.type === 'float' ? constant.data.findIndex((x) => !Number.isFinite(x)) : -1
      // A bound of Clip may be infinite: that is no bound.
      if (at >= 0 && !(node.type === 'Clip' && !Number.isNaN(constant!.data[at])))
        throw nodeError(
          node,
          'WEIGHTS_NOT_FINITE',
          `element ${at} of its constant '${name}' is ${constant!.data[at]}`,
          {
            tensor: name,
          },
        )
    }
  return graph
}
