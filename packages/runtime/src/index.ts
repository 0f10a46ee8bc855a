export { evaluateElement, type TensorReader } from './reference/evaluate.ts'
export { runReference, tensorReader } from './reference/run.ts'
export { scale } from './reference/requantise.ts'
export { type PreparedProgram, prepareProgram, runCompiled, type RunOptions } from './compiled/run.ts'
export * from './backend.ts'
export * from './model/manifest.ts'
export * from './model/model.ts'
export * from './model/package.ts'
export * from './model/parse.ts'
export * from './model/ports.ts'
export { lowerModel, onnxRuntimeBackend, type OnnxRuntimeOptions } from './onnxruntime/backend.ts'
export { openSession, type IntegerSession, type SessionOptions } from './onnxruntime/session.ts'
export { lowerMacros, type LoweringRequest } from './onnxruntime/writer.ts'
export { referenceBackend } from './reference/backend.ts'
export { macroCase, randomInputs } from './self-test/cases.ts'
export type { MacroCase } from './self-test/cases/draw.ts'
export {
  chooseLowering,
  type ChooseOptions,
  type LoweringChoice,
  type LoweringResult,
} from './self-test/choose.ts'
export { compareLayer } from './self-test/compare.ts'
export { caseLayer, type Layer, modelLayers } from './self-test/layer.ts'
export { type Machine, thisMachine } from './self-test/machine.ts'
export { type Random, seededRandom } from './self-test/random.ts'
