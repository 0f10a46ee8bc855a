import type { ConstantRef, MacroBase, Output } from '../macro.ts'
import type { Affine, Quantisation, RealRows } from '../quantisation.ts'
import type { Value } from '../value.ts'
import type { Constant, Node, TensorFact } from './node.ts'

/** A tensor of the integer model while it is being built. */
export interface Tensor {
  /** Value number in the list of macros. */
  readonly id: number
  readonly value: Value
  readonly quantisation: Quantisation
  /** Preprocessing still to be folded in; only program inputs carry it. */
  readonly affine?: Affine
}

/** Where a node's result goes. */
export interface Target {
  readonly quantisation: Quantisation
  /** With the bounds of an activation folded into the node. */
  readonly output: Output
}

/** What an operator needs to turn itself into macros. The compiler implements it. */
export interface Translation {
  /** Shape and type of a tensor of the graph. */
  fact(name: string): TensorFact
  /** The value of a tensor that is known when compiling. */
  constant(name: string): Constant | null
  /** A computed tensor, its preprocessing (if any) applied. */
  tensor(name: string): Tensor
  /** A computed tensor, with its preprocessing left to the caller. */
  rawTensor(name: string): Tensor
  /** How the node's result is stored. */
  target(node: Node): Target
  /** Any value of `quantisation`, within the activations folded into the node. */
  bounds(node: Node, quantisation: Quantisation): Output
  /** Adds a macro; its result is taken for `quantisation`. */
  emit<M extends MacroBase>(
    node: Node,
    macro: Omit<M, 'node' | 'inputs'>,
    inputs: readonly Tensor[],
    quantisation: Quantisation,
  ): Tensor
  /** Rounds weights for an input of scale `inputScale`, stores them as rows in `order`. */
  rows(node: Node, rows: RealRows, inputScale: number, target: Target, order: Int32Array): ConstantRef
  store(bytes: Uint8Array): ConstantRef
}

/** An ONNX operator: shape rule, value on constants, and its translation into macros. */
export interface Operator {
  readonly type: string
  /**
   * Types of the outputs. `constants` holds the inputs that are known.
   * @throws ModelError naming the node when the inputs do not fit
   */
  infer(
    node: Node,
    inputs: readonly (TensorFact | null)[],
    constants: readonly (Constant | null)[],
  ): readonly TensorFact[]
  /** Values of the outputs where all inputs are known; an operator without it cannot be folded away. */
  fold?(node: Node, inputs: readonly (Constant | null)[]): readonly Constant[]
  /** Values of the outputs that follow from the types of the inputs alone. */
  foldTypes?(node: Node, inputs: readonly (TensorFact | null)[]): readonly Constant[]
  /** The result lists stored values of its inputs, so that it needs no scale of its own. */
  readonly keepsValues?: boolean
  /** A following Relu or Clip may be folded into the clamp of the result. */
  readonly clamps?: boolean
  translate?(node: Node, t: Translation): Tensor
}
