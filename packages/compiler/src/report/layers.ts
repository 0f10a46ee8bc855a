import { type DataType, outputElements, reductionElements, type Step, worstProofGas } from '@plumbline/ir'
import { shapeOf } from '@plumbline/ops'
import type { Model } from '@plumbline/runtime'

/** What the compiler made of one operator. */
export interface LayerReport {
  readonly node: string
  readonly kind: string
  readonly dtype: DataType
  readonly shape: readonly number[]
  readonly steps: number
  readonly multiplyAdds: number
  readonly worstProofGas: number
}

export function layerReports(model: Model): readonly LayerReport[] {
  const { program, expanded, manifest } = model
  const context = { stepCount: program.steps.length, inputCount: program.inputs.length }
  return manifest.macros.map((macro, i) => {
    const [from, to] = expanded.ranges[i]!
    const steps = program.steps.slice(from, to)
    const value = expanded.values[program.inputs.length + i]!
    return {
      node: macro.node,
      kind: macro.kind,
      dtype: value.dtype,
      shape: shapeOf(value),
      steps: steps.length,
      multiplyAdds: steps.reduce((sum, step) => sum + multiplyAdds(step), 0),
      worstProofGas: Math.max(0, ...steps.map((step) => worstProofGas(step, context))),
    }
  })
}

const multiplyAdds = (step: Step): number =>
  step.kind === 'DOT' ? outputElements(step) * reductionElements(step) : 0
