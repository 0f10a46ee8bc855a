import { tensorRoot } from '@plumbline/commitments'
import type { Hash, Step, TensorRef } from '@plumbline/ir'
import type { TensorReader } from '@plumbline/runtime'
import type { Random } from './random.ts'

/** A step whose constants are named, with random bytes for everything that it reads. */
export interface FilledStep {
  readonly step: Step
  readonly read: TensorReader
}

/** Puts random bytes into every tensor of a shape; operands that name the same tensor share them. */
export function fill(shape: Step, r: Random): FilledStep {
  const traced = new Map<string, Uint8Array>()
  const constants = new Map<Hash, Uint8Array>()
  // Shapes name all their constants alike: one for each length.
  const roots = new Map<number, Hash>()
  const place = <T extends { readonly ref: TensorRef; readonly byteLength: number }>(operand: T): T => {
    const { ref, byteLength } = operand
    if (ref.class !== 'constant') {
      const key = `${ref.class} ${ref.index}`
      if (!traced.has(key)) traced.set(key, r.bytes(byteLength))
      return operand
    }
    let root = roots.get(byteLength)
    if (root === undefined) {
      const bytes = r.bytes(byteLength)
      root = tensorRoot(bytes)
      roots.set(byteLength, root)
      constants.set(root, bytes)
    }
    return { ...operand, ref: { class: 'constant', root } }
  }
  const { a, b, g, p, ...rest } = shape
  const step: Step = {
    ...rest,
    a: place(a),
    ...(b && { b: place(b) }),
    ...(g && { g: place(g) }),
    ...(p && { p: place(p) }),
  }
  const read: TensorReader = (ref) => {
    const bytes = ref.class === 'constant' ? constants.get(ref.root) : traced.get(`${ref.class} ${ref.index}`)
    if (!bytes) throw new Error(`no bytes for ${JSON.stringify(ref)}`)
    return bytes
  }
  return { step, read }
}
