import type { DataType, Hash } from '@plumbline/ir'
import type { ConstantRef, MacroBase } from '@plumbline/ops'

/** Raw bytes that the program takes as they are: channel c means (raw[order[c]] * scale - mean[c]) / std[c]. */
export interface ManifestPreprocess {
  readonly scale: number
  readonly mean: readonly number[]
  readonly std: readonly number[]
  readonly order?: readonly number[]
}

export interface ManifestPort {
  readonly name: string
  readonly dtype: DataType
  readonly shape: readonly number[]
  /** real = scale * (stored - zero) */
  readonly scale: number
  readonly zero: number
}

export interface ManifestInput extends ManifestPort {
  /** Present where the input is raw bytes; `scale` and `zero` are then 1 and 0 or what the bytes mean. */
  readonly preprocess?: ManifestPreprocess
}

export interface ManifestOutput extends ManifestPort {
  /** The model ends in a softmax over this axis, which the reader of a result applies. */
  readonly softmax?: number
}

/** Everything about a model but its constants: plain JSON, referenced on chain by its hash. */
export interface Manifest {
  readonly format: 'plumbline-model'
  readonly version: 1
  readonly name: string
  readonly source: { readonly sha256: string; readonly byteLength: number }
  readonly programRoot: Hash
  readonly inputs: readonly ManifestInput[]
  readonly outputs: readonly ManifestOutput[]
  readonly labels?: readonly string[]
  /** Shapes that were given for open dimensions when compiling. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>
  /** Hints for fast execution: they expand to the program (values are numbered inputs first, then macros). */
  readonly macros: readonly MacroBase[]
  /** Value of every output. */
  readonly outputValues: readonly number[]
  readonly constants: readonly ConstantRef[]
  /** What compiling took from samples; see packages/compiler. */
  readonly recipe: unknown
}
