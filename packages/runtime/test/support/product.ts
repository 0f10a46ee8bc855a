import { type DataType, dtypeMax, dtypeMin, type Program, type Step } from '@plumbline/ir'
import { tensorRoot } from '@plumbline/commitments'
import type { StepCase } from '../../../../test/support/random-step.ts'
import { encode } from './draw.ts'

export interface ProductShape {
  readonly rows: number
  readonly columns: number
  readonly depth: number
  readonly left: {
    readonly dtype: DataType
    readonly zero: number
    readonly value: (index: number) => number
  }
  readonly right: {
    readonly dtype: DataType
    readonly zero: number
    readonly value: (index: number) => number
  }
}

/** out[row, column] = sum over k of left[row, k] right[column, depth - 1 - k], unscaled; right is a constant. */
export function product({ rows, columns, depth, left, right }: ProductShape): StepCase {
  const leftBytes = encode(left.dtype, rows * depth, left.value)
  const rightBytes = encode(right.dtype, columns * depth, right.value)
  const root = tensorRoot(rightBytes)
  const matrix = (count: number, axis: number, coef: 1 | -1) => [
    { limit: count, stride: depth, offset: 0, terms: [{ axis, coef: 1 }] },
    { limit: depth, stride: 1, offset: coef === 1 ? 0 : depth - 1, terms: [{ axis: 2, coef }] },
  ]
  const step: Step = {
    kind: 'DOT',
    dtype: 'i32',
    outputExtents: [rows, columns],
    reductionExtents: [depth],
    multiplier: 0,
    zero: 0,
    low: dtypeMin('i32'),
    high: dtypeMax('i32'),
    bias: 0,
    a: {
      ref: { class: 'input', index: 0 },
      dtype: left.dtype,
      byteLength: leftBytes.byteLength,
      base: 0,
      zero: left.zero,
      weight: 0,
      coordinates: matrix(rows, 0, 1),
    },
    b: {
      ref: { class: 'constant', root },
      dtype: right.dtype,
      byteLength: rightBytes.byteLength,
      base: 0,
      zero: right.zero,
      weight: 0,
      coordinates: matrix(columns, 1, -1),
    },
  }
  const program: Program = {
    inputs: [{ dtype: left.dtype, shape: [rows, depth] }],
    outputs: [0],
    steps: [step],
  }
  return { program, step, constants: new Map([[root, rightBytes]]), inputs: [leftBytes], traced: [] }
}
