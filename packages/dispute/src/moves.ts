import type { Position } from '@plumbline/commitments'
import type { Hash } from '@plumbline/ir'
import type { Proof } from './proof.ts'

/** A call of the dispute game. Who may send it is the rule of the move. */
export type Move =
  | { readonly kind: 'challenge'; readonly result: Hash; readonly outputRoot: Hash }
  | {
      readonly kind: 'commit'
      readonly via: Hash
      readonly traceRoot: Hash
      readonly group: readonly Hash[]
      readonly outputRoots: readonly Hash[]
      readonly outputSiblings: readonly Hash[]
    }
  | {
      readonly kind: 'open'
      readonly via: Hash
      readonly position: Position
      readonly group: readonly Hash[]
      readonly path: readonly Hash[]
    }
  | {
      readonly kind: 'openLeaves'
      readonly via: Hash
      readonly position: Position
      readonly leaves: Uint8Array
      readonly path: readonly Hash[]
    }
  | {
      readonly kind: 'pick'
      readonly challenge: Hash
      readonly from: Position
      readonly to: Position
      readonly traceRoot: Hash
      readonly descriptor: Uint8Array
      readonly stepPath: readonly Hash[]
    }
  | { readonly kind: 'prove'; readonly result: Hash; readonly proof: Proof }
  | { readonly kind: 'timeout'; readonly challenge: Hash }
  | { readonly kind: 'expire'; readonly challenge: Hash }
  | { readonly kind: 'withdraw'; readonly challenge: Hash; readonly from: Position }
  | { readonly kind: 'settle'; readonly challenge: Hash }

/** The method of IDisputeGame that a move calls, and its arguments. */
export function callOf(move: Move): { readonly method: string; readonly args: readonly unknown[] } {
  switch (move.kind) {
    case 'challenge':
      return { method: 'challenge', args: [jobOf(move.result), attemptOf(move.result), move.outputRoot] }
    case 'commit':
      return {
        method: 'commit',
        args: [move.via, move.traceRoot, move.group, move.outputRoots, move.outputSiblings],
      }
    case 'open':
      return { method: 'open', args: [move.via, move.position, move.group, move.path] }
    case 'openLeaves':
      return { method: 'openLeaves', args: [move.via, move.position, move.leaves, move.path] }
    case 'pick':
      return {
        method: 'pick',
        args: [move.challenge, move.from, move.to, move.traceRoot, move.descriptor, move.stepPath],
      }
    case 'prove':
      return { method: 'prove', args: [move.result, move.proof] }
    case 'withdraw':
      return { method: 'withdraw', args: [move.challenge, move.from] }
    default:
      return { method: move.kind, args: [move.challenge] }
  }
}

// Ids nest (docs/specification.md, section 4): 24 bytes of job, attempt, number of the challenge.
export const jobOf = (id: Hash): Hash => `0x${id.slice(2, 50)}${'0'.repeat(16)}`
export const attemptOf = (id: Hash): number => Number.parseInt(id.slice(50, 58), 16)
export const resultOf = (id: Hash): Hash => `0x${id.slice(2, 58)}${'0'.repeat(8)}`
export const numberOf = (id: Hash): number => Number.parseInt(id.slice(58, 66), 16)
