import onnxProto from 'onnx-proto'
import { type Constants, type TensorType } from '@plumbline/ir'
import {
  type Attribute,
  type LoweredType,
  type LoweredValue,
  type Lowering,
  macroKind,
  type MacroBase,
  ModelError,
  type Value,
} from '@plumbline/ops'

const { onnx } = onnxProto
const { AttributeType } = onnx.AttributeProto

const TYPES: Readonly<
  Record<LoweredType, { code: number; array: (data: ArrayLike<number>) => ArrayBufferView }>
> = {
  u8: { code: 2, array: (data) => Uint8Array.from(data) },
  i8: { code: 3, array: (data) => Int8Array.from(data) },
  i16: { code: 5, array: (data) => Int16Array.from(data) },
  i32: { code: 6, array: (data) => Int32Array.from(data) },
  i64: { code: 7, array: (data) => BigInt64Array.from(Array.from(data, BigInt)) },
  f32: { code: 1, array: (data) => Float32Array.from(data) },
  u32: { code: 12, array: (data) => Uint32Array.from(data) },
  bool: { code: 9, array: (data) => Uint8Array.from(data) },
  f64: { code: 11, array: (data) => Float64Array.from(data) },
}

export interface LoweredModel {
  /** An ONNX file for stock ONNX Runtime; inputs are named in0, in1, ..., outputs out0, out1, ... */
  readonly bytes: Uint8Array
}

export interface LoweringRequest {
  readonly inputs: readonly TensorType[]
  readonly macros: readonly MacroBase[]
  /** Inputs, then the value of every macro. */
  readonly values: readonly Value[]
  /** Values to return. */
  readonly outputs: readonly number[]
  readonly constants: Constants
  readonly weights: Lowering['weights']
}

/** One integer ONNX graph for a list of macros. */
export function lowerMacros(request: LoweringRequest): LoweredModel {
  const nodes: onnxProto.onnx.INodeProto[] = []
  const initializers: onnxProto.onnx.ITensorProto[] = []
  let counter = 0
  const fresh = (): string => `t${counter++}`

  const lowering: Lowering = {
    weights: request.weights,
    node: (type, inputs, attributes = {}, domain) => {
      const name = fresh()
      nodes.push({
        opType: type,
        name,
        input: [...inputs],
        output: [name],
        attribute: Object.entries(attributes).map(([key, value]) => attributeProto(key, value)),
        ...(domain && { domain }),
      })
      return name
    },
    tensor: (type, shape, data) => {
      const name = fresh()
      const { code, array } = TYPES[type]
      const view = array(data)
      initializers.push({
        name,
        dataType: code,
        dims: [...shape],
        rawData: new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
      })
      return name
    },
    bytes: ({ root, byteLength }) => {
      const found = request.constants.get(root)
      if (found === undefined)
        throw new ModelError('CONSTANT_MISSING', `constant ${root} is missing`, { root })
      return found.subarray(0, byteLength)
    },
  }

  const names = request.inputs.map((_, i) => `in${i}`)
  for (const macro of request.macros) {
    const inputs: LoweredValue[] = macro.inputs.map((id) => ({
      name: names[id]!,
      value: request.values[id]!,
    }))
    names.push(macroKind(macro).lower(macro, inputs, lowering))
  }
  nameOutputs(
    nodes,
    request.outputs.map((id) => names[id]!),
  )
  const model = onnx.ModelProto.create({
    irVersion: 10,
    producerName: 'plumbline',
    opsetImport: [
      { domain: '', version: 21 },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: 'plumbline',
      node: nodes,
      initializer: initializers,
      input: request.inputs.map(({ dtype, shape }, i) => ({
        name: `in${i}`,
        type: {
          tensorType: {
            elemType: TYPES[dtype].code,
            shape: { dim: shape.map((size) => ({ dimValue: size })) },
          },
        },
      })),
      output: request.outputs.map((_, i) => ({ name: `out${i}` })),
    },
  })
  return { bytes: onnx.ModelProto.encode(model).finish() }
}

function attributeProto(name: string, value: Attribute): onnxProto.onnx.IAttributeProto {
  if (typeof value === 'string')
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) }
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value }
  if (Array.isArray(value)) return { name, type: AttributeType.INTS, ints: [...(value as readonly number[])] }
  return { name, type: AttributeType.FLOAT, f: (value as { float: number }).float }
}

/** Gives results their names out0, out1, ...: without a node of its own, unless it is an input or another output too. */
function nameOutputs(nodes: onnxProto.onnx.INodeProto[], results: readonly string[]): void {
  results.forEach((result, i) => {
    const name = `out${i}`
    const producer = nodes.find((node) => node.output![0] === result)
    if (producer === undefined || results.indexOf(result) < i) {
      const source = results.indexOf(result) < i ? `out${results.indexOf(result)}` : result
      nodes.push({ opType: 'Identity', name, input: [source], output: [name] })
      return
    }
    producer.output = [name]
    for (const node of nodes) node.input = node.input!.map((input) => (input === result ? name : input))
  })
}
