import {
  type Constants,
  dtypeSize,
  type Operand,
  type Parameters,
  type Program,
  type Step,
} from '@plumbline/ir'
import { expandMacros, type MacroBase, shapeOf, type Value } from '@plumbline/ops'
import type { Model } from '../model/model.ts'
import type { MacroCase } from './cases/draw.ts'

/** One macro, its steps as a program of its own, and how its inputs and its result are stored. */
export interface Layer {
  readonly node: string
  readonly macro: MacroBase
  readonly program: Program
  readonly inputs: readonly Value[]
  readonly result: Value
  readonly constants: Constants
}

/** A conformance case as a layer. */
export function caseLayer({ inputs, macro, constants }: MacroCase): Layer {
  const { program, values } = expandMacros({ inputs, macros: [macro], outputs: [inputs.length] })
  return {
    node: macro.node,
    macro,
    program,
    inputs: values.slice(0, inputs.length),
    result: values.at(-1)!,
    constants,
  }
}

/** The macros of a model that compute something, each cut out of its program. */
export function modelLayers(model: Model): readonly Layer[] {
  const { manifest, expanded, constants } = model
  const inputCount = model.program.inputs.length
  return manifest.macros.flatMap((macro, i) => {
    const [from, to] = expanded.ranges[i]!
    if (from === to) return []
    const stored = macro.inputs.map((id) => expanded.values[id]!)
    const computed = stored.filter(({ ref }) => ref.class !== 'constant')
    const sources = [...new Set(computed.map((value) => keyOf(value)))]
    const moved = stored.map((value) =>
      value.ref.class === 'constant'
        ? value
        : { ...value, ref: { class: 'input', index: sources.indexOf(keyOf(value)) } as const },
    )
    const types = sources.map((key) => {
      const value = computed.find((candidate) => keyOf(candidate) === key)!
      return { dtype: value.dtype, shape: [value.byteLength / dtypeSize(value.dtype)] }
    })
    const steps = model.program.steps.slice(from, to).map((step) => relocated(step, from, sources))
    const result = expanded.values[inputCount + i]!
    return [
      {
        node: macro.node,
        macro: { ...macro, inputs: macro.inputs.map((_, port) => port) },
        program: { inputs: types, outputs: [steps.length - 1], steps },
        inputs: moved,
        result: { ...result, ref: { class: 'step', index: steps.length - 1 } },
        constants,
      },
    ]
  })
}

const keyOf = ({ ref }: Pick<Value, 'ref'>): string =>
  ref.class === 'constant' ? ref.root : `${ref.class} ${ref.index}`

/** The step with references to earlier steps of the model turned into inputs of the layer. */
function relocated(step: Step, from: number, sources: readonly string[]): Step {
  const move = <T extends Operand | Parameters>(operand: T): T => {
    const { ref } = operand
    if (ref.class === 'constant') return operand
    if (ref.class === 'step' && ref.index >= from)
      return { ...operand, ref: { ...ref, index: ref.index - from } }
    return { ...operand, ref: { class: 'input', index: sources.indexOf(keyOf(operand)) } }
  }
  return {
    ...step,
    a: move(step.a),
    ...(step.b && { b: move(step.b) }),
    ...(step.g && { g: move(step.g) }),
    ...(step.p && { p: move(step.p) }),
  }
}

/** The ONNX shapes of a layer's inputs. */
export const layerTypes = (layer: Layer) =>
  layer.inputs.map((value) => ({ dtype: value.dtype, shape: shapeOf(value) }))
