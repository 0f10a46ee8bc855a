import { readFileSync } from 'node:fs'

const SOURCE = new URL('../../contracts/libraries/Metering.sol', import.meta.url)

/** What the judge pays for the moves of a dispute: the contract's own constants, read from its source. */
const METERING = constantsOf(readFileSync(SOURCE, 'utf8'), [
  'CHALLENGE',
  'PICK',
  'TIMEOUT',
  'PROOF_CAP',
  'COMMIT',
  'OPEN',
  'WORD',
  'LEAF_BYTE',
  'DESCRIPTOR_BYTE',
  'GROUP_NODES',
  'TENSOR_DEPTH',
  'DESCRIPTOR_BYTES',
])

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

/** Moves that are no part of a dispute, with an inline input of 1 KB, as snapshots/JobMarket.json has them. */
export const JOB_GAS = {
  request: 102_000,
  claim: 111_000,
  post: 60_000,
  finalize: 70_000,
  expire: 65_000,
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
    challenge: m.CHALLENGE,
    commit: m.COMMIT + m.WORD * (program.groupNodes + program.outputs * (1 + program.traceDepth)),
    open: m.OPEN + m.WORD * (program.groupNodes + program.traceDepth),
    openLeaves: m.OPEN + m.LEAF_BYTE * 1_024 + m.WORD * (program.traceDepth + 8),
    pick: m.PICK,
    prove: program.proof,
    timeout: m.TIMEOUT,
    end: 50_000,
  }
}

/** Worst gas of either side in one challenge, as the registry reckons it: what bonds cover. */
export function worstGas(program: Program): number {
  const m = METERING
  const executor =
    m.COMMIT +
    m.WORD * (m.GROUP_NODES + program.outputs * (1 + program.traceDepth)) +
    program.rounds * (m.OPEN + m.WORD * (m.GROUP_NODES + program.traceDepth + m.TENSOR_DEPTH))
  const challenger =
    m.CHALLENGE +
    program.rounds * m.PICK +
    (m.PICK + m.WORD * program.traceDepth + m.DESCRIPTOR_BYTE * m.DESCRIPTOR_BYTES) +
    Math.min(program.worstProof, m.PROOF_CAP)
  return Math.max(executor, challenger)
}

/** Values of `uint256 … constant NAME = …;`, products included. */
export function constantsOf<Name extends string>(
  solidity: string,
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  const entries = names.map((name): [Name, number] => {
    const value = new RegExp(` constant ${name} = ([\\d_* ]+);`).exec(solidity)?.[1]
    if (value === undefined) throw new MissingConstant(name)
    return [
      name,
      value.split('*').reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1),
    ]
  })
  return Object.fromEntries(entries) as Record<Name, number>
}

export class MissingConstant extends Error {
  readonly code = 'SIM_MISSING_CONSTANT'
  constructor(name: string) {
    super(`contracts/libraries/Metering.sol has no constant ${name}: scripts/sim/gas.ts reckons with it`)
  }
}
