import {
  allocate,
  byteLength,
  bytesOf,
  type Constants,
  elementsOf,
  type Operand,
  operandsOf,
  outputElements,
  type Parameters,
  type Program,
  ProgramError,
  type Step,
  validateProgram,
} from '@plumbline/ir'
import { prepareByLines } from './by-lines.ts'
import { prepareByMatrix } from './by-matrix.ts'
import { matrixPlan } from './matrix-plan.ts'
import type { PreparedStep, StepTensors } from './prepared.ts'

export interface RunOptions {
  /**
   * Called after every step with its output. Bytes that it changes in place are what all later steps read and what
   * the trace holds: that is how faults are injected.
   */
  readonly onStep?: (index: number, output: Uint8Array) => void
  readonly signal?: AbortSignal
}

/** A program made ready to run many times. */
export interface PreparedProgram {
  readonly program: Program
  /**
   * The bytes of every step's output. Lets other work of the process run between steps.
   * @throws ProgramError INPUT_COUNT, INPUT_LENGTH; the signal's reason
   */
  readonly run: (inputs: readonly Uint8Array[], options?: RunOptions) => Promise<readonly Uint8Array[]>
}

/** A run that has held the thread this long lets others have it. */
const HOLD_MS = 10

/**
 * Validates and compiles. The constants are taken by reference and must not change afterwards.
 * @throws ProgramError of validateProgram; TENSOR_MISSING, TENSOR_LENGTH for a constant
 */
export function prepareProgram(program: Program, constants: Constants): PreparedProgram {
  validateProgram(program)
  for (const step of program.steps) for (const operand of operandsOf(step)) constantOf(operand, constants)
  const steps = program.steps.map((step) => prepareStep(step, constants))
  return {
    program,
    run: async (inputs, { onStep, signal } = {}) => {
      checkInputs(program, inputs)
      const done: Uint8Array[] = []
      let since = performance.now()
      for (const [index, step] of program.steps.entries()) {
        signal?.throwIfAborted()
        const out = allocate(step.dtype, outputElements(step))
        steps[index]!(tensorsOf(step, constants, inputs, done), out)
        done.push(bytesOf(out))
        onStep?.(index, done[index]!)
        if (performance.now() - since < HOLD_MS) continue
        await new Promise(setImmediate)
        since = performance.now()
      }
      signal?.throwIfAborted()
      return done
    },
  }
}

/** Runs a program once: prepareProgram for many times. */
export const runCompiled = async (
  program: Program,
  constants: Constants,
  inputs: readonly Uint8Array[],
  options?: RunOptions,
): Promise<readonly Uint8Array[]> => prepareProgram(program, constants).run(inputs, options)

function prepareStep(step: Step, constants: Constants): PreparedStep {
  const plan = matrixPlan(step)
  if (!plan) return prepareByLines(step)
  const right = step[plan.right]!
  const constant = constantOf(right, constants)
  return prepareByMatrix(step, plan, constant && elementsOf(right.dtype, constant))
}

function tensorsOf(
  step: Step,
  constants: Constants,
  inputs: readonly Uint8Array[],
  done: readonly Uint8Array[],
): StepTensors {
  const bytes = (operand: Operand | Parameters): Uint8Array => {
    const { ref } = operand
    if (ref.class === 'constant') return constantOf(operand, constants)!
    return (ref.class === 'input' ? inputs : done)[ref.index]!
  }
  const elements = (operand: Operand) => elementsOf(operand.dtype, bytes(operand))
  return {
    a: elements(step.a),
    ...(step.b && { b: elements(step.b) }),
    ...(step.g && { g: elements(step.g) }),
    ...(step.p && { p: bytes(step.p) }),
  }
}

/** A root does not bind the length of what it commits to, so a longer constant may stand for its beginning. */
function constantOf(
  { ref, byteLength: length }: Operand | Parameters,
  constants: Constants,
): Uint8Array | null {
  if (ref.class !== 'constant') return null
  const bytes = constants.get(ref.root)
  if (!bytes) throw new ProgramError('TENSOR_MISSING', `constant ${ref.root} is not at hand`, { ref })
  if (bytes.byteLength < length)
    throw new ProgramError(
      'TENSOR_LENGTH',
      `constant ${ref.root} has ${bytes.byteLength} bytes; a step reads ${length}`,
      { ref, byteLength: bytes.byteLength },
    )
  return bytes.subarray(0, length)
}

function checkInputs({ inputs: types }: Program, inputs: readonly Uint8Array[]): void {
  if (inputs.length !== types.length)
    throw new ProgramError('INPUT_COUNT', `the program takes ${types.length} inputs, not ${inputs.length}`)
  for (const [index, type] of types.entries())
    if (inputs[index]!.byteLength !== byteLength(type))
      throw new ProgramError(
        'INPUT_LENGTH',
        `input ${index} has ${inputs[index]!.byteLength} bytes; [${type.shape.join(', ')}] ${type.dtype} takes ${byteLength(type)}`,
        { input: index },
      )
}
