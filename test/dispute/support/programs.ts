import { tensorRoot } from '@plumbline/commitments'
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
  type Program,
  type Step,
  type TensorRef,
  validateProgram,
} from '@plumbline/ir'
import { randomFrom } from '../../support/random.ts'

/** A program with bytes for all that it reads. */
export interface Workload {
  readonly program: Program
  readonly constants: ReadonlyMap<Hash, Uint8Array>
  readonly inputs: readonly Uint8Array[]
}

const at = (
  limit: number,
  stride: number,
  offset: number,
  ...terms: (readonly [number, number])[]
): Coordinate => ({ limit, stride, offset, terms: terms.map(([axis, coef]) => ({ axis, coef })) })

const read = (
  ref: TensorRef,
  dtype: DataType,
  elements: number,
  coordinates: readonly Coordinate[],
  weight = 1,
  zero = 0,
): Operand => ({
  ref,
  dtype,
  byteLength: elements * dtypeSize(dtype),
  base: 0,
  zero,
  weight,
  coordinates,
})

const step = (
  kind: Step['kind'],
  dtype: DataType,
  outputExtents: readonly number[],
  a: Operand,
  more: Partial<Step> = {},
): Step => ({
  kind,
  dtype,
  outputExtents,
  reductionExtents: [],
  multiplier: 0,
  zero: 0,
  low: dtypeMin(dtype),
  high: dtypeMax(dtype),
  bias: 0,
  a,
  ...more,
})

const earlier = (index: number): TensorRef => ({ class: 'step', index })
const input: TensorRef = { class: 'input', index: 0 }

function finish(
  steps: readonly Step[],
  outputs: readonly number[],
  inputBytes: number,
  constants: readonly Uint8Array[] = [],
): Workload {
  const program: Program = { inputs: [{ dtype: 'u8', shape: [inputBytes] }], outputs, steps }
  validateProgram(program)
  return {
    program,
    constants: new Map(constants.map((bytes) => [tensorRoot(bytes), bytes])),
    inputs: [randomFrom(inputBytes).bytes(inputBytes)],
  }
}

/** Every kind of step and operand, promoted leaves, four outputs out of order. */
export function everyKind(): Workload {
  const random = randomFrom(7)
  const weights = random.bytes(40 * 60)
  const table = random.bytes(256)
  const records = new Uint8Array(40 * 8)
  const view = new DataView(records.buffer)
  for (let i = 0; i < 40; i++) {
    view.setInt32(8 * i, random.int(-5000, 5000), true)
    view.setUint32(8 * i + 4, float32Bits(random.int(1, 100) / 64), true)
  }
  const constant = (bytes: Uint8Array): TensorRef => ({ class: 'constant', root: tensorRoot(bytes) })
  const steps: Step[] = [
    step('SUM', 'u8', [300], read(input, 'u8', 300, [at(300, 1, 0, [0, 1])]), { bias: 1 }),
    step('DOT', 'i32', [40], read(earlier(0), 'u8', 300, [at(300, 1, 0, [0, 6], [1, 1])], 0, 3), {
      reductionExtents: [60],
      b: read(constant(weights), 'u8', 2400, [at(40, 60, 0, [0, 1]), at(60, 1, 59, [1, -1])], 0, 128),
      p: { ref: constant(records), byteLength: 320, base: 0, coordinates: [at(40, 8, 0, [0, 1])] },
    }),
    step('MAX', 'i16', [20], read(earlier(1), 'i32', 40, [at(40, 1, 0, [0, 2], [1, 1])]), {
      reductionExtents: [2],
      multiplier: float32Bits(1 / 16),
    }),
    step('SQRT', 'u8', [20], read(earlier(2), 'i16', 20, [at(20, 1, 0, [0, 1])], 3)),
    step('DIV', 'i16', [20], read(earlier(2), 'i16', 20, [at(20, 1, 0, [0, 1])], 100), {
      b: read(earlier(3), 'u8', 20, [at(20, 1, 0, [0, 1])]),
    }),
    step('SUM', 'u8', [300], read(constant(table), 'u8', 256, [at(256, 1, 0, [INDEX_AXIS, 1])]), {
      g: read(earlier(0), 'u8', 300, [at(300, 1, 0, [0, 1])]),
    }),
    step('SUM', 'u8', [320], read(earlier(5), 'u8', 300, [at(300, 1, 0, [0, 1])]), {
      b: read(earlier(3), 'u8', 20, [at(20, 1, -300, [0, 1])]),
    }),
    step('DOT', 'i32', [33], read(earlier(6), 'u8', 320, [at(33, 1, 0, [0, 1])], 0), {
      b: read(earlier(6), 'u8', 320, [at(33, 1, 0, [0, 1])], 0, 5),
    }),
  ]
  return finish(steps, [7, 1, 4, 6], 300, [weights, table, records])
}

const copies = (count: number, elements: number): Workload =>
  finish(
    Array.from({ length: count }, (_, i) =>
      step(
        'SUM',
        'u8',
        [elements],
        read(i === 0 ? input : earlier(i - 1), 'u8', elements, [at(elements, 1, 0, [0, 1])]),
        {
          bias: 1,
        },
      ),
    ),
    [count - 1],
    elements,
  )

/** One step: its output is the trace. Eight leaves. */
export const oneStep = (): Workload => copies(1, 1_000)
/** A trace of two groups on the way down, its last leaf promoted; tensors of a full and a short leaf. */
export const longTrace = (): Workload => copies(73, 200)
/** A tensor of 391 leaves: two groups and raw leaves. */
export const wideTensor = (): Workload => copies(2, 50_000)
