import type { Lowering } from '@plumbline/ops'
import type { Backend } from '../backend.ts'
import type { Model } from '../model/model.ts'
import { checkInputs } from '../model/ports.ts'
import { openSession, type SessionOptions } from './session.ts'
import { lowerMacros } from './writer.ts'

export interface OnnxRuntimeOptions extends SessionOptions {
  /** u8 is exact on every CPU; i8 only where the self-test (`chooseLowering`) finds it so. */
  readonly weights?: Lowering['weights']
}

/** Stock ONNX Runtime on the lowered macros. */
export const onnxRuntimeBackend = (options: OnnxRuntimeOptions = {}): Backend => ({
  name: 'onnxruntime',
  load: async (model) => {
    const session = await openSession(
      lowerModel(model, options.weights ?? 'u8'),
      model.program.inputs,
      options,
    )
    return {
      run: (inputs) => {
        checkInputs(model.manifest.inputs, inputs)
        return session.run(inputs)
      },
      close: () => session.close(),
    }
  },
})

export const lowerModel = (model: Model, weights: Lowering['weights']): Uint8Array =>
  lowerMacros({
    inputs: model.program.inputs,
    macros: model.manifest.macros,
    values: model.expanded.values,
    outputs: model.manifest.outputValues,
    constants: model.constants,
    weights,
  }).bytes
