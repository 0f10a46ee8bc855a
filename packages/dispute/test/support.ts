import { ROOT, rootOf, type Position, toHash } from '@plumbline/commitments'
import type { Hash, Program, Step } from '@plumbline/ir'
import {
  type Address,
  type ChallengeView,
  type GameView,
  type Opening,
  openingOf,
  outputRootOf,
  type Trace,
  traceOf,
} from '../src/index.ts'

export const ALICE: Address = '0xa11ce00000000000000000000000000000000000'
export const BOB: Address = '0xb0b0000000000000000000000000000000000000'
export const MALLORY: Address = '0x3a110e4000000000000000000000000000000000'

export const NOW = 10_000
export const CLOCKS = { executor: 300, challenger: 200, extension: 60 } as const

/** A chain of steps that copy `elements` bytes; what they compute is the test's business. */
export function chain(steps: number, elements: number): Program {
  const step = (index: number): Step => ({
    kind: 'SUM',
    dtype: 'u8',
    outputExtents: [elements],
    reductionExtents: [],
    multiplier: 0,
    zero: 0,
    low: 0,
    high: 255,
    bias: 0,
    a: {
      ref: index === 0 ? { class: 'input', index: 0 } : { class: 'step', index: index - 1 },
      dtype: 'u8',
      byteLength: elements,
      base: 0,
      zero: 0,
      weight: 1,
      coordinates: [{ limit: elements, stride: 1, offset: 0, terms: [{ axis: 0, coef: 1 }] }],
    },
  })
  return {
    inputs: [{ dtype: 'u8', shape: [elements] }],
    outputs: [steps - 1],
    steps: Array.from({ length: steps }, (_, i) => step(i)),
  }
}

/** A run of a chain in which the elements at `faults` (step, element) and all copies of them are wrong. */
export function run(program: Program, ...faults: (readonly [number, number])[]): Trace {
  const length = program.inputs[0]!.shape[0]!
  const input = Uint8Array.from({ length }, (_, i) => i % 251)
  let bytes = input
  const outputs = program.steps.map((_, step) => {
    bytes = bytes.slice()
    for (const [faulty, element] of faults) if (faulty === step) bytes[element]! ^= 1
    return bytes
  })
  return traceOf(program, new Map(), [input], outputs)
}

const RESULT: Hash = `0x${'a'.repeat(48)}0000000000000000`

/** A posted result of which nobody has said anything. */
export const posted = (trace: Trace, now = NOW): GameView => ({
  now,
  program: trace.program,
  result: {
    id: RESULT,
    phase: 'posted',
    jobHead: RESULT,
    outputRoot: outputRootOf(trace),
    windowEnd: NOW + 1_000,
    extension: CLOCKS.extension,
  },
  challenges: [],
  openings: new Map(),
})

/** With one more challenge, the latest. */
export function challenged(view: GameView, challenger: Address, more: Partial<ChallengeView> = {}): GameView {
  const number = view.challenges.length + 1
  const challenge: ChallengeView = {
    id: challengeId(number),
    challenger,
    since: NOW - 10,
    executorLeft: CLOCKS.executor,
    challengerLeft: CLOCKS.challenger,
    position: ROOT,
    ended: false,
    ...more,
  }
  return { ...view, challenges: [...view.challenges, challenge] }
}

/** With positions of a committed trace open, ROOT first. */
export function opened(
  view: GameView,
  committed: Trace,
  positions: readonly Position[] = [ROOT],
  at = NOW - 5,
): GameView {
  const openings = new Map<Position, Opening>(view.openings)
  for (const position of positions) openings.set(position, { at, ...openingOf(view, position, committed) })
  return {
    ...view,
    result: { ...view.result, traceRoot: toHash(rootOf(committed.root())) },
    openings,
  }
}

export const challengeId = (number: number): Hash =>
  `0x${RESULT.slice(2, 58)}${number.toString(16).padStart(8, '0')}`
