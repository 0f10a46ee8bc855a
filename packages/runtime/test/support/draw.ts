import {
  type Coordinate,
  type DataType,
  dtypeMax,
  dtypeMin,
  dtypeSize,
  float32Bits,
  type Hash,
  INDEX_AXIS,
  type Operand,
  type Parameters,
  type Program,
  ProgramError,
  type Step,
  type TensorRef,
  type TensorType,
  validateProgram,
} from '@plumbline/ir'
import { tensorRoot } from '@plumbline/commitments'
import type { StepCase } from '../../../../test/support/random-step.ts'
import type { Random } from '../../../../test/support/random.ts'

/** An axis with the values that it takes. */
export interface Axis {
  readonly axis: number
  readonly min: number
  readonly max: number
}

/** The tensors that a drawn step reads. */
export interface Tensors {
  readonly constants: Map<Hash, Uint8Array>
  readonly inputs: { readonly type: TensorType; readonly bytes: Uint8Array }[]
}

export const DTYPES: readonly DataType[] = ['u8', 'i16', 'i32']

export const axesOf = (extents: readonly number[], first = 0): readonly Axis[] =>
  extents.map((extent, i) => ({ axis: first + i, min: 0, max: extent - 1 }))

/** Draws until the result is registrable. */
export function registrable(draw: () => StepCase): StepCase {
  for (;;) {
    const candidate = draw()
    try {
      validateProgram(candidate.program)
      return candidate
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error
    }
  }
}

export function caseOf(step: Step, { constants, inputs }: Tensors): StepCase {
  const program: Program = { inputs: inputs.map(({ type }) => type), outputs: [0], steps: [step] }
  return { program, step, constants, inputs: inputs.map(({ bytes }) => bytes), traced: [] }
}

/** A program has at least one input, read or not. */
export const noTensors = (): Tensors => ({
  constants: new Map(),
  inputs: [{ type: { dtype: 'u8', shape: [1] }, bytes: Uint8Array.of(0) }],
})

/** Every axis in one coordinate, some of them two to a coordinate as a window has them, nearly all places in range. */
export function drawCoordinates(
  r: Random,
  axes: readonly Axis[],
  unit = 1,
): { readonly coordinates: readonly Coordinate[]; readonly reach: number } {
  const rest = shuffled(r, axes)
  const coordinates: Coordinate[] = []
  let dense = unit
  let last = 0
  while (rest.length > 0) {
    const terms = rest
      .splice(0, r.chance(0.35) ? 2 : 1)
      .map((axis) => ({ ...axis, coef: r.chance(0.6) ? 1 : r.pick([-1, 2, 3, -2]) }))
    const low = sum(terms.map(({ coef, min, max }) => Math.min(coef * min, coef * max)))
    const high = sum(terms.map(({ coef, min, max }) => Math.max(coef * min, coef * max)))
    const limit = Math.max(1, high - low + 1 + r.pick([0, 0, 0, -1, -2, 4]))
    const stride = r.chance(0.05) ? 0 : dense + (r.chance(0.2) ? unit : 0)
    coordinates.push({
      limit,
      stride,
      offset: -low + r.pick([0, 0, 0, -1, 1, -3]),
      terms: terms.map(({ axis, coef }) => ({ axis, coef })).sort((x, y) => x.axis - y.axis),
    })
    last += (limit - 1) * stride
    dense = Math.max(dense, stride * limit)
  }
  return { coordinates, reach: last + unit }
}

const ZEROS = { u8: [0, 128, 255, 77], i16: [0, 0, 0, 300, -32768], i32: [0, 0, -5, 2 ** 31 - 1] } as const

export function drawOperand(
  r: Random,
  tensors: Tensors,
  dtype: DataType,
  axes: readonly Axis[],
  weight = 0,
): Operand {
  const { coordinates, reach } = drawCoordinates(r, axes)
  const base = r.pick([0, 0, 3])
  const elements = base + reach + r.pick([0, 5])
  const extremes = r.chance(0.4)
    ? r.chance(0.5)
      ? [dtypeMin(dtype)]
      : [dtypeMin(dtype), dtypeMax(dtype)]
    : null
  const bytes = encode(dtype, elements, () =>
    extremes ? r.pick(extremes) : r.int(dtypeMin(dtype), dtypeMax(dtype)),
  )
  const ref = place(r, tensors, dtype, bytes)
  return { ref, dtype, byteLength: bytes.byteLength, base, zero: r.pick(ZEROS[dtype]), weight, coordinates }
}

/** Makes the bytes an input or a constant. */
export function place(
  r: Random,
  { constants, inputs }: Tensors,
  dtype: DataType,
  bytes: Uint8Array,
): TensorRef {
  if (r.chance(0.4)) {
    inputs.push({ type: { dtype, shape: [bytes.byteLength / dtypeSize(dtype)] }, bytes })
    return { class: 'input', index: inputs.length - 1 }
  }
  const root = tensorRoot(bytes)
  // A root does not bind a length: of two constants that differ in zeros at the end, the longer serves both.
  const known = constants.get(root)
  if (!known || known.byteLength < bytes.byteLength) constants.set(root, bytes)
  return { class: 'constant', root }
}

const MULTIPLIERS = [0, 0x00800000, 0x7f7fffff, float32Bits(1), float32Bits(0.5), float32Bits(2 ** -12)]
const HOSTILE = [1, 0x007fffff, 0x7f800000, 0x7fc00000, 0x80000000, 0xbf800000, 0xff800000]

/** A scale that suits sums of bytes, or a special one. */
export const drawMultiplier = (r: Random): number =>
  r.chance(0.3) ? r.pick(MULTIPLIERS) : float32Bits((1 + r.int(0, 999) / 1000) * 2 ** -r.int(4, 14))

/** Records with every kind of M. */
export function drawParameters(r: Random, tensors: Tensors, axes: readonly Axis[]): Parameters {
  const { coordinates, reach } = drawCoordinates(r, axes, 8)
  const view = new DataView(new ArrayBuffer(reach))
  for (let at = 0; at + 8 <= reach; at += 8) {
    view.setInt32(at, r.chance(0.8) ? r.int(-50_000, 50_000) : r.pick([-(2 ** 31), 2 ** 31 - 1]), true)
    view.setUint32(at + 4, r.chance(0.2) ? r.pick(HOSTILE) : drawMultiplier(r), true)
  }
  const ref = place(r, tensors, 'u8', new Uint8Array(view.buffer))
  return { ref, byteLength: reach, base: 0, coordinates }
}

/** Indices that mostly lie in a table of so many entries. */
const TABLE = 40

/** An index that differs along the last output axis, and the axis of its values. */
export function drawIndex(
  r: Random,
  tensors: Tensors,
  outputs: readonly Axis[],
): { readonly g: Operand; readonly index: Axis } {
  const dtype = r.pick(DTYPES)
  const { coordinates, reach } = drawCoordinates(
    r,
    outputs.filter((_, i) => i === outputs.length - 1 || r.chance(0.6)),
  )
  const zero = r.pick([0, 0, 7])
  const weight = r.pick([1, 1, -1, 2])
  const bytes = encode(dtype, reach, () =>
    r.chance(0.9) ? zero + r.int(0, TABLE - 1) : r.pick([dtypeMin(dtype), dtypeMax(dtype), zero + TABLE]),
  )
  const ends = [0, weight * (TABLE - 1)]
  return {
    g: {
      ref: place(r, tensors, dtype, bytes),
      dtype,
      byteLength: bytes.byteLength,
      base: 0,
      zero,
      weight,
      coordinates,
    },
    index: { axis: INDEX_AXIS, min: Math.min(...ends), max: Math.max(...ends) },
  }
}

/** What a step does to its accumulator: nothing at all half of the time, so that nothing hides a wrong one. */
export function drawFinish(
  r: Random,
  tensors: Tensors,
  recordAxes: readonly Axis[],
): Pick<Step, 'dtype' | 'multiplier' | 'zero' | 'low' | 'high' | 'bias' | 'p'> {
  if (r.chance(0.5))
    return { dtype: 'i32', multiplier: 0, zero: 0, bias: 0, low: dtypeMin('i32'), high: dtypeMax('i32') }
  const dtype = r.pick(DTYPES)
  return {
    dtype,
    multiplier: drawMultiplier(r),
    zero: r.int(-100, 100),
    low: r.chance(0.3) ? 0 : dtypeMin(dtype),
    high: r.chance(0.3) ? 100 : dtypeMax(dtype),
    bias: r.int(-5000, 5000),
    ...(r.chance(0.7) && { p: drawParameters(r, tensors, recordAxes) }),
  }
}

export function encode(dtype: DataType, elements: number, value: (index: number) => number): Uint8Array {
  const size = dtypeSize(dtype)
  const view = new DataView(new ArrayBuffer(elements * size))
  for (let i = 0; i < elements; i++)
    if (size === 1) view.setUint8(i, value(i))
    else if (size === 2) view.setInt16(2 * i, value(i), true)
    else view.setInt32(4 * i, value(i), true)
  return new Uint8Array(view.buffer)
}

export function shuffled<T>(r: Random, list: readonly T[]): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = r.int(0, i)
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}

const sum = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0)
