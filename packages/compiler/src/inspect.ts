import { ModelError, nodeError, operatorOf, type TensorFact } from '@plumbline/ops'
import { inferred } from './graph/infer.ts'
import { simplifiedGraph } from './graph/simplify.ts'
import { readOnnx, type ReadOptions } from './onnx/read.ts'

/** What an ONNX file takes, gives and needs, without compiling it. */
export interface ModelSummary {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[]
  readonly outputs: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly softmax: boolean
  }[]
  readonly operators: readonly {
    readonly type: string
    readonly count: number
    readonly supported: boolean
  }[]
  /** Why it would not compile; null where nothing is known to stand in the way. */
  readonly obstacle: ModelError | null
}

/**
 * Looks into a file before compiling.
 * @throws ModelError for a file that cannot be read at all
 */
export function inspectModel(onnx: Uint8Array, options: ReadOptions = {}): ModelSummary {
  const graph = readOnnx(onnx, options)
  const counts = new Map<string, number>()
  for (const { type } of graph.nodes) counts.set(type, (counts.get(type) ?? 0) + 1)
  const typed = attempt(() => {
    const simple = simplifiedGraph(inferred(graph))
    for (const node of simple.nodes)
      if (!operatorOf(node.type)?.translate)
        throw nodeError(node, 'OPERATOR_PLACE', 'this operator is supported as the last one only')
    return simple
  })
  const facts: ReadonlyMap<string, TensorFact> = typed instanceof ModelError ? new Map() : typed.facts
  const outputs = typed instanceof ModelError ? graph.outputs : typed.outputs
  return {
    inputs: graph.inputs.map(({ name, fact }) => ({ name, shape: fact.shape })),
    outputs: outputs.map(({ name, tensor, softmax }) => ({
      name,
      shape: facts.get(tensor)?.shape ?? [],
      softmax: softmax !== undefined,
    })),
    operators: [...counts]
      .map(([type, count]) => ({ type, count, supported: operatorOf(type) !== undefined }))
      .sort((a, b) => (a.type < b.type ? -1 : 1)),
    obstacle: typed instanceof ModelError ? typed : null,
  }
}

function attempt<T>(work: () => T): T | ModelError {
  try {
    return work()
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
}
