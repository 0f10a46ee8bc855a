export { evaluateElement, type TensorReader } from './reference/evaluate.ts'
export { runReference, tensorReader } from './reference/run.ts'
export { type PreparedProgram, prepareProgram, runCompiled, type RunOptions } from './compiled/run.ts'
