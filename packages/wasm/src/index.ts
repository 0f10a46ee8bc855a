export type { Code } from './code.ts'
export { type Kernel, instantiate } from './instance.ts'
export * from './instructions.ts'
export { defineFunction, type Variable } from './module.ts'
