import { buildTree, rootOf, tensorTree, type Tree } from '@plumbline/commitments'
import { type Constants, type Hash, type Program, ProgramError, type TensorRef } from '@plumbline/ir'

/** Where a run of a program comes from: bytes at hand, or computed when asked. */
export interface TraceSource {
  readonly program: Program
  readonly constants: Constants
  readonly inputs: readonly Uint8Array[]
  /** Bytes of a step's output. */
  readonly output: (step: number) => Uint8Array
  /** The tree that is committed for a step's output, where it is not that of its bytes: a liar's. */
  readonly forgedTree?: (step: number) => Tree | undefined
}

/** A run of a program with its commitments, each hashed when first asked for. */
export interface Trace {
  readonly program: Program
  readonly inputs: readonly Uint8Array[]
  readonly output: (step: number) => Uint8Array
  /** Tree of a step's output. */
  readonly tensor: (step: number) => Tree
  /** The trace tree: hashes every output. */
  readonly root: () => Tree
  /** Bytes and tree of whatever a step reads. */
  readonly operand: (ref: TensorRef) => { readonly bytes: Uint8Array; readonly tree: Tree }
}

/**
 * Trees of constants, inputs and step outputs, kept once built.
 * @param keep most bytes of trees kept at a time; the roots of outputs are kept for ever
 */
export function createTrace(source: TraceSource, keep = 256 * 2 ** 20): Trace {
  const { program, constants, inputs } = source
  const trees = new Map<string, Tree>()
  let kept = 0
  const cached = (key: string, build: () => Tree): Tree => {
    const found = trees.get(key)
    if (found) return found
    const tree = build()
    kept += sizeOf(tree)
    trees.set(key, tree)
    for (const [oldest, old] of trees) {
      if (kept <= keep || oldest === key) break
      trees.delete(oldest)
      kept -= sizeOf(old)
    }
    return tree
  }
  const tensor = (step: number): Tree =>
    cached(`step ${step}`, () => source.forgedTree?.(step) ?? tensorTree(source.output(step)))
  let root: Tree | undefined
  return {
    program,
    inputs,
    output: source.output,
    tensor,
    root: () => (root ??= buildTree(program.steps.map((_, step) => rootOf(tensor(step))))),
    operand: (ref) => {
      if (ref.class === 'step') return { bytes: source.output(ref.index), tree: tensor(ref.index) }
      const bytes = ref.class === 'constant' ? constants.get(ref.root) : inputs[ref.index]
      if (!bytes) throw new ProgramError('TENSOR_MISSING', `${describe(ref)} is not at hand`, { ref })
      return { bytes, tree: cached(describe(ref), () => tensorTree(bytes)) }
    },
  }
}

/** A trace whose outputs are all at hand. */
export const traceOf = (
  program: Program,
  constants: Constants,
  inputs: readonly Uint8Array[],
  outputs: readonly Uint8Array[],
): Trace => createTrace({ program, constants, inputs, output: (step) => outputs[step]! })

const sizeOf = (tree: Tree): number => tree.levels.reduce((total, level) => total + level.byteLength, 0)
const describe = (ref: Exclude<TensorRef, { class: 'step' }> | { class: 'constant'; root: Hash }): string =>
  ref.class === 'constant' ? `constant ${ref.root}` : `input ${ref.index}`
