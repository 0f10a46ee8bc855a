/** Gas of the moves. Those of a dispute are metered: the judge pays these amounts (contracts/libraries/Metering.sol). */

export const METERING = {
  challenge: 110_000,
  pick: 50_000,
  timeout: 150_000,
  proofCap: 600_000,
  commit: 150_000,
  open: 66_000,
  word: 1_000,
  leafByte: 26,
  proofByte: 18,
  groupNodes: 64,
  tensorDepth: 25,
  descriptorBytes: 42 * 32,
} as const

/** What the money rules need to know of a program. */
export interface Program {
  readonly name: string
  /** Openings after the commit on the longest way down. */
  readonly rounds: number
  readonly traceDepth: number
  readonly outputs: number
  /** Nodes that a typical opening reveals. */
  readonly groupNodes: number
  /** Gas of the proof of a typical element, and of the worst one. */
  readonly proof: number
  readonly worstProof: number
}

/** Moves that are no part of a dispute; typical whole transactions with a small inline input and output. */
export const JOB_GAS = {
  request: 110_000,
  claim: 95_000,
  post: 45_000,
  finalize: 70_000,
  expire: 60_000,
} as const

export interface DisputeGas {
  readonly challenge: number
  readonly commit: number
  readonly open: number
  readonly openLeaves: number
  readonly pick: number
  readonly prove: number
  readonly timeout: number
  /** Ends a challenge; not metered. */
  readonly end: number
}

export function disputeGas(program: Program): DisputeGas {
  const m = METERING
  return {
    challenge: m.challenge,
    commit: m.commit + m.word * (program.groupNodes + program.outputs * (1 + program.traceDepth)),
    open: m.open + m.word * (program.groupNodes + program.traceDepth),
    openLeaves: m.open + m.leafByte * 1_024 + m.word * (program.traceDepth + 8),
    pick: m.pick,
    prove: program.proof,
    timeout: m.timeout,
    end: 50_000,
  }
}

/** Worst gas of either side in one challenge, as the registry reckons it: what bonds cover. */
export function worstGas(program: Program): number {
  const m = METERING
  const executor =
    m.commit +
    m.word * (m.groupNodes + program.outputs * (1 + program.traceDepth)) +
    program.rounds * (m.open + m.word * (m.groupNodes + program.traceDepth + m.tensorDepth))
  const challenger =
    m.challenge +
    program.rounds * m.pick +
    (m.pick + m.word * program.traceDepth + m.proofByte * m.descriptorBytes) +
    Math.min(program.worstProof, m.proofCap)
  return Math.max(executor, challenger)
}
