import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { DataType, TensorType } from '@plumbline/ir'
import { elementsOf } from '@plumbline/ir'
import { ModelError } from '@plumbline/ops'

const NAMES: Readonly<Record<DataType, 'uint8' | 'int16' | 'int32'>> = {
  u8: 'uint8',
  i16: 'int16',
  i32: 'int32',
}

export interface SessionOptions {
  /** Threads within one operator. 0 leaves the choice to ONNX Runtime. */
  readonly threads?: number
}

/** A lowered graph in stock ONNX Runtime: bytes in, bytes out. */
export interface IntegerSession {
  run(inputs: readonly Uint8Array[]): Promise<readonly Uint8Array[]>
  close(): Promise<void>
}

/** @throws ModelError BACKEND_REJECTED when ONNX Runtime does not load the graph */
export async function openSession(
  graph: Uint8Array,
  inputs: readonly TensorType[],
  options: SessionOptions = {},
): Promise<IntegerSession> {
  const session = await create(graph, options)
  return {
    run: async (bytes) => {
      const feeds: Record<string, Tensor> = {}
      inputs.forEach(({ dtype, shape }, i) => {
        feeds[`in${i}`] = new Tensor(NAMES[dtype], elementsOf(dtype, bytes[i]!) as never, shape)
      })
      const results = await session.run(feeds)
      return session.outputNames.map((_, i) => {
        const data = results[`out${i}`]!.data as Uint8Array
        return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      })
    },
    close: () => session.release(),
  }
}

async function create(graph: Uint8Array, { threads = 1 }: SessionOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(graph, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
      // The graph says exactly which integers it wants: no pass may regroup quantising nodes.
      extra: { session: { disable_quant_qdq: '1' } },
    })
  } catch (error) {
    throw new ModelError(
      'BACKEND_REJECTED',
      `ONNX Runtime does not load the lowered graph: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
