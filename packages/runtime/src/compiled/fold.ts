import type { StepKind } from '@plumbline/ir'

/** What a term that is out of range counts as, so that a fold can take every place of a line. */
export const MISSING = {
  SUM: { a: 0, b: 0 },
  MAX: { a: -(2 ** 31), b: -(2 ** 31) },
  DOT: { a: 0, b: 0 },
  DIV: { a: 0, b: 1 },
  SQRT: { a: 0, b: 0 },
} as const satisfies Readonly<Record<StepKind, { a: number; b: number }>>

/** The accumulator of place j is acc[j * stride]: stride 0 folds the line itself. */
export function addTerms(acc: Float64Array, stride: number, terms: Float64Array): void {
  for (let j = 0, at = 0; j < terms.length; j++, at += stride) acc[at] = acc[at]! + terms[j]!
}

export function maxTerms(acc: Float64Array, stride: number, terms: Float64Array): void {
  for (let j = 0, at = 0; j < terms.length; j++, at += stride) if (terms[j]! > acc[at]!) acc[at] = terms[j]!
}

export function addProducts(acc: Float64Array, stride: number, a: Float64Array, b: Float64Array): void {
  for (let j = 0, at = 0; j < a.length; j++, at += stride) acc[at] = acc[at]! + a[j]! * b[j]!
}

/**
 * trunc(a / max(1, b)). For |a| < 2^53 a quotient that is no integer never rounds to one (map.ts has the proof), so
 * trunc of the rounded quotient is that of the exact one.
 */
export function divideTerms(acc: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let j = 0; j < a.length; j++) acc[j] = Math.trunc(a[j]! / Math.max(1, b[j]!))
}

/** Below 2^52, which is registered, the rounded root has the floor of the exact one. */
export function rootTerms(acc: Float64Array, a: Float64Array): void {
  for (let j = 0; j < a.length; j++) acc[j] = Math.floor(Math.sqrt(Math.max(0, a[j]!)))
}
