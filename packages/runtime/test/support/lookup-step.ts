import { type Operand, type Step, STEP_KINDS } from '@plumbline/ir'
import type { StepCase } from '../../../../test/support/random-step.ts'
import type { Random } from '../../../../test/support/random.ts'
import {
  DTYPES,
  axesOf,
  type Axis,
  caseOf,
  drawFinish,
  drawIndex,
  drawOperand,
  noTensors,
  registrable,
} from './draw.ts'

/** Outer axes of the outputs, at most, and places of their last axis. */
interface Size {
  readonly outer: number
  readonly line: readonly [number, number]
}

/** A random registrable step of any kind whose index differs along its long lines: tables, gathered rows, records. */
export const randomLookup = (r: Random, size: Size = { outer: 2, line: [16, 40] }): StepCase =>
  registrable(() => draw(r, size))

function draw(r: Random, { outer, line }: Size): StepCase {
  const kind = r.pick(STEP_KINDS)
  const pointwise = kind === 'DIV' || kind === 'SQRT'
  const outputExtents = [
    ...Array.from({ length: r.int(0, outer) }, () => r.int(1, 3)),
    r.int(line[0], line[1]),
  ]
  const reductionExtents = pointwise || r.chance(0.6) ? [] : [r.int(1, 4)]
  const outputs = axesOf(outputExtents)
  const tensors = noTensors()
  const { g, index } = drawIndex(r, tensors, outputs)
  const some = (axes: readonly Axis[]): readonly Axis[] => axes.filter(() => r.chance(0.5))
  const operand = (): Operand => {
    const axes = [
      ...some([...outputs, ...axesOf(reductionExtents, outputs.length)]),
      ...(r.chance(0.8) ? [index] : []),
      ...(r.chance(0.2) ? [index] : []),
    ]
    return drawOperand(r, tensors, r.pick(DTYPES), axes, kind === 'DOT' ? 0 : r.pick([1, -1, 3]))
  }
  const binary = kind === 'DOT' || kind === 'DIV' || (kind !== 'SQRT' && r.chance(0.5))
  const finish = drawFinish(r, tensors, [...some(outputs), ...(r.chance(0.7) ? [index] : [])])
  const step: Step = {
    kind,
    outputExtents,
    reductionExtents,
    a: operand(),
    ...(binary && { b: operand() }),
    g,
    ...finish,
  }
  return caseOf(step, tensors)
}
