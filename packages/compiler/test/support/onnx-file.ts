import onnxProto from 'onnx-proto'
import type { Random } from './random.ts'

const { onnx } = onnxProto
const { AttributeType } = onnx.AttributeProto

export type Attribute = number | string | readonly number[] | { readonly float: number }

export interface TestNode {
  readonly type: string
  readonly inputs: readonly string[]
  readonly output: string
  /** Further outputs. */
  readonly more?: readonly string[]
  readonly name?: string
  readonly attributes?: Readonly<Record<string, Attribute>>
}

export interface TestTensor {
  readonly shape: readonly number[]
  readonly data: readonly number[] | Float32Array
  /** Default: float32. */
  readonly type?: 'int64'
}

export interface TestModel {
  readonly opset?: number
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>
  /** Inputs of whole numbers below this, int64. */
  readonly indices?: Readonly<Record<string, number>>
  readonly outputs: readonly string[]
  readonly nodes: readonly TestNode[]
  readonly constants?: Readonly<Record<string, TestTensor>>
}

/** The bytes of an ONNX file. */
export function onnxFile(model: TestModel): Uint8Array {
  const proto = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: model.opset ?? 13 }],
    graph: {
      name: 'test',
      node: model.nodes.map((node, i) => ({
        name: node.name ?? `node${i}`,
        opType: node.type,
        input: [...node.inputs],
        output: [node.output, ...(node.more ?? [])],
        attribute: Object.entries(node.attributes ?? {}).map(([name, value]) => attribute(name, value)),
      })),
      initializer: Object.entries(model.constants ?? {}).map(([name, { shape, data, type }]) => ({
        name,
        dims: [...shape],
        ...(type === 'int64'
          ? { dataType: 7, int64Data: [...data] }
          : { dataType: 1, rawData: new Uint8Array(Float32Array.from(data).buffer) }),
      })),
      input: Object.entries(model.inputs).map(([name, shape]) => ({
        name,
        type: {
          tensorType: {
            elemType: model.indices?.[name] === undefined ? 1 : 7,
            shape: {
              dim: shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size })),
            },
          },
        },
      })),
      output: model.outputs.map((name) => ({ name, type: { tensorType: { elemType: 1 } } })),
    },
  })
  return onnx.ModelProto.encode(proto).finish()
}

function attribute(name: string, value: Attribute): onnxProto.onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value }
  if (typeof value === 'string')
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) }
  if (Array.isArray(value)) return { name, type: AttributeType.INTS, ints: [...(value as readonly number[])] }
  return { name, type: AttributeType.FLOAT, f: (value as { float: number }).float }
}

/** Weights of about unit gain for a reduction of `fan` elements. */
export function randomTensor(random: Random, shape: readonly number[], fan = 1): TestTensor {
  const count = shape.reduce((a, b) => a * b, 1)
  return { shape, data: Float32Array.from({ length: count }, () => random.normal() / Math.sqrt(fan)) }
}
