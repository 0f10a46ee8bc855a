import {
  type Coordinate,
  dtypeSize,
  INDEX_AXIS,
  ITERATION_AXIS,
  type Operand,
  type Parameters,
  reductionElements,
  type Step,
  type TensorRef,
} from '@plumbline/ir'
import { scale } from './requantise.ts'

/** The bytes of the tensor that a reference names. */
export type TensorReader = (ref: TensorRef) => Uint8Array

const MAX_START = -(2 ** 31)

/** Axis values 0..7, the iteration at 8, the index value at 9 (null where G is out of range). */
type AxisValues = (number | null)[]

/**
 * The definition: one output element of one step (docs/specification.md, section 2).
 * Total: every byte string in the tensors gives a value.
 */
export function evaluateElement(step: Step, element: number, read: TensorReader): number {
  const axes: AxisValues = Array.from({ length: 10 }, () => null)
  splitIndex(element, step.outputExtents).forEach((value, axis) => (axes[axis] = value))
  axes[ITERATION_AXIS] = 0
  if (step.g) axes[INDEX_AXIS] = weighted(step.g, readElement(step.g, axes, read))

  let acc = fold(step, axes, read) + step.bias
  let multiplier = step.multiplier
  const record = step.p && readParameters(step.p, axes, read)
  if (record) {
    acc += record.bias
    multiplier = record.multiplier
  }
  return Math.min(step.high, Math.max(step.low, scale(acc, multiplier) + step.zero))
}

function fold(step: Step, axes: AxisValues, read: TensorReader): number {
  const { a, b } = step
  if (step.kind === 'SQRT')
    return Math.floor(Math.sqrt(Math.max(0, weighted(a, readElement(a, axes, read)) ?? 0)))
  if (step.kind === 'DIV') {
    const numerator = weighted(a, readElement(a, axes, read)) ?? 0
    const divisor = b ? (weighted(b, readElement(b, axes, read)) ?? 1) : 1
    // Operands below 2^53 can round a quotient up to the next integer, so the remainder decides.
    return truncatedQuotient(numerator, Math.max(1, divisor))
  }
  let result = step.kind === 'MAX' ? MAX_START : 0
  for (let k = 0; k < reductionElements(step); k++) {
    splitIndex(k, step.reductionExtents).forEach((value, i) => (axes[step.outputExtents.length + i] = value))
    const left = readElement(a, axes, read)
    const right = b ? readElement(b, axes, read) : null
    if (step.kind === 'DOT') {
      if (left !== null && right !== null) result += (left - a.zero) * (right - b!.zero)
      continue
    }
    for (const term of [weighted(a, left), b ? weighted(b, right) : null])
      if (term !== null) result = step.kind === 'SUM' ? result + term : Math.max(result, term)
  }
  return result
}

function truncatedQuotient(numerator: number, divisor: number): number {
  const magnitude = Math.abs(numerator)
  let quotient = Math.floor(magnitude / divisor)
  if (BigInt(quotient) * BigInt(divisor) > BigInt(magnitude)) quotient -= 1
  return numerator < 0 ? 0 - quotient : quotient
}

const weighted = (operand: Operand, value: number | null): number | null =>
  value === null ? null : operand.weight * (value - operand.zero)

/** The element that the axis values address, or null when any coordinate is out of range. */
function readElement(operand: Operand, axes: AxisValues, read: TensorReader): number | null {
  const address = locate(operand.base, operand.coordinates, axes)
  if (address === null) return null
  const bytes = read(operand.ref)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = address * dtypeSize(operand.dtype)
  if (operand.dtype === 'u8') return view.getUint8(at)
  return operand.dtype === 'i16' ? view.getInt16(at, true) : view.getInt32(at, true)
}

function readParameters(
  p: Parameters,
  axes: AxisValues,
  read: TensorReader,
): { bias: number; multiplier: number } | null {
  const at = locate(p.base, p.coordinates, axes)
  if (at === null) return null
  const bytes = read(p.ref)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { bias: view.getInt32(at, true), multiplier: view.getUint32(at + 4, true) }
}

function locate(base: number, coordinates: readonly Coordinate[], axes: AxisValues): number | null {
  let address = base
  for (const { limit, stride, offset, terms } of coordinates) {
    let value = offset
    for (const { axis, coef } of terms) {
      const axisValue = axes[axis]
      if (axisValue === null || axisValue === undefined) return null
      value += coef * axisValue
    }
    if (value < 0 || value >= limit) return null
    address += value * stride
  }
  return address
}

/** Row-major index to axis values, last axis fastest. */
function splitIndex(index: number, extents: readonly number[]): number[] {
  const values = extents.map(() => 0)
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    values[axis] = index % extents[axis]!
    index = Math.floor(index / extents[axis]!)
  }
  return values
}
