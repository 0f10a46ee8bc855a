import { InferenceSession, Tensor } from 'onnxruntime-node'
import onnxProto from 'onnx-proto'
import { ModelError } from '@plumbline/ops'
import type { GraphInput } from '../graph/graph.ts'
import { decodeModel } from '../onnx/read.ts'

const { onnx } = onnxProto

/** The original model in float32, as ONNX Runtime computes it. */
export interface FloatModel {
  /** The named tensors for one example. */
  run(inputs: readonly Float32Array[]): Promise<ReadonlyMap<string, Float32Array>>
  close(): Promise<void>
}

/**
 * Loads the file so that it also returns the inner tensors `names`.
 * @throws ModelError ONNX_REJECTED when ONNX Runtime does not accept the model
 */
export async function loadFloatModel(
  bytes: Uint8Array,
  inputs: readonly GraphInput[],
  names: readonly string[],
): Promise<FloatModel> {
  const session = await createSession(withOutputs(bytes, names))
  const types = new Map(
    session.inputMetadata.map((input) => [input.name, input.isTensor ? input.type : undefined]),
  )
  const own = new Map(inputs.map((input) => [input.name, input]))
  return {
    run: async (data) => {
      const feeds: Record<string, Tensor> = {}
      inputs.forEach(({ name, fact }, i) => (feeds[name] = feed(types.get(name), data[i]!, fact.shape)))
      const results = await rejecting(() =>
        session.run(
          feeds,
          names.filter((name) => !own.has(name)),
        ),
      )
      const values = new Map<string, Float32Array>()
      for (const name of names) {
        const position = inputs.findIndex((input) => input.name === name)
        const value = position >= 0 ? data[position]! : results[name]!.data
        values.set(
          name,
          value instanceof Float32Array
            ? value
            : Float32Array.from(value as ArrayLike<number | bigint>, Number),
        )
      }
      return values
    },
    close: () => session.release(),
  }
}

/** Numbers as the type that an input takes. */
export function feed(type: string | undefined, data: Float32Array, shape: readonly number[]): Tensor {
  if (type === 'int64')
    return new Tensor(
      'int64',
      BigInt64Array.from(data, (x) => BigInt(Math.round(x))),
      shape,
    )
  if (type === 'int32') return new Tensor('int32', Int32Array.from(data, Math.round), shape)
  return new Tensor('float32', data, shape)
}

/** The file with more outputs. */
function withOutputs(bytes: Uint8Array, names: readonly string[]): Uint8Array {
  const proto = decodeModel(bytes)
  const graph = proto.graph!
  const present = new Set([...(graph.output ?? []), ...(graph.input ?? [])].map(({ name }) => name))
  const added = names.filter((name) => !present.has(name)).map((name) => onnx.ValueInfoProto.create({ name }))
  graph.output = [...(graph.output ?? []), ...added]
  return onnx.ModelProto.encode(proto).finish()
}

const createSession = (bytes: Uint8Array): Promise<InferenceSession> =>
  rejecting(() => InferenceSession.create(bytes, { logSeverityLevel: 4 }))

async function rejecting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new ModelError(
      'ONNX_REJECTED',
      `ONNX Runtime does not run this model: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
