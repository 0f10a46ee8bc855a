import { assemble, type WasmFunction } from './module.ts'

// What is used of the WebAssembly interface, which the compiler's library lists only for browsers.
interface Memory {
  readonly buffer: ArrayBuffer
  readonly grow: (pages: number) => number
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

const PAGE = 65_536

/** Assembled functions with their memory. */
export interface Kernel<Name extends string> {
  readonly call: Readonly<Record<Name, (...values: number[]) => void>>
  /** The memory, at least `bytes` long. Growing it detaches every view made before. */
  readonly memory: (bytes: number) => ArrayBuffer
}

export function instantiate<Name extends string>(functions: readonly WasmFunction<Name>[]): Kernel<Name> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(functions, 1)))
  const memory = exports['memory'] as Memory
  return {
    call: exports as Readonly<Record<Name, (...values: number[]) => void>>,
    memory: (bytes) => {
      const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE)
      if (missing > 0) memory.grow(missing)
      return memory.buffer
    },
  }
}
