import type { Program, Step, TensorType } from '@plumbline/ir'
import { ModelError } from './errors.ts'
import type { MacroBase } from './macro.ts'
import { copied } from './macros/copy.ts'
import { macroKind } from './macros/index.ts'
import { dense, isRowMajor, shapeOf, type Value } from './value.ts'

/** An integer model: what the manifest keeps and what a runtime executes. */
export interface MacroList {
  readonly inputs: readonly TensorType[]
  readonly macros: readonly MacroBase[]
  /** Values: 0 ... inputs-1 are inputs, then one a macro. */
  readonly outputs: readonly number[]
}

export interface ExpandedProgram {
  readonly program: Program
  /** Inputs, then the value of every macro. */
  readonly values: readonly Value[]
  /** Of every macro, the index of its first step and that behind its last one. */
  readonly ranges: readonly (readonly [number, number])[]
}

/** The program that a list of macros stands for. Pure: the same list gives the same steps everywhere. */
export function expandMacros(list: MacroList): ExpandedProgram {
  const values = list.inputs.map((type, index) => dense({ class: 'input', index }, type.dtype, type.shape))
  const steps: Step[] = []
  const ranges: (readonly [number, number])[] = []
  for (const macro of list.macros) {
    const inputs = macro.inputs.map((id) => valueAt(values, id, macro.node))
    const expansion = macroKind(macro).expand(macro, inputs, steps.length)
    ranges.push([steps.length, steps.length + expansion.steps.length])
    steps.push(...expansion.steps)
    values.push(expansion.value)
  }
  const outputs = list.outputs.map((id) => outputStep(valueAt(values, id, 'an output'), steps))
  distinct(outputs, list.outputs, values, steps)
  return { program: { inputs: list.inputs, outputs, steps }, values, ranges }
}

export const outputTypes = (list: MacroList, expanded: ExpandedProgram): readonly TensorType[] =>
  list.outputs.map((id) => ({
    dtype: expanded.values[id]!.dtype,
    shape: shapeOf(expanded.values[id]!),
  }))

function valueAt(values: readonly Value[], id: number, reader: string): Value {
  const value = values[id]
  if (value === undefined)
    throw new ModelError('MACRO_REFERENCE', `${reader} reads value ${id}, which does not exist before it`, {
      id,
      reader,
    })
  return value
}

/** An output lists its elements in ONNX order: where the program stores them otherwise, a last step copies them. */
function outputStep(value: Value, steps: Step[]): number {
  if (value.ref.class === 'step' && isRowMajor(value)) return value.ref.index
  steps.push(...copied(value, steps.length).steps)
  return steps.length - 1
}

/** Two outputs may not name one step. */
function distinct(outputs: number[], ids: readonly number[], values: readonly Value[], steps: Step[]): void {
  for (const [i, step] of outputs.entries())
    if (outputs.indexOf(step) < i) {
      steps.push(...copied(values[ids[i]!]!, steps.length).steps)
      outputs[i] = steps.length - 1
    }
}
