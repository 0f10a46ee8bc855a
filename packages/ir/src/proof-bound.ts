import { encodeStep } from './descriptor.ts'
import { dtypeSize } from './dtype.ts'
import {
  INDEX_AXIS,
  type Operand,
  operandsOf,
  outputElements,
  type Parameters,
  reductionElements,
  type Step,
} from './step.ts'

/** No registrable step costs more than this to prove: whole transaction, gas. */
export const PROOF_GAS_CAP = 600_000

/** Calibrated by measurement (docs/specification.md, section 7); the registry holds the same constants. Gas. */
export const PROOF_COST = {
  /** Of any transaction. */
  transaction: 21_000,
  /** A calldata byte at the floor price, and at the price with execution. */
  perByte: 40,
  perByteWithExecution: 16,
  /** Calldata bytes of the call but for what is counted. */
  callBytes: 320,
  /** The game's own part of the transaction: checks of the paths' leaves, verdict, slash. */
  game: 150_000,
  /** An evaluation, but for what follows. */
  evaluation: 14_000,
  perOperand: 4_500,
  /** A leaf hashed and paired. */
  perLeaf: 550,
  perInterval: 310,
  /** A sibling, or a node of a path. */
  perSibling: 240,
  /** A coordinate of any operand, a term of one. */
  perCoordinate: 300,
  perTerm: 370,
  /** A line of the reduction box; for each line an outer reduction axis, a coordinate, a term. */
  perLine: 3_700,
  perLineAxis: 220,
  perLineCoordinate: 230,
  perLineTerm: 110,
  /** An element of the reduction box: of both operands where they are packed (running apart, alike), else of each. */
  perPacked: 14,
  perPackedAlike: 21,
  perAdjacent: 115,
  perStrided: 200,
  perScattered: 2_000,
} as const

const LEAF = 128
const LEAF_BITS = 7

/** Shape of the program around a step that its proof size depends on. */
export interface ProofContext {
  readonly stepCount: number
  readonly inputCount: number
}

/** Upper bounds of the one-step proof of any element of a step. */
export interface ProofBound {
  /** Calldata, counting every byte as non-zero. */
  readonly bytes: number
  /** Bytes of the witness alone. */
  readonly witnessBytes: number
  /** Gas that the verifier uses. */
  readonly evaluation: number
  /** Gas of the whole transaction. */
  readonly gas: number
}

/** Upper bound, gas, of the one-step proof of any element of `step` (docs/specification.md, section 7). */
export const worstProofGas = (step: Step, context: ProofContext): number => proofBound(step, context).gas

export function proofBound(step: Step, context: ProofContext): ProofBound {
  const c = PROOF_COST
  const reads = readsOf(step)
  const leaves = sum(reads.map((read) => read.leaves))
  const intervals = sum(reads.map((read) => read.intervals))
  const siblings = sum(reads.map((read) => read.siblings))
  const depth = treeDepth(context.stepCount)
  const outputDepth = treeDepth(Math.ceil((outputElements(step) * dtypeSize(step.dtype)) / LEAF))
  const traced = 1 + operandsOf(step).filter((operand) => operand.ref.class === 'step').length
  const pathNodes = outputDepth + depth * (1 + traced)
  const witnessBytes = LEAF * leaves + 32 * siblings + 8 * intervals + 4 * operandsOf(step).length
  const bytes =
    witnessBytes +
    LEAF +
    32 * (pathNodes + traced) +
    encodeStep(step).byteLength +
    32 * context.inputCount +
    c.callBytes
  const evaluation =
    c.evaluation +
    c.perOperand * operandsOf(step).length +
    c.perLeaf * leaves +
    c.perInterval * intervals +
    c.perSibling * siblings +
    foldGas(step)
  const execution = c.game + c.perSibling * pathNodes + evaluation
  return {
    bytes,
    witnessBytes,
    evaluation,
    gas: c.transaction + Math.max(c.perByte * bytes, c.perByteWithExecution * bytes + execution),
  }
}

/** Depth of a tree of n leaves. */
export function treeDepth(leaves: number): number {
  let depth = 0
  while (2 ** depth < leaves) depth++
  return depth
}

/** Bytes that one element reads of a tensor: `runs` runs of at most `span` bytes each. */
interface Reads {
  readonly operand: Operand | Parameters
  /** Lowest byte of the first run where all axes are zero, modulo a leaf. */
  readonly start: bigint
  readonly span: number
  readonly runs: number
  /** Byte changes that place a run: of the output axes, of the index, of reduction axes that make runs. */
  readonly moves: readonly bigint[]
}

interface ReadBound {
  readonly leaves: number
  readonly intervals: number
  readonly siblings: number
}

function readsOf(step: Step): readonly ReadBound[] {
  const a = footprint(step, step.a)
  const b = step.b && footprint(step, step.b)
  const g = step.g && footprint(step, step.g)
  const p = step.p && footprint(step, step.p)
  const joined = b && p && join(b, p)
  return (joined ? [a, joined, g] : [a, b, g, p]).filter((reads) => reads !== undefined).map(boundReads)
}

function footprint(step: Step, operand: Operand | Parameters): Reads {
  const unit = BigInt('dtype' in operand ? dtypeSize(operand.dtype) : 1)
  const outputs = step.outputExtents.length
  const reduces = operand === step.a || operand === step.b
  let start = unit * BigInt(operand.base)
  for (const { offset, stride } of operand.coordinates) start += unit * BigInt(offset) * BigInt(stride)
  const moves = step.outputExtents
    .map((extent, axis) => (extent > 1 ? unit * axisDelta(operand, axis) : 0n))
    .concat(unit * axisDelta(operand, INDEX_AXIS))
  let span = BigInt('dtype' in operand ? dtypeSize(operand.dtype) : 8)
  let runs = 1
  const axes = (reduces ? step.reductionExtents : [])
    .map((extent, i) => ({ extent, delta: unit * axisDelta(operand, outputs + i) }))
    .filter(({ extent }) => extent > 1)
    .sort((x, y) => Number(magnitude(x.delta) - magnitude(y.delta)))
  for (const { extent, delta } of axes)
    if (magnitude(delta) <= (span > LEAF ? span : BigInt(LEAF))) {
      span += magnitude(delta) * BigInt(extent - 1)
      if (delta < 0n) start += delta * BigInt(extent - 1)
    } else {
      runs *= extent
      moves.push(delta)
    }
  return { operand, start, span: Number(span), runs, moves }
}

/** One run for a row of weights and the parameters stored with it, or undefined where they lie apart. */
function join(b: Reads, p: Reads): Reads | undefined {
  const [x, y] = [b.operand.ref, p.operand.ref]
  const sameTensor = x.class === 'constant' && y.class === 'constant' && x.root === y.root
  if (!sameTensor || b.runs !== 1 || b.moves.some((move, i) => move !== p.moves[i])) return undefined
  const start = b.start < p.start ? b.start : p.start
  const ends = [b.start + BigInt(b.span), p.start + BigInt(p.span)] as const
  const span = Number((ends[0] > ends[1] ? ends[0] : ends[1]) - start)
  return span <= b.span + p.span + LEAF ? { ...b, start, span } : undefined
}

function boundReads({ operand, start, span, runs, moves }: Reads): ReadBound {
  // Runs start at multiples of the largest power of two that divides every move, up to a leaf, from `start` on.
  const grain = lowestBit(moves.reduce((bits, move) => bits | move, BigInt(LEAF)))
  const latest = (Number(BigInt.asUintN(LEAF_BITS, start)) % grain) + LEAF - grain
  const touch = Math.floor((latest + span - 1) / LEAF) + 1
  const total = Math.ceil(operand.byteLength / LEAF)
  const leaves = Math.min(total, runs * touch)
  const intervals = Math.min(runs, leaves)
  let siblings = 0
  for (let width = total; width > 1;) {
    width = Math.ceil(width / 2)
    siblings += Math.min(intervals * (touch === 1 ? 1 : 2), width)
  }
  return { leaves, intervals, siblings }
}

/** Address change, in the operand's own unit, when the axis value grows by one. */
export function axisDelta(operand: Operand | Parameters, axis: number): bigint {
  let delta = 0n
  for (const { stride, terms } of operand.coordinates)
    for (const term of terms) if (term.axis === axis) delta += BigInt(stride) * BigInt(term.coef)
  return delta
}

function foldGas(step: Step): number {
  const c = PROOF_COST
  const elements = reductionElements(step)
  const lines = elements / (step.reductionExtents.at(-1) ?? 1)
  const maps = operandsOf(step).flatMap((operand) => operand.coordinates)
  const coordinates = maps.length
  const terms = sum(maps.map((map) => map.terms.length))
  const outer = Math.max(0, step.reductionExtents.length - 1)
  const reads = isPacked(step)
    ? lineDelta(step, step.a) === lineDelta(step, step.b!)
      ? c.perPackedAlike
      : c.perPacked
    : sum([step.a, step.b].map((operand) => (operand ? elementGas(step, operand) : 0)))
  return (
    c.perCoordinate * coordinates +
    c.perTerm * terms +
    lines * (c.perLine + c.perLineAxis * outer + c.perLineCoordinate * coordinates + c.perLineTerm * terms) +
    elements * reads
  )
}

function elementGas(step: Step, operand: Operand): number {
  const size = BigInt(dtypeSize(operand.dtype))
  const delta = magnitude(lineDelta(step, operand))
  if (delta * size > LEAF) return PROOF_COST.perScattered
  return delta === 1n ? PROOF_COST.perAdjacent : PROOF_COST.perStrided
}

/** Whether lines take the packed kernel: a DOT of adjacent bytes. */
export function isPacked(step: Step): boolean {
  const packs = (operand: Operand | undefined): boolean =>
    operand?.dtype === 'u8' && magnitude(lineDelta(step, operand)) === 1n
  return step.kind === 'DOT' && packs(step.a) && packs(step.b)
}

/** Address change from one element of the line to the next; 0 where nothing is reduced. */
const lineDelta = (step: Step, operand: Operand): bigint =>
  step.reductionExtents.length === 0
    ? 0n
    : axisDelta(operand, step.outputExtents.length + step.reductionExtents.length - 1)

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)
const lowestBit = (value: bigint): number => Number(value & -value)
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
