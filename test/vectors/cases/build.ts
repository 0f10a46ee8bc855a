import { tensorRoot } from '@plumbline/commitments'
import {
  bytesOf,
  type Coordinate,
  type DataType,
  dtypeMax,
  dtypeMin,
  dtypeSize,
  float32Bits,
  type Hash,
  type Operand,
  type Parameters,
  type Step,
  type StepKind,
  type TensorRef,
} from '@plumbline/ir'

/** A step with the bytes of the inputs and constants that it reads, all of them hand-made. */
export interface StepCase {
  readonly name: string
  readonly step: Step
  readonly inputs: readonly { readonly dtype: DataType; readonly bytes: Uint8Array }[]
  readonly constants: ReadonlyMap<Hash, Uint8Array>
}

/** A tensor before it has a place: which it takes follows from `in`. */
export interface Tensor {
  readonly dtype: DataType
  readonly bytes: Uint8Array
  readonly in: 'input' | 'constant'
}

export const u8 = (values: Iterable<number>, where: Tensor['in'] = 'input'): Tensor => ({
  dtype: 'u8',
  bytes: Uint8Array.from(values),
  in: where,
})
export const i16 = (values: Iterable<number>, where: Tensor['in'] = 'input'): Tensor => ({
  dtype: 'i16',
  bytes: bytesOf(Int16Array.from(values)),
  in: where,
})
export const i32 = (values: Iterable<number>, where: Tensor['in'] = 'input'): Tensor => ({
  dtype: 'i32',
  bytes: bytesOf(Int32Array.from(values)),
  in: where,
})
/** Parameter records, bias and bits of M each. */
export function records(list: readonly (readonly [bias: number, bits: number])[]): Tensor {
  const bytes = new Uint8Array(8 * list.length)
  const view = new DataView(bytes.buffer)
  list.forEach(([bias, bits], i) => {
    view.setInt32(8 * i, bias, true)
    view.setUint32(8 * i + 4, bits, true)
  })
  return { dtype: 'u8', bytes, in: 'constant' }
}

/** `count` numbers that look random and are the same everywhere. */
export const noise = (count: number, low = 0, high = 255, seed = 1): number[] =>
  Array.from({ length: count }, (_, i) => low + ((Math.imul(i + seed, 0x9e3779b1) >>> 8) % (high - low + 1)))

type Coef = readonly [axis: number, coef: number]

export const at = (limit: number, stride: number, offset: number, ...terms: readonly Coef[]): Coordinate => ({
  limit,
  stride,
  offset,
  terms: terms.map(([axis, coef]) => ({ axis, coef })),
})

export interface Read {
  readonly of: Tensor
  readonly map: readonly Coordinate[]
  readonly zero?: number
  readonly weight?: number
  readonly base?: number
  /** Data type to read a constant with, when not its own. */
  readonly as?: DataType
}

export interface Draft {
  readonly kind: StepKind
  readonly out: readonly number[]
  readonly over?: readonly number[]
  readonly dtype?: DataType
  readonly m?: number
  readonly zero?: number
  readonly low?: number
  readonly high?: number
  readonly bias?: number
  readonly a: Read
  readonly b?: Read
  readonly g?: Read
  readonly p?: Omit<Read, 'zero' | 'weight' | 'as'>
}

/** Places the tensors and fills in what a draft leaves out: identity, no clamp, weight 1. */
export function make(name: string, draft: Draft): StepCase {
  const inputs: Tensor[] = []
  const constants = new Map<Hash, Uint8Array>()
  const place = (tensor: Tensor): TensorRef => {
    if (tensor.in === 'constant') {
      const root = tensorRoot(tensor.bytes)
      constants.set(root, tensor.bytes)
      return { class: 'constant', root }
    }
    if (!inputs.includes(tensor)) inputs.push(tensor)
    return { class: 'input', index: inputs.indexOf(tensor) }
  }
  const operand = (read: Read, weight: number): Operand => ({
    ref: place(read.of),
    dtype: read.as ?? read.of.dtype,
    byteLength: read.of.bytes.byteLength,
    base: read.base ?? 0,
    zero: read.zero ?? 0,
    weight: read.weight ?? weight,
    coordinates: read.map,
  })
  const { kind, out, over = [], dtype = 'i32', a, b, g, p } = draft
  const weight = kind === 'DOT' ? 0 : 1
  const parameters: Parameters | undefined = p && {
    ref: place(p.of),
    byteLength: p.of.bytes.byteLength,
    base: p.base ?? 0,
    coordinates: p.map,
  }
  const step: Step = {
    kind,
    dtype,
    outputExtents: out,
    reductionExtents: over,
    multiplier: draft.m === undefined ? 0 : float32Bits(draft.m),
    zero: draft.zero ?? 0,
    low: draft.low ?? dtypeMin(dtype),
    high: draft.high ?? dtypeMax(dtype),
    bias: draft.bias ?? 0,
    a: operand(a, weight),
    ...(b && { b: operand(b, weight) }),
    ...(g && { g: operand(g, 1) }),
    ...(parameters && { p: parameters }),
  }
  if (inputs.length === 0) inputs.push(u8([0]))
  return { name, step, inputs: inputs.map(({ dtype, bytes }) => ({ dtype, bytes })), constants }
}

/** Reads every element of a tensor by output axis 0. */
export const along = (of: Tensor, more: Omit<Read, 'of' | 'map'> = {}): Read => ({
  of,
  map: [at(of.bytes.byteLength / dtypeSize(more.as ?? of.dtype), 1, 0, [0, 1])],
  ...more,
})
