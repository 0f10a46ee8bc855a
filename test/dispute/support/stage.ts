import assert from 'node:assert/strict'
import {
  type Address,
  callOf,
  challengerMoves,
  childrenOf,
  type GameView,
  liarMoves,
  lyingRun,
  type Move,
  parseFault,
  pickMove,
  responderMoves,
  type Trace,
  traceOf,
} from '@plumbline/dispute'
import type { Hash } from '@plumbline/ir'
import { runCompiled } from '@plumbline/runtime'
import { bondOf, type Case, type Court, idOf, on, post, register, type Signer, viewOf } from './court.ts'
import type { Workload } from './programs.ts'

/** A posted result with its executor's trace and the right one; moves one by one, at chosen seconds. */
export interface Stage {
  readonly matter: Case
  readonly court: Court
  readonly committed: Trace
  readonly honest: Trace
  readonly challenger: Signer
  readonly other: Signer
  readonly view: () => Promise<GameView>
  /** Opens a challenge; returns its id. */
  readonly challenge: (by?: Signer) => Promise<Hash>
  /** What the executor would send now for a challenge's position. */
  readonly answer: () => Promise<Move>
  /** The pick of a child of a challenge's position: the leftmost differing one, or by number. */
  readonly descent: (id: Hash, child?: number) => Promise<Move>
  readonly proof: () => Promise<Move>
  readonly move: (by: Signer, move: Move) => Promise<bigint>
  readonly call: (by: Signer, method: string, ...args: readonly unknown[]) => Promise<bigint>
  /** Sets the time of the next block. */
  readonly at: (time: number) => Promise<void>
  readonly state: (id: Hash) => Promise<{ readonly state: number; readonly deadline: number }>
}

export const STATE = {
  none: 0,
  executorMove: 1,
  challengerMove: 2,
  executorLost: 3,
  challengerLost: 4,
  ended: 5,
} as const

export async function setStage(court: Court, workload: Workload, fault?: string): Promise<Stage> {
  const { program, constants, inputs } = workload
  const run = async (onStep?: (step: number, output: Uint8Array) => void): Promise<readonly Uint8Array[]> =>
    runCompiled(program, constants, inputs, onStep && { onStep })
  const honest = traceOf(program, constants, inputs, await run())
  const parsed = fault === undefined ? undefined : parseFault(fault, program)
  const lie = parsed && (await lyingRun(parsed.lie, program, constants, inputs, run))
  const committed = lie?.committed ?? honest
  const matter = await post(court, lie?.posted ?? honest, await register(court, program))
  const [challenger, other] = court.others
  const view = async (): Promise<GameView> => viewOf(matter)
  const call = async (by: Signer, method: string, ...args: readonly unknown[]): Promise<bigint> => {
    const response = await on(court.game, by)(method)(...args)
    return (await response.wait()).gasUsed as bigint
  }
  const move = async (by: Signer, sent: Move): Promise<bigint> => {
    const { method, args } = callOf(sent)
    return sent.kind === 'challenge'
      ? call(by, method, ...args, { value: await bondOf(matter) })
      : call(by, method, ...args)
  }
  return {
    matter,
    court,
    committed,
    honest,
    challenger: challenger!,
    other: other!,
    view,
    challenge: async (by = challenger!) => {
      const number = (await view()).challenges.length + 1
      await move(by, { kind: 'challenge', result: matter.result, outputRoot: matter.outputRoot })
      return idOf(matter.result, number)
    },
    answer: async () => {
      const now = await view()
      return (parsed ? liarMoves(now, committed, parsed) : responderMoves(now, committed))[0]!
    },
    descent: async (id, child) => {
      const now = await view()
      const challenge = now.challenges.find((candidate) => candidate.id === id)!
      if (child === undefined)
        return challengerMoves(now, challenge.challenger, honest).find(
          (candidate) => candidate.kind === 'pick' && candidate.challenge === id,
        )!
      return pickMove(now, challenge, childrenOf(now, challenge.position)[child]!.position)
    },
    proof: async () =>
      challengerMoves(await view(), challenger!.address as Address, honest).find(
        ({ kind }) => kind === 'prove',
      )!,
    move,
    call,
    at: async (time) => court.connection.networkHelpers.time.setNextBlockTimestamp(time),
    state: async (id) => {
      const [state, deadline] = await court.game.getFunction('stateOf')(id)
      return { state: Number(state), deadline: Number(deadline) }
    },
  }
}

/** Plays a stage's only challenge down to open raw leaves: the proof is the next move. */
export async function bringToProof(stage: Stage, id: Hash): Promise<void> {
  for (;;) {
    const { state } = await stage.state(id)
    if (state === STATE.executorMove) await stage.move(stage.court.executor, await stage.answer())
    else {
      const next = await stage.descent(id)
      if (!next) return
      await stage.move(stage.challenger, next)
    }
  }
}

/** A transaction that the contracts refuse, with a named error. */
export async function refused(sent: Promise<unknown>, name: string): Promise<void> {
  await assert.rejects(sent, (error: Error) => {
    assert.ok(error.message.includes(name), `expected ${name}: ${error.message.slice(0, 400)}`)
    return true
  })
}
