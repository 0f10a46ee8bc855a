import {
  dtypeSize,
  float32Bits,
  type Operand,
  type Parameters,
  type Program,
  type Step,
  type TensorRef,
} from '@plumbline/ir'
import { copyStep } from './copy-step.ts'

const ROOT = `0x${'5a'.repeat(32)}` as const

/** u8 elements in rows of `width`, read at (axis `row`, axis `column`). */
function plane(
  ref: TensorRef,
  rows: number,
  width: number,
  row: number,
  column: number,
  weight = 0,
): Operand {
  return {
    ref,
    dtype: 'u8',
    byteLength: rows * width,
    base: 0,
    zero: 3,
    weight,
    coordinates: [
      { limit: rows, stride: width, offset: 0, terms: [{ axis: row, coef: 1 }] },
      { limit: width, stride: 1, offset: 0, terms: [{ axis: column, coef: 1 }] },
    ],
  }
}

const parameters = (rows: number): Parameters => ({
  ref: { class: 'constant', root: ROOT },
  byteLength: 8 * rows,
  base: 0,
  coordinates: [{ limit: rows, stride: 8, offset: 0, terms: [{ axis: 0, coef: 1 }] }],
})

/** A matrix product with an index, parameters and every operand, as the last of three steps. */
export function fullStep(): Step {
  return {
    kind: 'DOT',
    dtype: 'i16',
    outputExtents: [6, 10],
    reductionExtents: [40],
    multiplier: float32Bits(0.25),
    zero: -7,
    low: -500,
    high: 500,
    bias: 11,
    a: plane({ class: 'step', index: 0 }, 6, 40, 0, 2),
    b: plane({ class: 'input', index: 1 }, 10, 40, 9, 2),
    g: {
      ref: { class: 'step', index: 1 },
      dtype: 'i16',
      byteLength: 20,
      base: 0,
      zero: 0,
      weight: 1,
      coordinates: [{ limit: 10, stride: 1, offset: 0, terms: [{ axis: 1, coef: 1 }] }],
    },
    p: parameters(6),
  }
}

/** Three steps, two inputs: the first two steps copy inputs. */
export function threeSteps(last: Step = fullStep()): Program {
  const inputs = [
    { dtype: 'u8', shape: [6, 40] },
    { dtype: 'u8', shape: [10, 40] },
    { dtype: 'i16', shape: [10] },
  ] as const
  return {
    inputs,
    outputs: [2, 0],
    steps: [
      copyStep({ dtype: 'u8', shape: [240] }, { class: 'input', index: 0 }),
      copyStep({ dtype: 'i16', shape: [10] }, { class: 'input', index: 2 }),
      last,
    ],
  }
}

/** `count` copies, one of the other. */
export function chain(
  count: number,
  type: { dtype: 'u8' | 'i16' | 'i32'; shape: readonly number[] },
): Program {
  const bytes = type.shape.reduce((x, y) => x * y, dtypeSize(type.dtype))
  const flat = { dtype: type.dtype, shape: [bytes / dtypeSize(type.dtype)] }
  return {
    inputs: [type],
    outputs: [count - 1],
    steps: Array.from({ length: count }, (_, i) =>
      copyStep(flat, i === 0 ? { class: 'input', index: 0 } : { class: 'step', index: i - 1 }),
    ),
  }
}
