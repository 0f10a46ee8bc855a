import { type Ledger, nextBlock, read, readDispute, revertName } from '@plumbline/chain'
import { callOf, type GameView, jobOf, type Move } from '@plumbline/dispute'
import type { Hash, Program } from '@plumbline/ir'
import type { NodeContext } from './context.ts'

export async function gameView(
  { chain }: NodeContext,
  ledger: Ledger,
  result: Hash,
  program: Program,
): Promise<GameView> {
  return { program, ...(await readDispute(chain, ledger, result)) }
}

/**
 * Sends moves in their order until one reverts: then somebody else moved first, and the next round decides anew.
 * Returns whether all were sent.
 */
export async function play(context: NodeContext, moves: readonly Move[]): Promise<boolean> {
  const { chain, sender, log } = context
  for (const move of moves) {
    const { method, args } = callOf(move)
    const value = move.kind === 'challenge' ? await bondOf(context, move.result) : 0n
    const about = { move: move.kind, ...aboutOf(move) }
    try {
      const { gasUsed, hash } = await sender.send({ contract: 'disputeGame', fn: method, args, value })
      log.info(
        { ...about, gas: Number(gasUsed), transaction: hash, chain: chain.deployment.chainId },
        'moved',
      )
    } catch (error) {
      if (revertName(error) === null) throw error
      log.warn({ ...about, error }, 'move refused')
      return false
    }
  }
  return true
}

async function bondOf({ chain }: NodeContext, result: Hash): Promise<bigint> {
  const { baseFee } = await nextBlock(chain.rpc)
  // The base fee may rise by an eighth until the next block; what exceeds the bond comes back.
  const [bond] = await read(chain, 'disputeGame', 'bondFor', [jobOf(result), (baseFee * 9n) / 8n])
  return bond as bigint
}

function aboutOf(move: Move): Readonly<Record<string, unknown>> {
  switch (move.kind) {
    case 'challenge':
      return { result: move.result }
    case 'prove':
      return { result: move.result, step: move.proof.step, element: move.proof.element }
    case 'commit':
      return { challenge: move.via, traceRoot: move.traceRoot }
    case 'open':
    case 'openLeaves':
      return { challenge: move.via, position: move.position }
    case 'pick':
      return { challenge: move.challenge, from: move.from, to: move.to }
    default:
      return { challenge: move.challenge }
  }
}
