import type { Constants, DataType, Hash, Step } from '@plumbline/ir'
import type { Lowering } from './lowering.ts'
import type { Value } from './value.ts'

/** A constant of the program, by Merkle root. */
export interface ConstantRef {
  readonly root: Hash
  readonly byteLength: number
}

/** What a macro does to its accumulators: docs/specification.md, section 2. */
export interface Output {
  readonly dtype: DataType
  readonly zero: number
  readonly low: number
  readonly high: number
}

/**
 * One operator of the integer model: plain data, kept in the manifest. Macros are hints for fast execution; what is
 * committed is only the steps that `expand` makes of them.
 */
export interface MacroBase {
  readonly kind: string
  /** Where it comes from in the ONNX file, for people. */
  readonly node: string
  /** Values it reads: 0 ... inputs-1 are the program's inputs, then one value a macro. */
  readonly inputs: readonly number[]
}

export interface Expansion {
  readonly steps: readonly Step[]
  readonly value: Value
}

export interface LoweredValue {
  /** Name in the lowered graph; its shape there is the logical one. */
  readonly name: string
  readonly value: Value
}

/** i32 accumulators of integer kernels. */
export const ACCUMULATOR_LIMIT = 2 ** 31

/** The largest accumulator that a macro can reach with its real constants. */
export interface AccumulatorBound {
  readonly magnitude: number
  /** What the lowering needs it to stay below. */
  readonly limit: number
  readonly where: string
}

export interface MacroKind<M extends MacroBase = MacroBase> {
  readonly kind: string
  /** The steps, the first of which gets index `at`, and the value that they leave. Pure. */
  expand(macro: M, inputs: readonly Value[], at: number): Expansion
  /** Adds the same computation to an ONNX graph; returns the name of its result. */
  lower(macro: M, inputs: readonly LoweredValue[], lowering: Lowering): string
  /** What |accumulator| stays within for every input. */
  bound?(macro: M, inputs: readonly Value[], constants: Constants): AccumulatorBound
  /** Constants that the macro names. */
  constants?(macro: M): readonly ConstantRef[]
}
