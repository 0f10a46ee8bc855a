import { type Code, flatten, sized, unsigned, vector } from './code.ts'

const TYPES = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const
export type ValueType = keyof typeof TYPES

/** A parameter or local of a function. */
export interface Variable {
  readonly get: Code
  readonly set: (value: Code) => Code
  /** Sets it and leaves the value on the stack. */
  readonly tee: (value: Code) => Code
}

/** An exported function without results. */
export interface WasmFunction<Name extends string = string> {
  readonly name: Name
  readonly parameters: number
  readonly locals: readonly ValueType[]
  readonly body: Code
}

/** `write` receives the parameters (all i32) and a maker of locals (zero at first). */
export function defineFunction<Name extends string>(
  name: Name,
  parameters: number,
  write: (parameters: readonly Variable[], local: (type: ValueType) => Variable) => Code,
): WasmFunction<Name> {
  const locals: ValueType[] = []
  const variable = (index: number): Variable => ({
    get: [0x20, unsigned(index)],
    set: (value) => [value, 0x21, unsigned(index)],
    tee: (value) => [value, 0x22, unsigned(index)],
  })
  const body = write(
    Array.from({ length: parameters }, (_, i) => variable(i)),
    (type) => variable(parameters + locals.push(type) - 1),
  )
  return { name, parameters, locals, body }
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const section = (id: number, content: Code): Code => [id, sized(content)]
const text = (value: string): Code => sized([...Buffer.from(value)])

/** A module that exports the functions by name and its one memory as `memory`. */
export function assemble(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    vector(Array.from({ length: parameters }, () => TYPES.i32)),
    vector([]),
  ])
  const exports: readonly Code[] = [
    [text('memory'), 0x02, 0],
    ...functions.map(({ name }, i) => [text(name), 0x00, unsigned(i)]),
  ]
  const bodies = functions.map(({ locals, body }) =>
    sized([vector(locals.map((type) => [1, TYPES[type]])), body, 0x0b]),
  )
  return Uint8Array.from(
    flatten([
      MAGIC_AND_VERSION,
      section(1, vector(types)),
      section(3, vector(functions.map((_, i) => unsigned(i)))),
      section(5, vector([[0x00, unsigned(pages)]])),
      section(7, vector(exports)),
      section(10, vector(bodies)),
    ]),
  )
}
