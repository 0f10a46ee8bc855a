export { evaluateElement, type TensorReader } from './reference/evaluate.ts'
export { runReference, tensorReader } from './reference/run.ts'
