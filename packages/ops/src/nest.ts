import {
  type Coordinate,
  type DataType,
  dtypeMax,
  dtypeMin,
  float32Bits,
  numel,
  type Operand,
  type Parameters,
  type Step,
  type StepKind,
  type TensorRef,
  type Term,
} from '@plumbline/ir'
import { ModelError } from './errors.ts'
import type { ConstantRef } from './macro.ts'
import { simplified } from './simplify.ts'
import type { Digit, Value } from './value.ts'

export const term = (axis: number, coef = 1): Term => ({ axis, coef })

/** A guarded coordinate. Terms of one axis are added, terms of coefficient 0 dropped. */
export function coordinate(
  limit: number,
  stride: number,
  offset: number,
  terms: readonly Term[],
): Coordinate {
  const coefs = new Map<number, number>()
  for (const { axis, coef } of terms) coefs.set(axis, (coefs.get(axis) ?? 0) + coef)
  return {
    limit,
    stride,
    // Not -0, which is another value to whoever compares.
    offset: offset + 0,
    terms: [...coefs]
      .filter(([, coef]) => coef !== 0)
      .sort(([x], [y]) => x - y)
      .map(([axis, coef]) => ({ axis, coef })),
  }
}

/** Coordinates of an axis whose digits run over the loops `first`, `first + 1`, ... */
export const walk = (digits: readonly Digit[], first: number): readonly Coordinate[] =>
  digits.map(({ size, stride }, i) => coordinate(size, stride, 0, [term(first + i)]))

export interface Reading {
  readonly zero?: number
  readonly weight?: number
}

export const operand = (
  value: Value,
  coordinates: readonly Coordinate[],
  reading: Reading = {},
): Operand => ({
  ref: value.ref,
  dtype: value.dtype,
  byteLength: value.byteLength,
  base: value.base,
  zero: reading.zero ?? 0,
  weight: reading.weight ?? 0,
  coordinates,
})

export const constantTensor = ({ root }: ConstantRef): TensorRef => ({ class: 'constant', root })

export const records = (
  constant: ConstantRef,
  base: number,
  coordinates: readonly Coordinate[],
): Parameters => ({ ref: constantTensor(constant), byteLength: constant.byteLength, base, coordinates })

/** What a step does to its accumulator; what is left out changes nothing. */
export interface Finish {
  readonly dtype: DataType
  readonly zero?: number
  readonly low?: number
  readonly high?: number
  readonly bias?: number
  /** 0 is identity. */
  readonly multiplier?: number
}

export interface StepOperands {
  readonly a: Operand
  readonly b?: Operand
  readonly g?: Operand
  readonly p?: Parameters
}

const MAX_REDUCTION = 2 ** 24

/** A step over loops of the given sizes: output loops are numbered from 0, reduction loops follow. */
export const makeStep = (
  kind: StepKind,
  outputs: readonly number[],
  reductions: readonly number[],
  finish: Finish,
  operands: StepOperands,
): Step => {
  if (![...outputs, ...reductions].every((size) => Number.isInteger(size) && size >= 1 && size < 2 ** 32))
    throw new ModelError('STEP_SIZE', `a step over [${outputs.join(', ')}] and [${reductions.join(', ')}]`)
  if (numel(reductions) > MAX_REDUCTION)
    throw new ModelError(
      'STEP_SIZE',
      `a reduction over ${numel(reductions)} elements; at most ${MAX_REDUCTION}`,
    )
  return simplified({
    kind,
    dtype: finish.dtype,
    outputExtents: outputs,
    reductionExtents: reductions,
    multiplier: finish.multiplier ? float32Bits(finish.multiplier) : 0,
    zero: finish.zero ?? 0,
    low: finish.low ?? dtypeMin(finish.dtype),
    high: finish.high ?? dtypeMax(finish.dtype),
    bias: finish.bias ?? 0,
    ...operands,
  })
}
