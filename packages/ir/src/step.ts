import type { DataType } from './dtype.ts'

/** The five kinds of step; meaning in docs/specification.md, section 2. */
export type StepKind = 'SUM' | 'MAX' | 'DOT' | 'DIV' | 'SQRT'
export const STEP_KINDS: readonly StepKind[] = ['SUM', 'MAX', 'DOT', 'DIV', 'SQRT']

/** Axis number of the iteration, and of the index value wG (G - zG). */
export const ITERATION_AXIS = 8
export const INDEX_AXIS = 9

/** 0x-prefixed 32-byte Merkle root, lower case. */
export type Hash = `0x${string}`

export type TensorRef =
  | { readonly class: 'constant'; readonly root: Hash }
  | { readonly class: 'input'; readonly index: number }
  | { readonly class: 'step'; readonly index: number }

export interface Term {
  readonly axis: number
  readonly coef: number
}

/** v = offset + sum coef * axis; in range when 0 <= v < limit; adds v * stride to the address. */
export interface Coordinate {
  readonly limit: number
  readonly stride: number
  readonly offset: number
  readonly terms: readonly Term[]
}

/** How a step addresses a tensor. Addresses count elements. */
export interface Operand {
  readonly ref: TensorRef
  readonly dtype: DataType
  /** Bytes of the whole tensor. */
  readonly byteLength: number
  readonly base: number
  readonly zero: number
  /** Integer weight; 0 for DOT, which has none. */
  readonly weight: number
  readonly coordinates: readonly Coordinate[]
}

/** Per-channel records: i32 bias, then float32 M, little-endian. Addresses count bytes. */
export interface Parameters {
  readonly ref: TensorRef
  readonly byteLength: number
  readonly base: number
  readonly coordinates: readonly Coordinate[]
}

export interface Step {
  readonly kind: StepKind
  readonly dtype: DataType
  /** Sizes of the output axes, then of the reduction axes. */
  readonly outputExtents: readonly number[]
  readonly reductionExtents: readonly number[]
  /** Bits of the float32 multiplier; 0 is identity. */
  readonly multiplier: number
  readonly zero: number
  readonly low: number
  readonly high: number
  readonly bias: number
  readonly a: Operand
  readonly b?: Operand
  readonly g?: Operand
  readonly p?: Parameters
}

const scratch = new DataView(new ArrayBuffer(4))

/** Bits of the float32 nearest to `value`. */
export function float32Bits(value: number): number {
  scratch.setFloat32(0, value)
  return scratch.getUint32(0)
}

/** The multiplier that `bits` mean: a positive normal float32, or null for identity. */
export function multiplierOf(bits: number): number | null {
  if (bits < 0x00800000 || bits >= 0x7f800000) return null
  scratch.setUint32(0, bits)
  return scratch.getFloat32(0)
}

export const outputElements = (step: Step): number => step.outputExtents.reduce((a, b) => a * b, 1)
export const reductionElements = (step: Step): number => step.reductionExtents.reduce((a, b) => a * b, 1)

/** The operands that are present, in descriptor order, P given the shape of a byte operand. */
export function operandsOf(step: Step): readonly (Operand | Parameters)[] {
  return [step.a, step.b, step.g, step.p].filter((operand) => operand !== undefined)
}
