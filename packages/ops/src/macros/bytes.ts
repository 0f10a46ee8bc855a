import { castTo, type Lowering, scalar } from '../lowering.ts'

/**
 * An i16 tensor as two u8 tensors, x = 256 * (high - 128) + low: integer kernels take bytes. Casting to a narrower
 * integer keeps the low bits, in ONNX Runtime as in C.
 */
export function bytesOf16(g: Lowering, name: string): { readonly high: string; readonly low: string } {
  const bits = castTo(g, name, 'u32')
  const shifted = g.node('BitShift', [bits, scalar(g, 'u32', 8)], { direction: 'RIGHT' })
  const high = g.node('BitwiseXor', [castTo(g, shifted, 'u8'), scalar(g, 'u8', 128)])
  return { high, low: castTo(g, name, 'u8') }
}

export const HIGH_ZERO = 128

/** 256 * high + low + bias of i32 sums: exact as long as the whole stays below 2^31, whatever wraps on the way. */
export function joinedSums(g: Lowering, high: string, low: string, bias: string): string {
  const raised = g.node('Mul', [high, scalar(g, 'i32', 256)])
  return g.node('Add', [g.node('Add', [raised, low]), bias])
}
