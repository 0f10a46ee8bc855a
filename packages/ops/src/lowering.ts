import type { DataType } from '@plumbline/ir'
import type { ConstantRef, Output } from './macro.ts'

/** Element types of the lowered graph. */
export type LoweredType = DataType | 'i8' | 'u32' | 'i64' | 'f32' | 'f64' | 'bool'
export type Attribute = number | { readonly float: number } | string | readonly number[]

/** Writes an ONNX graph. The runtime implements it; macros stay free of ONNX Runtime. */
export interface Lowering {
  /** Which form of weights to use: u8 with zero point 128 is exact everywhere, i8 is faster where exact. */
  readonly weights: 'u8' | 'i8'
  /** Adds a node and returns the name of its (first) output. */
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, Attribute>>,
    domain?: 'com.microsoft',
  ): string
  /** A fresh initializer: sharing one between nodes can break session creation. */
  tensor(type: LoweredType, shape: readonly number[], data: ArrayLike<number>): string
  bytes(constant: ConstantRef): Uint8Array
}

export const scalar = (g: Lowering, type: LoweredType, value: number): string => g.tensor(type, [], [value])
export const vector = (g: Lowering, type: LoweredType, values: ArrayLike<number>): string =>
  g.tensor(type, [values.length], values)

export const reshapeTo = (g: Lowering, name: string, shape: readonly number[]): string =>
  g.node('Reshape', [name, vector(g, 'i64', shape)])

const CODES = { f32: 1, u8: 2, i8: 3, i16: 5, i32: 6, i64: 7, bool: 9, f64: 11, u32: 12 } as const
export const castTo = (g: Lowering, name: string, type: LoweredType): string =>
  g.node('Cast', [name], { to: CODES[type] })

const RANGES = { u8: [0, 255], i16: [-32768, 32767], i32: [-(2 ** 31), 2 ** 31 - 1] } as const
const clips = ({ dtype, low, high }: Output): boolean => low > RANGES[dtype][0] || high < RANGES[dtype][1]

/** u8 values within the output's bounds; the full range needs no clip, since the quantising nodes saturate. */
export const clipTo = (g: Lowering, name: string, output: Output): string =>
  clips(output) ? g.node('Clip', [name, scalar(g, 'u8', output.low), scalar(g, 'u8', output.high)]) : name

/** Integers held as float32 within the output's bounds, moved by `-zero`. */
export const clipFloat = (g: Lowering, name: string, output: Output, zero = 0): string =>
  clips(output)
    ? g.node('Clip', [name, scalar(g, 'f32', output.low - zero), scalar(g, 'f32', output.high - zero)])
    : name

/**
 * `float` holds exact accumulators as float32; returns clamp(rne(float * M) + zero). `multiplier` names a float32
 * tensor that broadcasts, or is a number; 0 is identity.
 */
export function finishFloat(g: Lowering, float: string, multiplier: string | number, output: Output): string {
  const factor = typeof multiplier === 'string' ? multiplier : scalar(g, 'f32', multiplier)
  const scaled = multiplier === 0 ? float : g.node('Mul', [float, factor])
  if (output.dtype === 'i32') return finishWide(g, scaled, output)
  // The bounds are integers, so clamping before rounding is the same as after; ONNX Runtime has no Clip for i16.
  const clipped = clipFloat(g, scaled, output, output.zero)
  return g.node('QuantizeLinear', [clipped, scalar(g, 'f32', 1), scalar(g, output.dtype, output.zero)])
}

/** float32 cannot hold 2^31 - 1, so the clamp happens in float64, where every step is exact. */
function finishWide(g: Lowering, scaled: string, output: Output): string {
  const rounded = g.node('Round', [castTo(g, scaled, 'f64')])
  const moved = output.zero === 0 ? rounded : g.node('Add', [rounded, scalar(g, 'f64', output.zero)])
  const clipped = g.node('Clip', [moved, scalar(g, 'f64', output.low), scalar(g, 'f64', output.high)])
  return castTo(g, clipped, 'i32')
}

/** float32 of weight * (value - zero), exact while the product is below 2^24. */
export const dequantised = (g: Lowering, name: string, dtype: DataType, zero: number, weight = 1): string =>
  g.node('DequantizeLinear', [name, scalar(g, 'f32', weight), scalar(g, dtype, zero)])
