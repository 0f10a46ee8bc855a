import onnxProto from 'onnx-proto'
import { type AttributeValue, type Constant, ModelError, type Node, type TensorFact } from '@plumbline/ops'
import { type Graph, type GraphInput } from '../graph/graph.ts'
import { elementType, readTensor } from './tensor.ts'

const { onnx } = onnxProto

export type ModelProto = onnxProto.onnx.ModelProto

const MIN_OPSET = 7
const MAX_OPSET = 21
/** Protobuf itself ends at 2 GiB; a verifiable model of this size would have millions of leaves. */
export const MAX_MODEL_BYTES = 2 ** 30

export interface ReadOptions {
  /** Shapes for inputs whose dimensions the file leaves open. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>
}

/**
 * The graph of an ONNX file.
 * @throws ModelError ONNX_TOO_LARGE, ONNX_MALFORMED, OPSET_UNSUPPORTED, SHAPE_DYNAMIC, ...
 */
export function readOnnx(bytes: Uint8Array, options: ReadOptions = {}): Graph {
  const proto = decodeModel(bytes)
  const graph = proto.graph
  if (!graph) throw new ModelError('ONNX_MALFORMED', 'the file holds no graph: it is not an ONNX model')
  const opset = opsetOf(proto)
  const constants = new Map<string, Constant>()
  for (const tensor of graph.initializer ?? [])
    constants.set(tensor.name ?? '', readTensor(tensor, `initializer '${tensor.name}'`))
  if ((graph.sparseInitializer?.length ?? 0) > 0)
    throw new ModelError(
      'ONNX_TENSOR',
      'sparse initializers are not supported; save the model with dense ones',
    )
  const inputs = (graph.input ?? [])
    .filter((input) => !constants.has(input.name ?? ''))
    .map((input) => readInput(input, options))
  const nodes = (graph.node ?? []).map((node, index) => readNode(node, index, opset))
  const outputs = (graph.output ?? []).map((output) => ({
    name: output.name ?? '',
    tensor: output.name ?? '',
  }))
  if (inputs.length === 0) throw new ModelError('ONNX_MALFORMED', 'the graph has no input')
  if (outputs.length === 0) throw new ModelError('ONNX_MALFORMED', 'the graph has no output')
  return { inputs, outputs, nodes: inOrder(nodes, inputs, constants), constants }
}

export function decodeModel(bytes: Uint8Array): ModelProto {
  if (bytes.byteLength > MAX_MODEL_BYTES)
    throw new ModelError(
      'ONNX_TOO_LARGE',
      `the model has ${bytes.byteLength} bytes; at most ${MAX_MODEL_BYTES} are supported`,
      { bytes: bytes.byteLength },
    )
  try {
    return onnx.ModelProto.decode(bytes)
  } catch (error) {
    throw new ModelError(
      'ONNX_MALFORMED',
      `not an ONNX file, or a damaged one: ${error instanceof Error ? error.message : String(error)}`,
      { bytes: bytes.byteLength },
    )
  }
}

function opsetOf(proto: ModelProto): number {
  const entry = proto.opsetImport?.find(({ domain }) => !domain || domain === 'ai.onnx')
  const version = Number(entry?.version ?? 0)
  if (version < MIN_OPSET || version > MAX_OPSET)
    throw new ModelError(
      'OPSET_UNSUPPORTED',
      `the model uses opset ${version}; ${MIN_OPSET} to ${MAX_OPSET} are supported: convert it`,
      { opset: version },
    )
  return version
}

function readInput(input: onnxProto.onnx.IValueInfoProto, { shapes }: ReadOptions): GraphInput {
  const name = input.name ?? ''
  const tensor = input.type?.tensorType
  if (elementType(tensor?.elemType) === null)
    throw new ModelError('DTYPE_UNSUPPORTED', `input '${name}' is no tensor of numbers`, { input: name })
  const declared = (tensor?.shape?.dim ?? []).map((dim) => Number(dim.dimValue ?? 0))
  const given = shapes?.[name]
  const shape = given ?? declared
  const open = shape.findIndex((size) => !Number.isSafeInteger(size) || size < 1)
  if (open >= 0) {
    const label = tensor?.shape?.dim?.[open]?.dimParam || '?'
    throw new ModelError(
      'SHAPE_DYNAMIC',
      `dimension ${open} ('${label}') of input '${name}' is open: give its shape, for example --shape ${name}=${declared.map((size) => size || 1).join('x')}`,
      { input: name, shape },
    )
  }
  if (
    given &&
    (given.length !== declared.length || declared.some((size, i) => size > 0 && size !== given[i]))
  )
    throw new ModelError(
      'SHAPE_MISMATCH',
      `--shape ${name}=${given.join('x')} contradicts the model's own [${declared.map((size) => size || '?').join(', ')}]`,
      { input: name },
    )
  return { name, fact: { type: elementType(tensor?.elemType)!, shape } satisfies TensorFact }
}

function readNode(node: onnxProto.onnx.INodeProto, index: number, opset: number): Node {
  const type =
    node.domain && node.domain !== 'ai.onnx' ? `${node.domain}.${node.opType}` : (node.opType ?? '')
  const name = node.name || `${type}_${index}`
  const attributes = new Map<string, AttributeValue>()
  for (const attribute of node.attribute ?? []) {
    const value = readAttribute(attribute, name)
    if (value !== null) attributes.set(attribute.name ?? '', value)
  }
  return { name, type, inputs: node.input ?? [], outputs: node.output ?? [], attributes, opset }
}

function readAttribute(attribute: onnxProto.onnx.IAttributeProto, node: string): AttributeValue | null {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  const { AttributeType } = onnx.AttributeProto
  switch (attribute.type) {
    case AttributeType.FLOAT:
      return attribute.f ?? 0
    case AttributeType.INT:
      return Number(attribute.i ?? 0)
    case AttributeType.STRING:
      return text(attribute.s ?? new Uint8Array())
    case AttributeType.TENSOR:
      return readTensor(attribute.t ?? {}, `attribute '${attribute.name}' of node '${node}'`)
    case AttributeType.FLOATS:
      return attribute.floats ?? []
    case AttributeType.INTS:
      return (attribute.ints ?? []).map(Number)
    case AttributeType.STRINGS:
      return (attribute.strings ?? []).map(text)
    default:
      // Graphs, types and the like: an operator that needs one is refused by its own name.
      return null
  }
}

/** Nodes sorted so that every one follows what it reads; files need not list them so. */
function inOrder(
  nodes: readonly Node[],
  inputs: readonly GraphInput[],
  constants: ReadonlyMap<string, Constant>,
): readonly Node[] {
  const producer = new Map<string, Node>()
  for (const node of nodes)
    for (const output of node.outputs) {
      if (output === '') continue
      if (producer.has(output) || constants.has(output) || inputs.some(({ name }) => name === output))
        throw new ModelError('ONNX_MALFORMED', `tensor '${output}' of node '${node.name}' is defined twice`, {
          tensor: output,
        })
      producer.set(output, node)
    }
  const known = new Set(['', ...inputs.map(({ name }) => name), ...constants.keys()])
  const result: Node[] = []
  const state = new Map<Node, 'open' | 'done'>()
  // An explicit stack: a hostile file can chain more nodes than the call stack holds.
  for (const start of nodes) {
    const stack = [start]
    while (stack.length > 0) {
      const node = stack.at(-1)!
      if (state.get(node) === 'done') {
        stack.pop()
        continue
      }
      const missing = node.inputs.filter((name) => !known.has(name))
      const next = missing.map((name) => {
        const source = producer.get(name)
        if (source === undefined)
          throw new ModelError(
            'ONNX_MALFORMED',
            `node '${node.name}' reads '${name}', which nothing defines`,
            {
              node: node.name,
              tensor: name,
            },
          )
        return source
      })
      if (next.length > 0) {
        if (state.get(node) === 'open')
          throw new ModelError('ONNX_MALFORMED', `node '${node.name}' depends on its own result`, {
            node: node.name,
          })
        state.set(node, 'open')
        stack.push(...next)
        continue
      }
      state.set(node, 'done')
      node.outputs.forEach((output) => known.add(output))
      result.push(node)
      stack.pop()
    }
  }
  return result
}
