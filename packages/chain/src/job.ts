import type { Hash } from '@plumbline/ir'
import { type Chain, read } from './contracts.ts'
import type { Address } from './deployment.ts'

export const PHASES = ['none', 'open', 'claimed', 'posted', 'final', 'cancelled'] as const
export type Phase = (typeof PHASES)[number]

/** What the market stores of a job now. Tokens and coins in their smallest units, times in seconds. */
export interface JobState {
  readonly phase: Phase
  readonly attempt: number
  readonly version: number
  readonly parameters: number
  readonly judge: Address
  readonly window: number
  readonly openedAt: number
  readonly deadline: number
  readonly executor: Address
  readonly responder: Address
  readonly price: bigint
  /** Worst gas of either side in one challenge. */
  readonly bondGas: number
  readonly gasPrice: bigint
  readonly bond: bigint
  readonly inputInline: boolean
  readonly outputInline: boolean
  readonly disputed: boolean
  readonly delivered: boolean
  readonly outputRoot: Hash
}

export async function readJob(chain: Chain, id: Hash): Promise<JobState> {
  const [job] = await read(chain, 'jobMarket', 'job', [id])
  return {
    phase: PHASES[Number(job.phase)] ?? 'none',
    attempt: Number(job.attempt),
    version: Number(job.version),
    parameters: Number(job.parameters),
    judge: job.judge,
    window: Number(job.window),
    openedAt: Number(job.openedAt),
    deadline: Number(job.deadline),
    executor: job.executor,
    responder: job.responder,
    price: job.price,
    bondGas: Number(job.bondGas),
    gasPrice: job.gasPrice,
    bond: job.bond,
    inputInline: job.inputInline,
    outputInline: job.outputInline,
    disputed: job.disputed,
    delivered: job.delivered,
    outputRoot: job.outputRoot,
  }
}
