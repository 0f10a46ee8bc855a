import { dtypeSize } from './dtype.ts'
import {
  type Operand,
  type Parameters,
  outputElements,
  operandsOf,
  reductionElements,
  type Step,
} from './step.ts'
import { encodeStep } from './descriptor.ts'

/** No registrable step costs more than this to prove: whole transaction, gas. */
export const PROOF_GAS_CAP = 600_000

/** Calibrated by measurement; the registry holds the same constants. Gas. */
export const PROOF_COST = {
  transaction: 21_000,
  perByte: 40,
  perByteWithExecution: 16,
  base: 60_000,
  perLeaf: 200,
  perSibling: 350,
  perLine: 2_500,
  perPacked: 9,
  perElement: 450,
} as const

const LEAF = 128

/** Shape of the program around a step that its proof size depends on. */
export interface ProofContext {
  readonly stepCount: number
  readonly inputCount: number
}

interface OperandBound {
  readonly leaves: number
  readonly siblings: number
  readonly bytes: number
}

/** Upper bound, gas, of the one-step proof of any element of `step` (docs/specification.md, section 7). */
export function worstProofGas(step: Step, context: ProofContext): number {
  const bounds = operandsOf(step).map((operand) => operandBound(step, operand))
  const depth = treeDepth(context.stepCount)
  const outputLeaves = Math.ceil((outputElements(step) * dtypeSize(step.dtype)) / LEAF)
  const traced = 1 + operandsOf(step).filter((operand) => operand.ref.class === 'step').length
  const bytes =
    sum(bounds.map((bound) => bound.bytes)) +
    LEAF +
    32 * treeDepth(outputLeaves) +
    encodeStep(step).byteLength +
    32 * depth * (1 + traced) +
    32 * context.inputCount +
    1024
  const c = PROOF_COST
  const exec =
    c.base +
    c.perLeaf * sum(bounds.map((bound) => bound.leaves)) +
    c.perSibling *
      (sum(bounds.map((bound) => bound.siblings)) + treeDepth(outputLeaves) + depth * (1 + traced)) +
    foldGas(step)
  return c.transaction + Math.max(c.perByte * bytes, c.perByteWithExecution * bytes + exec)
}

/** Depth of a tree of n leaves. */
export function treeDepth(leaves: number): number {
  let depth = 0
  while (2 ** depth < leaves) depth++
  return depth
}

function operandBound(step: Step, operand: Operand | Parameters): OperandBound {
  const size = elementSize(operand)
  const align = 'dtype' in operand ? size : 1
  let span = size
  let runs = 1
  for (const { delta, extent } of reductionDeltas(step, operand))
    if (delta <= Math.max(span, LEAF)) span += delta * (extent - 1)
    else runs *= extent
  const total = Math.ceil(operand.byteLength / LEAF)
  const touch = Math.floor((LEAF - 1 - align + span) / LEAF) + 1
  const leaves = Math.min(total, runs * touch)
  const intervals = Math.min(runs, leaves)
  let siblings = 0
  for (let level = 0; level < treeDepth(total); level++)
    siblings += Math.min(intervals * (touch === 1 ? 1 : 2), Math.ceil(total / 2 ** level))
  return { leaves, siblings, bytes: LEAF * leaves + 32 * siblings + 8 * intervals + 4 }
}

function reductionDeltas(
  step: Step,
  operand: Operand | Parameters,
): readonly { delta: number; extent: number }[] {
  if (operand !== step.a && operand !== step.b) return []
  return step.reductionExtents
    .map((extent, i) => ({
      extent,
      delta: Math.abs(axisDelta(operand, step.outputExtents.length + i)) * elementSize(operand),
    }))
    .filter(({ extent }) => extent > 1)
    .sort((x, y) => x.delta - y.delta)
}

/** Address change, in the operand's own unit, when the axis value grows by one. */
export function axisDelta(operand: Operand | Parameters, axis: number): number {
  return sum(
    operand.coordinates.map(
      (c) => c.stride * sum(c.terms.filter((term) => term.axis === axis).map((term) => term.coef)),
    ),
  )
}

function foldGas(step: Step): number {
  const elements = reductionElements(step)
  const line = step.reductionExtents.at(-1) ?? 1
  const lines = elements / line
  const operands = step.b ? 2 : 1
  return (
    lines * operands * PROOF_COST.perLine +
    elements * (isPacked(step) ? PROOF_COST.perPacked : operands * PROOF_COST.perElement)
  )
}

/** Whether the line takes the packed kernel: u8 DOT, one operand ascending by one, the other descending by one. */
export function isPacked(step: Step): boolean {
  const line = step.outputExtents.length + step.reductionExtents.length - 1
  if (step.kind !== 'DOT' || !step.b || step.reductionExtents.length === 0) return false
  if (step.a.dtype !== 'u8' || step.b.dtype !== 'u8') return false
  const a = axisDelta(step.a, line)
  const b = axisDelta(step.b, line)
  return Math.abs(a) === 1 && a === -b
}

const elementSize = (operand: Operand | Parameters): number =>
  'dtype' in operand ? dtypeSize(operand.dtype) : 8
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
