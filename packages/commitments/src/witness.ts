import {
  ITERATION_AXIS,
  INDEX_AXIS,
  type Operand,
  type Parameters,
  type Step,
  type TensorRef,
  operandsOf,
} from '@plumbline/ir'
import { leafCount, LEAF_BYTES, tensorLeaf, tensorTree } from './tensor.ts'
import { proveLeaves } from './multiproof.ts'
import type { Tree } from './tree.ts'

/** What a prover knows of a tensor: its bytes and, when it has one already, its tree. */
export interface WitnessTensor {
  readonly bytes: Uint8Array
  readonly tree?: Tree
}

/** Byte ranges [from, to) that evaluating `element` reads of each distinct tensor, in order of first appearance. */
export interface TensorReads {
  readonly ref: TensorRef
  /** Sorted, distinct leaf indices. */
  readonly leaves: readonly number[]
}

export const sameTensor = (x: TensorRef, y: TensorRef): boolean =>
  x.class === y.class &&
  (x.class === 'constant'
    ? x.root === (y as { root: string }).root
    : x.index === (y as { index: number }).index)

/** The bytes of specification section 6.3, for the tensors that `readsOf` lists. */
export function encodeWitness(
  reads: readonly TensorReads[],
  tensor: (ref: TensorRef) => WitnessTensor,
): Uint8Array {
  return concat(reads.map(({ ref, leaves }) => section(leaves, tensor(ref))))
}

function section(leaves: readonly number[], tensor: WitnessTensor): Uint8Array {
  const intervals = intervalsOf(leaves)
  const siblings = leaves.length === 0 ? [] : proveLeaves(tensor.tree ?? tensorTree(tensor.bytes), leaves)
  const head = new Uint8Array(2 + 8 * intervals.length + 2)
  const view = new DataView(head.buffer)
  view.setUint16(0, intervals.length)
  intervals.forEach(({ first, count }, i) => {
    view.setUint32(2 + 8 * i, first)
    view.setUint32(6 + 8 * i, count)
  })
  view.setUint16(head.byteLength - 2, siblings.length)
  return concat([head, ...leaves.map((leaf) => tensorLeaf(tensor.bytes, leaf)), ...siblings])
}

function intervalsOf(leaves: readonly number[]): readonly { first: number; count: number }[] {
  const intervals: { first: number; count: number }[] = []
  for (const leaf of leaves) {
    const last = intervals.at(-1)
    if (last && last.first + last.count === leaf) last.count++
    else intervals.push({ first: leaf, count: 1 })
  }
  return intervals
}

/** The address maps of a step, walked with G's value read through `readIndex` (null when out of range). */
export function readsOf(
  step: Step,
  element: number,
  readIndex: (address: number) => number,
): readonly TensorReads[] {
  const axes: (number | null)[] = Array.from({ length: 10 }, () => null)
  splitInto(axes, 0, element, step.outputExtents)
  axes[ITERATION_AXIS] = 0
  if (step.g) {
    const address = locate(step.g, axes)
    axes[INDEX_AXIS] = address === null ? null : step.g.weight * (readIndex(address) - step.g.zero)
  }
  const sections: { ref: TensorRef; leaves: Set<number> }[] = []
  for (const operand of operandsOf(step)) {
    let entry = sections.find(({ ref }) => sameTensor(ref, operand.ref))
    if (!entry) sections.push((entry = { ref: operand.ref, leaves: new Set() }))
    addReads(step, operand, axes, entry.leaves)
  }
  return sections.map(({ ref, leaves }) => ({ ref, leaves: [...leaves].sort((x, y) => x - y) }))
}

function addReads(
  step: Step,
  operand: Operand | Parameters,
  axes: (number | null)[],
  leaves: Set<number>,
): void {
  const reduces = operand === step.a || operand === step.b
  const count = reduces ? step.reductionExtents.reduce((x, y) => x * y, 1) : 1
  const unit = 'dtype' in operand ? { u8: 1, i16: 2, i32: 4 }[operand.dtype] : 1
  const size = 'dtype' in operand ? unit : 8
  const last = leafCount(operand.byteLength) - 1
  for (let k = 0; k < count; k++) {
    if (reduces) splitInto(axes, step.outputExtents.length, k, step.reductionExtents)
    const address = locate(operand, axes)
    if (address === null) continue
    leaves.add(Math.min(last, Math.floor((address * unit) / LEAF_BYTES)))
    leaves.add(Math.min(last, Math.floor((address * unit + size - 1) / LEAF_BYTES)))
  }
}

function locate(operand: Operand | Parameters, axes: readonly (number | null)[]): number | null {
  let address = operand.base
  for (const { limit, stride, offset, terms } of operand.coordinates) {
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

function splitInto(axes: (number | null)[], first: number, index: number, extents: readonly number[]): void {
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    axes[first + axis] = index % extents[axis]!
    index = Math.floor(index / extents[axis]!)
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}
