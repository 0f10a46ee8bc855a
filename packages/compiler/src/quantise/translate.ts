import { tensorRoot } from '@plumbline/commitments'
import { dtypeMax, dtypeMin, type Hash } from '@plumbline/ir'
import {
  type Affine,
  type ConstantRef,
  finishRows,
  dense,
  type MacroBase,
  macroKind,
  type MacroList,
  ModelError,
  type Node,
  nodeError,
  normalised,
  operatorOf,
  type Output,
  packRows,
  type Quantisation,
  quantisationOf,
  quantise,
  type RealRows,
  roundedWeights,
  rowScales,
  type Target,
  type Tensor,
  type Translation,
} from '@plumbline/ops'
import type { TypedGraph } from '../graph/graph.ts'
import { affineOf, type Preprocess } from '../preprocess.ts'
import { type Recipe, roundingOf, tensorRecipe } from '../recipe.ts'

export interface Translated {
  readonly list: MacroList
  readonly constants: ReadonlyMap<Hash, Uint8Array>
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  /** The real weights behind every stored constant of rows. */
  readonly weighted: ReadonlyMap<Hash, WeightedRows>
}

/** Real weights, their scales by row, and the name under which a recipe rounds them. */
export interface WeightedRows {
  readonly key: string
  readonly real: RealRows
  readonly scales: Float64Array
}

/** The integer model of a float graph under a recipe. Deterministic: no sample and no float model is consulted. */
export function translate(
  graph: TypedGraph,
  recipe: Recipe,
  preprocess: ReadonlyMap<string, Preprocess>,
): Translated {
  const macros: MacroBase[] = []
  const constants = new Map<Hash, Uint8Array>()
  const tensors = new Map<string, Tensor>()
  const normal = new Map<string, Tensor>()
  const weighted = new Map<Hash, WeightedRows>()
  let stepCount = 0

  const inputs = graph.inputs.map(({ name, fact }, index) => {
    const raw = preprocess.get(name)
    const { quantisation, affine } = raw
      ? pixelQuantisation(affineOf(raw, fact.shape, name))
      : { quantisation: quantisationFor(recipe, name), affine: undefined }
    const value = dense({ class: 'input', index }, quantisation.dtype, fact.shape)
    const tensor: Tensor = { id: index, value, quantisation, ...(affine && { affine }) }
    tensors.set(name, tensor)
    return tensor
  })

  const t: Translation = {
    fact: (name) => graph.facts.get(name) ?? graph.constants.get(name)!,
    constant: (name) => graph.constants.get(name) ?? null,
    rawTensor,
    tensor: (name) => {
      const raw = rawTensor(name)
      if (!raw.affine) return raw
      const done = normal.get(name) ?? normalised(inputNode(name), t, raw, targetFor(inputNode(name), name))
      normal.set(name, done)
      return done
    },
    target: (node) => targetFor(node, node.outputs[0]!),
    bounds,
    emit: (node, macro, from, quantisation) => {
      const whole: MacroBase = { ...macro, node: node.name, inputs: from.map(({ id }) => id) }
      const kind = macroKind(whole)
      const values = from.map(({ value }) => value)
      const bound = kind.bound?.(whole, values, constants)
      if (bound && !(bound.magnitude < bound.limit))
        throw nodeError(
          node,
          'ACCUMULATOR_OVERFLOW',
          `${bound.where} can reach ${bound.magnitude}, beyond ${bound.limit}: its reduction is too long for exact kernels; split it in the model`,
          { ...bound },
        )
      const expansion = kind.expand(whole, values, stepCount)
      stepCount += expansion.steps.length
      macros.push(whole)
      return { id: graph.inputs.length + macros.length - 1, value: expansion.value, quantisation }
    },
    rows: (node, real, inputScale, target, order) => {
      const scales = rowScales(real, inputScale)
      const key = node.outputs[0]!
      const weights = roundedWeights(real, scales, roundingOf(recipe, key, real.weights.length))
      const outputScale = target.quantisation.scale
      const rows = finishRows(real, weights, scales, inputScale, outputScale, node.name)
      const constant = store(packRows(rows, order))
      weighted.set(constant.root, { key, real, scales })
      return constant
    },
    store,
  }

  function rawTensor(name: string): Tensor {
    const tensor = tensors.get(name)
    if (tensor === undefined)
      throw new ModelError(
        'TENSOR_CONSTANT',
        `constant '${name}' is used where a computed tensor is expected`,
        { tensor: name },
      )
    return tensor
  }

  function targetFor(node: Node, tensor: string): Target {
    const quantisation = quantisationFor(recipe, tensor)
    return { quantisation, output: bounds(node, quantisation) }
  }

  function store(bytes: Uint8Array): ConstantRef {
    const root = tensorRoot(bytes)
    // Zeros behind the end of a constant do not change its root: the longest one serves all that share it.
    if ((constants.get(root)?.byteLength ?? 0) < bytes.byteLength) constants.set(root, bytes)
    return { root, byteLength: bytes.byteLength }
  }

  for (const node of graph.nodes) {
    const operator = operatorOf(node.type)
    if (operator?.translate === undefined)
      throw nodeError(
        node,
        'OPERATOR_PLACE',
        'this operator is supported as the last one only: cut the model behind it',
      )
    tensors.set(node.outputs[0]!, operator.translate(node, t))
  }
  const outputs = graph.outputs.map(({ tensor }) => {
    const raw = rawTensor(tensor)
    return raw.affine ? t.tensor(tensor) : raw
  })
  const list = {
    inputs: inputs.map(({ quantisation, id }) => ({
      dtype: quantisation.dtype,
      shape: graph.inputs[id]!.fact.shape,
    })),
    macros,
    outputs: outputs.map(({ id }) => id),
  }
  return { list, constants, inputs, outputs, weighted }
}

const inputNode = (name: string): Node => ({
  name: `preprocessing of '${name}'`,
  type: 'Preprocess',
  inputs: [],
  outputs: [name],
  attributes: new Map(),
  opset: 0,
})

function quantisationFor(recipe: Recipe, tensor: string): Quantisation {
  const { dtype, ...range } = tensorRecipe(recipe, tensor)
  return quantisationOf(dtype, range)
}

/** One scale, and a pixel that means 0: then raw bytes are an ordinary quantised tensor. */
function pixelQuantisation(affine: Affine): { quantisation: Quantisation; affine?: Affine } {
  const scale = affine.scale[0]!
  const zero = -affine.offset[0]! / scale + 0
  const plain =
    scale > 0 &&
    affine.scale.every((s) => s === scale) &&
    affine.offset.every((o) => o === affine.offset[0]) &&
    affine.order.every((raw, c) => raw === c) &&
    Number.isInteger(zero) &&
    zero >= 0 &&
    zero <= 255
  if (plain) return { quantisation: { dtype: 'u8', scale, zero } }
  return { quantisation: { dtype: 'u8', scale: 1, zero: 0 }, affine }
}

function bounds(node: Node, q: Quantisation): Output {
  const [low, high] = [node.clamp?.low ?? -Infinity, node.clamp?.high ?? Infinity]
  return {
    dtype: q.dtype,
    zero: q.zero,
    low: low === -Infinity ? dtypeMin(q.dtype) : quantise(q, low),
    high: high === Infinity ? dtypeMax(q.dtype) : quantise(q, high),
  }
}
