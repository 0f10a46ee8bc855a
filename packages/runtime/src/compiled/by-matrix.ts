import { ITERATION_AXIS, reductionElements, type Step, type TensorData } from '@plumbline/ir'
import {
  type FactorPlan,
  factorPlan,
  type Factors,
  type Format,
  FORMATS,
  packPanels,
  panelBytes,
  panelsFor,
  readFactors,
  viewOf,
} from './factors.ts'
import { finishLine } from './finish.ts'
import { storeLine } from './load.ts'
import { AXES, type AxisValues } from './map.ts'
import { matrixMemory, type Products } from './matrix-memory.ts'
import type { MatrixPlan } from './matrix-plan.ts'
import { forEachPlace, rowMajorStrides } from './odometer.ts'
import type { PreparedStep, StepTensors } from './prepared.ts'
import { recordsOf } from './records.ts'

interface Job {
  readonly step: Step
  readonly plan: MatrixPlan
  readonly format: Format
  readonly extents: readonly number[]
  readonly depth: number
  readonly left: FactorPlan
  readonly right: FactorPlan
}

/**
 * A DOT step as products of matrices. A right operand that is a constant is packed once, and then stays in memory at
 * two bytes a value, eight in f64.
 */
export function prepareByMatrix(step: Step, plan: MatrixPlan, constant: TensorData | null): PreparedStep {
  const outputs = step.outputExtents.length
  const extents = [...step.outputExtents, ...step.reductionExtents]
  const outer = step.reductionExtents.slice(0, -1).map((_, i) => outputs + i)
  const reduction = { outer, line: extents.length - 1, extents }
  const job: Job = {
    step,
    plan,
    format: FORMATS[plan.arithmetic],
    extents,
    depth: reductionElements(step),
    left: factorPlan(step[plan.left]!, reduction),
    right: factorPlan(step[plan.right]!, reduction),
  }
  const packed = constant && packAll(job, constant)
  return (tensors, out) => runByMatrix(job, packed, tensors, out)
}

/** Overlapping reads can make panels of any size out of a small constant; past this they are packed at every run. */
const packedAtMost = (constant: number): number => 4 * constant + 65_536

/** The panels of every product of the batch, one after another; null where they are too much to keep. */
function packAll({ plan, format, extents, depth, right }: Job, source: TensorData): Factors | null {
  const products = plan.batch.reduce((n, axis) => n * extents[axis]!, 1)
  const terms = (panelsFor(format, extents[plan.column]!) * panelBytes(format, depth)) / format.termBytes
  if (products * terms > packedAtMost(source.length)) return null
  const all = viewOf(format, new ArrayBuffer(products * terms * format.termBytes), 0, products * terms)
  const axes: AxisValues = new Float64Array(AXES)
  let at = 0
  forEachPlace(plan.batch, extents, axes, () => {
    packPanels(right, format, source, axes, plan.column, 0, all.subarray(at, at + terms))
    at += terms
  })
  return all
}

function runByMatrix(job: Job, packed: Factors | null, tensors: StepTensors, out: TensorData): void {
  const { step, plan, format, extents, depth } = job
  const columns = extents[plan.column]!
  const panels = panelsFor(format, columns)
  const panelTerms = panelBytes(format, depth) / format.termBytes
  const memory = matrixMemory(format, depth, panels, plan.exactDepth)
  const finishRow = rowFinisher(step, plan, columns, tensors.p, out)
  const axes: AxisValues = new Float64Array(AXES)
  axes[ITERATION_AXIS] = 0
  // The axis values of every row of the block.
  const places = new Float64Array(memory.blockRows * AXES)
  let product = 0
  forEachPlace(plan.batch, extents, axes, () => {
    for (let panel = 0; panel < panels; panel += memory.slabPanels) {
      const count = Math.min(memory.slabPanels, panels - panel)
      const slab = memory.columns(count)
      const firstColumn = panel * format.columnsAPanel
      const at = (product * panels + panel) * panelTerms
      if (packed) (slab as Float64Array).set(packed.subarray(at, at + slab.length))
      else packPanels(job.right, format, tensors[plan.right]!, axes, plan.column, firstColumn, slab)
      let rows = 0
      const flush = (): void => {
        const products = memory.multiply(rows, count)
        for (let row = 0; row < rows; row++) finishRow(places, row, products, firstColumn)
        rows = 0
      }
      forEachPlace(plan.rows, extents, axes, () => {
        places.set(axes, rows * AXES)
        readFactors(job.left, tensors[plan.left]!, axes, memory.rows, rows * memory.pitch)
        if (++rows === memory.blockRows) flush()
      })
      if (rows > 0) flush()
    }
    product++
  })
}

type RowFinisher = (places: Float64Array, row: number, products: Products, firstColumn: number) => void

/** Scales, clamps and stores one row of products. */
function rowFinisher(
  step: Step,
  { column }: MatrixPlan,
  columns: number,
  parameters: Uint8Array | undefined,
  out: TensorData,
): RowFinisher {
  const records = recordsOf(step, column, columns, parameters, new Float64Array(0))
  const strides = rowMajorStrides(step.outputExtents)
  const axes: AxisValues = new Float64Array(AXES)
  const acc = new Float64Array(columns)
  const finished = new Int32Array(columns)
  return (places, row, { values, pitch }, firstColumn) => {
    const count = Math.min(pitch, columns - firstColumn)
    for (let i = 0; i < AXES; i++) axes[i] = places[row * AXES + i]!
    axes[column] = 0
    records.update(axes, columns)
    for (let j = 0; j < count; j++) acc[j] = values[row * pitch + j]!
    finishLine(step, acc, records, firstColumn, count, finished)
    let at = firstColumn * strides[column]!
    for (let axis = 0; axis < strides.length; axis++) if (axis !== column) at += strides[axis]! * axes[axis]!
    storeLine(out, at, strides[column]!, count, finished)
  }
}
