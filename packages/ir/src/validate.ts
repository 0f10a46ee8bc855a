import { type DataType, dtypeMax, dtypeMin, dtypeSize, isValueOf, maxMagnitude } from './dtype.ts'
import { ProgramError } from './errors.ts'
import { inputByteLengths, type Program, stepByteLength } from './program.ts'
import { PROOF_GAS_CAP, worstProofGas, type ProofContext } from './proof-bound.ts'
import {
  type Coordinate,
  INDEX_AXIS,
  ITERATION_AXIS,
  multiplierOf,
  type Operand,
  operandsOf,
  outputElements,
  type Parameters,
  reductionElements,
  type Step,
} from './step.ts'

export const MAX_STEPS = 65_535
export const MAX_PORTS = 8
const MAX_RANK = 7
const MAX_COORDINATES = 8
const MAX_REDUCTION = 2 ** 24
const U32 = 2 ** 32
/** Doubles hold every integer below this, so interpreters in doubles are exact. */
const EXACT = 2n ** 53n
const EXACT_ROOT = 2n ** 52n
const I32 = 2n ** 31n

interface KnownTensor {
  readonly dtype: DataType
  readonly byteLength: number
}

/**
 * Checks every rule of docs/specification.md, section 3, as the registry contract does.
 * @throws ProgramError with the index of the first offending step in `data.step`
 */
export function validateProgram(program: Program): void {
  const { inputs, outputs, steps } = program
  check(
    steps.length >= 1 && steps.length <= MAX_STEPS,
    'STEP_COUNT',
    `a program has 1 to ${MAX_STEPS} steps, not ${steps.length}`,
  )
  check(
    inputs.length >= 1 && inputs.length <= MAX_PORTS,
    'INPUT_COUNT',
    `a program has 1 to ${MAX_PORTS} inputs, not ${inputs.length}`,
  )
  check(
    outputs.length >= 1 && outputs.length <= MAX_PORTS,
    'OUTPUT_COUNT',
    `a program has 1 to ${MAX_PORTS} outputs, not ${outputs.length}`,
  )
  for (const [index, { shape }] of inputs.entries())
    check(
      shape.length >= 1 &&
        shape.length <= MAX_RANK &&
        shape.every((size) => isCount(size)) &&
        inBytes(inputByteLengths(program)[index]!),
      'INPUT_SHAPE',
      `input ${index} has shape [${shape.join(', ')}]: 1 to ${MAX_RANK} positive dimensions below 2^32 bytes are possible`,
      { input: index },
    )
  const known: KnownTensor[] = []
  const context = { stepCount: steps.length, inputCount: inputs.length }
  for (const [index, step] of steps.entries()) {
    validateStep(step, index, program, known, context)
    known.push({ dtype: step.dtype, byteLength: stepByteLength(step) })
  }
  for (const output of outputs)
    check(
      Number.isInteger(output) && output >= 0 && output < steps.length,
      'OUTPUT_STEP',
      `output names step ${output} of ${steps.length}`,
      { output },
    )
  check(new Set(outputs).size === outputs.length, 'OUTPUT_DUPLICATE', 'two outputs name the same step', {
    outputs,
  })
}

function validateStep(
  step: Step,
  index: number,
  program: Program,
  known: readonly KnownTensor[],
  context: ProofContext,
): void {
  const at = (condition: boolean, code: string, why: string): void =>
    check(condition, code, `step ${index}: ${why}`, { step: index })
  const extents = [...step.outputExtents, ...step.reductionExtents]
  at(
    step.outputExtents.length >= 1 && step.outputExtents.length <= MAX_RANK && extents.length <= 8,
    'AXES',
    `${step.outputExtents.length} output axes of ${extents.length} axes`,
  )
  at(
    extents.every(isCount),
    'EXTENT',
    `axis sizes [${extents.join(', ')}] are not all positive and below 2^32`,
  )
  at(
    outputElements(step) < U32 && inBytes(stepByteLength(step)),
    'OUTPUT_SIZE',
    `${outputElements(step)} output elements are too many`,
  )
  at(
    reductionElements(step) <= MAX_REDUCTION,
    'REDUCTION_SIZE',
    `a reduction over ${reductionElements(step)} elements; at most ${MAX_REDUCTION}`,
  )
  const pointwise = step.kind === 'DIV' || step.kind === 'SQRT'
  at(!pointwise || step.reductionExtents.length === 0, 'KIND_REDUCES', `${step.kind} does not reduce`)
  at(
    step.b !== undefined || (step.kind !== 'DOT' && step.kind !== 'DIV'),
    'OPERAND_MISSING',
    `${step.kind} needs operand B`,
  )
  at(step.b === undefined || step.kind !== 'SQRT', 'OPERAND_FORBIDDEN', 'SQRT has no operand B')
  at(
    step.multiplier === 0 || multiplierOf(step.multiplier) !== null,
    'MULTIPLIER',
    'the multiplier is neither zero nor a positive normal float32',
  )
  at(
    isValueOf(step.dtype, step.low) && isValueOf(step.dtype, step.high) && step.low <= step.high,
    'CLAMP',
    `clamp [${step.low}, ${step.high}] is no range of ${step.dtype}`,
  )
  at(
    isValueOf('i32', step.zero) && isValueOf('i32', step.bias),
    'HEADER_RANGE',
    'zero point or bias is no i32',
  )

  for (const [name, operand] of [
    ['A', step.a],
    ['B', step.b],
    ['G', step.g],
  ] as const)
    if (operand) {
      at(
        isValueOf(operand.dtype, operand.zero),
        'ZERO_POINT',
        `operand ${name}: zero point ${operand.zero} is no ${operand.dtype}`,
      )
      at(isValueOf('i32', operand.weight), 'WEIGHT', `operand ${name}: weight ${operand.weight} is no i32`)
      at(
        step.kind !== 'DOT' || name === 'G' || operand.weight === 0,
        'WEIGHT',
        `operand ${name}: DOT has no weights`,
      )
    }
  const reach = step.g ? magnitude(step.g) : 0n
  at(reach < EXACT, 'INDEX_RANGE', 'the index value can reach 2^53')
  for (const [name, operand] of [
    ['A', step.a],
    ['B', step.b],
    ['G', step.g],
    ['P', step.p],
  ] as const)
    if (operand) validateOperand(step, name, operand, reach, program, known, at)
  validateTwins(step, at)
  validateFold(step, at)
  const gas = worstProofGas(step, context)
  at(
    gas <= PROOF_GAS_CAP,
    'PROOF_TOO_LARGE',
    `its worst proof costs ${gas} gas; the cap is ${PROOF_GAS_CAP}. Split the reduction or change the layout`,
  )
}

type At = (condition: boolean, code: string, why: string) => void

/** A root does not bind a length, so operands that name the same constant must agree on it. */
function validateTwins(step: Step, at: At): void {
  const lengths = new Map<string, number>()
  for (const { ref, byteLength } of operandsOf(step)) {
    if (ref.class !== 'constant') continue
    const known = lengths.get(ref.root) ?? byteLength
    at(
      known === byteLength,
      'ROOT_SIZE',
      `two operands take constant ${ref.root} for ${known} and ${byteLength} bytes`,
    )
    lengths.set(ref.root, byteLength)
  }
}

function validateOperand(
  step: Step,
  name: 'A' | 'B' | 'G' | 'P',
  operand: Operand | Parameters,
  reach: bigint,
  program: Program,
  known: readonly KnownTensor[],
  at: At,
): void {
  const unit = 'dtype' in operand ? dtypeSize(operand.dtype) : 1
  const { ref } = operand
  at(
    isCount(operand.byteLength) && operand.byteLength % unit === 0,
    'OPERAND_SIZE',
    `operand ${name} has ${operand.byteLength} bytes`,
  )
  if (ref.class !== 'constant') {
    const input = program.inputs[ref.index]
    const target =
      ref.class === 'step'
        ? known[ref.index]
        : input && { dtype: input.dtype, byteLength: inputByteLengths(program)[ref.index]! }
    at(
      target !== undefined,
      'REFERENCE',
      `operand ${name} reads ${ref.class} ${ref.index}, which does not exist before this step`,
    )
    at(
      target!.byteLength === operand.byteLength,
      'REFERENCE_SIZE',
      `operand ${name} takes ${ref.class} ${ref.index} for ${operand.byteLength} bytes; it has ${target!.byteLength}`,
    )
    at(
      !('dtype' in operand) || operand.dtype === target!.dtype,
      'REFERENCE_DTYPE',
      `operand ${name} takes ${ref.class} ${ref.index} for another data type than its own`,
    )
  } else
    at(
      /^0x[0-9a-f]{64}$/.test(ref.root),
      'ROOT',
      `operand ${name}: constant root ${ref.root} is not 32 bytes of lower-case hex`,
    )
  at(
    operand.coordinates.length <= MAX_COORDINATES,
    'COORDINATES',
    `operand ${name} has ${operand.coordinates.length} coordinates; at most ${MAX_COORDINATES}`,
  )
  at(
    Number.isInteger(operand.base) && operand.base >= 0 && operand.base < U32,
    'BASE',
    `operand ${name}: base ${operand.base}`,
  )
  let last = BigInt(operand.base)
  for (const coordinate of operand.coordinates) {
    validateCoordinate(step, name, coordinate, reach, at)
    last += BigInt(coordinate.limit - 1) * BigInt(coordinate.stride)
  }
  const end = 'dtype' in operand ? last : last + 7n
  at(end < BigInt(operand.byteLength / unit), 'ADDRESS', `operand ${name} can read beyond its tensor`)
}

function validateCoordinate(
  step: Step,
  name: 'A' | 'B' | 'G' | 'P',
  c: Coordinate,
  reach: bigint,
  at: At,
): void {
  at(
    isCount(c.limit) &&
      Number.isInteger(c.stride) &&
      c.stride >= 0 &&
      c.stride < U32 &&
      isValueOf('i32', c.offset),
    'COORDINATE',
    `operand ${name}: limit ${c.limit}, stride ${c.stride}, offset ${c.offset}`,
  )
  at(
    c.terms.length <= 5,
    'TERMS_TOO_MANY',
    `operand ${name}: a coordinate has ${c.terms.length} terms; at most 5 fit`,
  )
  const extents = [...step.outputExtents, ...step.reductionExtents]
  const axes = name === 'A' || name === 'B' ? extents.length : step.outputExtents.length
  let bound = BigInt(Math.abs(c.offset))
  let previous = -1
  for (const { axis, coef } of c.terms) {
    at(axis > previous, 'TERM_ORDER', `operand ${name}: the axes of a coordinate do not increase`)
    previous = axis
    at(
      axis < axes || axis === ITERATION_AXIS || (axis === INDEX_AXIS && name !== 'G' && step.g !== undefined),
      'TERM_AXIS',
      `operand ${name} may not use axis ${axis}`,
    )
    at(
      Number.isInteger(coef) && coef !== 0 && coef >= -(2 ** 23) && coef < 2 ** 23,
      'COEFFICIENT',
      `operand ${name}: coefficient ${coef}`,
    )
    const largest = axis === INDEX_AXIS ? reach : axis === ITERATION_AXIS ? 0n : BigInt(extents[axis]! - 1)
    bound += BigInt(Math.abs(coef)) * largest
  }
  at(bound < EXACT, 'COORDINATE_RANGE', `operand ${name}: a coordinate can reach 2^53`)
}

function validateFold(step: Step, at: At): void {
  const k = BigInt(reductionElements(step))
  const bias = BigInt(Math.abs(step.bias)) + (step.p ? I32 : 0n)
  const a = magnitude(step.a)
  const b = step.b ? magnitude(step.b) : 0n
  const folds = {
    SUM: k * (a + b),
    MAX: [I32, a, b].reduce((x, y) => (x > y ? x : y)),
    DOT: k * reach(step.a) * (step.b ? reach(step.b) : 0n),
    DIV: a,
    SQRT: a,
  }
  at(
    folds[step.kind] + bias < (step.kind === 'SQRT' ? EXACT_ROOT : EXACT),
    'FOLD_RANGE',
    'its accumulator can leave the exact integers of a double: split the reduction or narrow its operands',
  )
  at(step.kind !== 'DIV' || b < EXACT, 'FOLD_RANGE', 'its divisor can reach 2^53')
}

const reach = (operand: Operand): bigint => BigInt(maxMagnitude(operand.dtype, operand.zero))
const magnitude = (operand: Operand): bigint => BigInt(Math.abs(operand.weight)) * reach(operand)
const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value < U32
const inBytes = (length: number): boolean => length < U32

function check(
  condition: boolean,
  code: string,
  message: string,
  data: Readonly<Record<string, unknown>> = {},
): asserts condition {
  if (!condition) throw new ProgramError(code, message, data)
}

/** The whole range of a data type, the clamp of a step that does not clip. */
export const fullRange = (dtype: DataType): { low: number; high: number } => ({
  low: dtypeMin(dtype),
  high: dtypeMax(dtype),
})
