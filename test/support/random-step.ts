import {
  type Coordinate,
  type DataType,
  dtypeMax,
  dtypeMin,
  dtypeSize,
  float32Bits,
  type Hash,
  INDEX_AXIS,
  ITERATION_AXIS,
  type Operand,
  type Parameters,
  type Program,
  ProgramError,
  type Step,
  STEP_KINDS,
  type StepKind,
  type TensorRef,
  type TensorType,
  type Term,
  validateProgram,
} from '@plumbline/ir'
import { tensorRoot } from '@plumbline/commitments'
import { copyStep } from './copy-step.ts'
import type { Random } from './random.ts'

/** A registrable program whose last step is the one to judge, with bytes for everything that it reads. */
export interface StepCase {
  readonly program: Program
  readonly step: Step
  readonly constants: ReadonlyMap<Hash, Uint8Array>
  readonly inputs: readonly Uint8Array[]
  /** Outputs of the earlier steps. */
  readonly traced: readonly Uint8Array[]
}

const DTYPES: readonly DataType[] = ['u8', 'i16', 'i32']
const ALLOWED = 65_536
/** No root: validation refuses it, and the draw is repeated. */
const CLASH: Hash = '0x'

/** Any multiplier: ordinary ones, powers of two (ties), and every special bit pattern. */
function randomMultiplier(r: Random, registrable: boolean): number {
  const special = [0, 0x00800000, 0x7f7fffff, float32Bits(1), float32Bits(0.5), float32Bits(2 ** -20)]
  const hostile = [1, 0x007fffff, 0x7f800000, 0x7fc00000, 0x80000000, 0xbf800000, 0xff800000]
  if (!registrable && r.chance(0.3)) return r.pick(hostile)
  if (r.chance(0.25)) return r.pick(special)
  if (r.chance(0.3)) return float32Bits(2 ** -r.int(0, 12))
  return registrable || r.chance(0.8)
    ? float32Bits(((1 + r.int(0, 2 ** 20)) / 2 ** 20) * 2 ** r.int(-24, 3))
    : r.int(0, 2 ** 32 - 1)
}

function randomBytes(r: Random, count: number): Uint8Array {
  const style = r.int(0, 5)
  if (style === 0) return new Uint8Array(count)
  const extremes = [0, 255, 127, 128, 1]
  if (style === 1) return Uint8Array.from({ length: count }, () => r.pick(extremes))
  if (style === 2) return new Uint8Array(count).fill(r.pick(extremes))
  return r.bytes(count)
}

/** A random step that the registry accepts; throws away the ones that it does not. */
export function randomCase(r: Random, kinds: readonly StepKind[] = STEP_KINDS): StepCase {
  for (;;) {
    const candidate = draw(r, r.pick(kinds))
    if (candidate === null) continue
    try {
      validateProgram(candidate.program)
      return candidate
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error
    }
  }
}

interface Shape {
  readonly outputs: readonly number[]
  readonly reductions: readonly number[]
}

function randomShape(r: Random, pointwise: boolean): Shape {
  const outputs = Array.from({ length: r.pick([1, 1, 2, 2, 3, 4, 7]) }, () => r.pick([1, 2, 3, 4, 5, 7]))
  if (pointwise) return { outputs, reductions: [] }
  const count = r.pick([0, 1, 1, 1, 2, 2, 3])
  const line = r.pick([1, 2, 5, 29, 30, 31, 60, 61, 90, 127, 200])
  const reductions = Array.from({ length: Math.min(count, 8 - outputs.length) }, (_, i) =>
    i === count - 1 ? line : r.int(1, 4),
  )
  return { outputs, reductions }
}

interface Context {
  readonly shape: Shape
  readonly constants: Map<Hash, Uint8Array>
  readonly inputs: { type: TensorType; bytes: Uint8Array }[]
  readonly traced: { step: Step; bytes: Uint8Array }[]
}

function draw(r: Random, kind: StepKind): StepCase | null {
  const pointwise = kind === 'DIV' || kind === 'SQRT'
  const shape = randomShape(r, pointwise)
  const context: Context = { shape, constants: new Map(), inputs: [], traced: [] }
  const dtype = r.pick(DTYPES)
  const binary = kind === 'DOT' || kind === 'DIV' || (kind !== 'SQRT' && r.chance(0.5))
  const indexed = r.chance(0.25)
  const weighted = kind !== 'DOT'

  const g = indexed ? drawOperand(r, context, 'G', true) : undefined
  const a = drawOperand(r, context, 'A', weighted, indexed)
  const b = binary
    ? drawOperand(r, context, 'B', weighted, indexed, r.chance(0.2) ? a : undefined)
    : undefined
  const p = r.chance(0.3) ? drawParameters(r, context, indexed) : undefined
  if (a === null || b === null || g === null || p === null) return null

  const ends = [r.int(dtypeMin(dtype), dtypeMax(dtype)), r.int(dtypeMin(dtype), dtypeMax(dtype))]
  const whole = r.chance(0.7)
  const step: Step = {
    kind,
    dtype,
    outputExtents: shape.outputs,
    reductionExtents: shape.reductions,
    multiplier: randomMultiplier(r, true),
    zero: r.chance(0.6) ? r.int(-200, 200) : r.int(-(2 ** 31), 2 ** 31 - 1),
    low: whole ? dtypeMin(dtype) : Math.min(...ends),
    high: whole ? dtypeMax(dtype) : Math.max(...ends),
    bias: r.chance(0.5) ? 0 : r.chance(0.5) ? r.int(-9999, 9999) : r.int(-(2 ** 31), 2 ** 31 - 1),
    a,
    ...(b && { b }),
    ...(g && { g }),
    ...(p && { p }),
  }
  if (context.inputs.length === 0)
    context.inputs.push({ type: { dtype: 'u8', shape: [1] }, bytes: Uint8Array.of(7) })
  const program: Program = {
    inputs: context.inputs.map(({ type }) => type),
    outputs: [context.traced.length],
    steps: [...context.traced.map((producer) => producer.step), step],
  }
  return {
    program,
    step,
    constants: context.constants,
    inputs: context.inputs.map(({ bytes }) => bytes),
    traced: context.traced.map(({ bytes }) => bytes),
  }
}

function drawOperand(
  r: Random,
  context: Context,
  name: 'A' | 'B' | 'G',
  weighted: boolean,
  indexed = false,
  twin?: Operand | null,
): Operand | null {
  const dtype = twin ? twin.dtype : r.pick<DataType>(name === 'G' ? DTYPES : ['u8', 'u8', ...DTYPES])
  const { coordinates, reach } = drawCoordinates(r, context.shape, name, indexed)
  const base = r.chance(0.7) ? 0 : r.int(0, 40)
  const elements = base + reach + 1 + (r.chance(0.5) ? 0 : r.int(0, 300))
  const bytes = elements * dtypeSize(dtype)
  if (bytes > ALLOWED) return null
  if (twin && bytes > twin.byteLength) return null
  const large = dtypeMax(dtype)
  const zero = r.chance(0.4) ? 0 : r.chance(0.7) ? r.int(0, 128) : r.int(dtypeMin(dtype), large)
  return {
    ref: twin ? twin.ref : place(r, context, dtype, bytes, () => randomBytes(r, bytes)),
    dtype,
    byteLength: twin ? twin.byteLength : bytes,
    base,
    zero,
    weight: weighted ? (r.chance(0.5) ? r.pick([1, -1, 2]) : r.int(-5000, 5000)) : 0,
    coordinates,
  }
}

function drawParameters(r: Random, context: Context, indexed: boolean): Parameters | null {
  const { coordinates, reach } = drawCoordinates(r, context.shape, 'P', indexed)
  const base = r.chance(0.7) ? 0 : r.int(0, 40)
  const byteLength = base + reach + 8 + (r.chance(0.5) ? 0 : r.int(0, 300))
  if (byteLength > ALLOWED) return null
  const records = (): Uint8Array => {
    const bytes = randomBytes(r, byteLength)
    const view = new DataView(bytes.buffer)
    const stride = r.pick([8, 8, 16, 12])
    for (let at = base; at + 8 <= byteLength; at += stride) {
      view.setInt32(at, r.chance(0.7) ? r.int(-5000, 5000) : r.int(-(2 ** 31), 2 ** 31 - 1), true)
      view.setUint32(at + 4, randomMultiplier(r, false), true)
    }
    return bytes
  }
  return { ref: place(r, context, 'u8', byteLength, records), byteLength, base, coordinates }
}

/** Puts bytes of a tensor where a step can name it. */
function place(
  r: Random,
  context: Context,
  dtype: DataType,
  byteLength: number,
  content: () => Uint8Array,
): TensorRef {
  const bytes = content()
  const type: TensorType = { dtype, shape: [byteLength / dtypeSize(dtype)] }
  const where = r.pick(['constant', 'input', 'step'] as const)
  if (where === 'input' && context.inputs.length < 8) {
    context.inputs.push({ type, bytes })
    return { class: 'input', index: context.inputs.length - 1 }
  }
  const root = tensorRoot(bytes)
  // A root does not bind a length: zeros of two lengths can share one.
  if (context.constants.has(root)) return { class: 'constant', root: CLASH }
  context.constants.set(root, bytes)
  if (where !== 'step') return { class: 'constant', root }
  context.traced.push({ step: copyStep(type, { class: 'constant', root }), bytes })
  return { class: 'step', index: context.traced.length - 1 }
}

/** Coordinates that are in range most of the time, and the address of their last element. */
function drawCoordinates(
  r: Random,
  shape: Shape,
  name: 'A' | 'B' | 'G' | 'P',
  indexed: boolean,
): { coordinates: readonly Coordinate[]; reach: number } {
  const extents = [...shape.outputs, ...shape.reductions]
  const usable = name === 'A' || name === 'B' ? extents.length : shape.outputs.length
  const line = usable > shape.outputs.length ? usable - 1 : -1
  const count = r.pick([0, 1, 1, 2, 2, 2, 3, 8])
  const coordinates: Coordinate[] = []
  let dense = 1
  let reach = 0
  for (let i = 0; i < count; i++) {
    const terms: Term[] = []
    for (let axis = 0; axis < usable; axis++)
      if (terms.length < 4 && r.chance(i === 0 && axis === line ? 0.9 : 0.4))
        terms.push({ axis, coef: drawCoefficient(r, i === 0 && axis === line) })
    if (r.chance(0.03)) terms.push({ axis: ITERATION_AXIS, coef: 3 })
    else if (indexed && name !== 'G' && r.chance(0.6))
      terms.push({ axis: INDEX_AXIS, coef: r.pick([1, 1, 2, -1]) })
    let low = 0
    let high = 0
    for (const { axis, coef } of terms) {
      const span = coef * ((extents[axis] ?? (axis === INDEX_AXIS ? 60 : 1)) - 1)
      low += Math.min(0, span)
      high += Math.max(0, span)
    }
    const hostile = r.chance(0.04)
    const offset = hostile ? r.int(-(2 ** 31), 2 ** 31 - 1) : -low + r.pick([0, 0, 0, -1, 2, -3])
    const limit = Math.max(1, hostile ? r.int(1, 300) : high - low + 1 + r.pick([0, 0, 0, -1, -2, 3]))
    const stride = r.chance(0.1) ? 0 : r.chance(0.75) ? dense : r.int(1, 150)
    reach += (limit - 1) * stride
    if (stride !== 0) dense = Math.max(dense, stride * limit)
    coordinates.push({ limit, stride, offset, terms })
  }
  return { coordinates, reach }
}

function drawCoefficient(r: Random, onLine: boolean): number {
  if (onLine && r.chance(0.75)) return r.pick([1, -1])
  return r.chance(0.97) ? r.pick([1, 1, -1, 2, -2, 3, 5]) : r.int(1, 2 ** 23 - 1)
}
