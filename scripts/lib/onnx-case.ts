import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import onnxProto from 'onnx-proto'
import { compileModel, readTensor } from '@plumbline/compiler'
import { ProgramError } from '@plumbline/ir'
import { ModelError } from '@plumbline/ops'
import { decodeOutput, encodeInput, onnxRuntimeBackend } from '@plumbline/runtime'

const { onnx } = onnxProto

export interface CaseResult {
  readonly operator: string
  readonly outcome: 'matched' | 'unsupported' | 'failed'
  readonly why?: string
}

/** Error of an element, as a share of the largest one, that 16 and 8 bits explain. */
const TOLERANCE = 0.02

/** One case of the standard: its first tensor of floats is the input, its other inputs are weights. */
export async function runCase(folder: string): Promise<CaseResult> {
  const proto = onnx.ModelProto.decode(readFileSync(join(folder, 'model.onnx')))
  const graph = proto.graph!
  const operator = graph.node![0]?.opType ?? 'none'
  try {
    const read = (name: string) =>
      onnx.TensorProto.decode(readFileSync(join(folder, 'test_data_set_0', name)))
    const inputs = graph.input ?? []
    const outputs = graph.output ?? []
    if ([...inputs, ...outputs].some(({ type }) => !type?.tensorType))
      return { operator, outcome: 'unsupported', why: 'sequences and optional values' }
    const given = inputs.map((_, i) => read(`input_${i}.pb`))
    const computed = Math.max(
      0,
      inputs.findIndex(({ type }) => type!.tensorType!.elemType === 1),
    )
    if (inputs.length === 0) return { operator, outcome: 'unsupported', why: 'no input' }
    graph.initializer = [
      ...(graph.initializer ?? []),
      ...given.flatMap((tensor, i) =>
        i === computed ? [] : [Object.assign(onnx.TensorProto.create(tensor), { name: inputs[i]!.name! })],
      ),
    ]
    graph.input = [inputs[computed]!]
    const sample = { inputs: [Float32Array.from(readTensor(given[computed]!, 'the input').data)] }
    const { model } = await compileModel(onnx.ModelProto.encode(proto).finish(), {
      samples: { calibration: Array.from({ length: 4 }, () => ({ ...sample })), evaluation: [] },
      precision: 'high',
      rangeRule: 'minmax',
    })
    const session = await onnxRuntimeBackend().load(model)
    const results = await session.run([encodeInput(model.manifest.inputs[0]!, sample.inputs[0]!)])
    await session.close()
    for (const [i, bytes] of results.entries()) {
      const wanted = readTensor(read(`output_${i}.pb`), 'the output').data
      const got = decodeOutput(model.manifest.outputs[i]!, bytes)
      if (wanted.length !== got.length)
        return { operator, outcome: 'failed', why: `${got.length} elements, ${wanted.length} expected` }
      const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6)
      const worst = wanted.reduce((most, x, k) => Math.max(most, Math.abs(x - got[k]!)), 0)
      if (!(worst <= TOLERANCE * largest))
        return { operator, outcome: 'failed', why: `off by ${((100 * worst) / largest).toFixed(1)}%` }
    }
    return { operator, outcome: 'matched' }
  } catch (error) {
    const refused = error instanceof ModelError || error instanceof ProgramError
    const why = error instanceof Error ? error.message.slice(0, 160) : String(error)
    return {
      operator,
      outcome: refused ? 'unsupported' : 'failed',
      why: refused ? `${error.code}: ${why}` : why,
    }
  }
}
