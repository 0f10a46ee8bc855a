export { challengerMoves, outputRootOf, pickMove } from './challenger.ts'
export { type ChallengeState, spend, type Standing, stateAt, stateOf, type Turn, turnOf } from './clock.ts'
export { follow, type Lead } from './descent.ts'
export * from './errors.ts'
export {
  type Fault,
  liarMoves,
  type Lie,
  lyingRun,
  type LyingRun,
  parseFault,
  type Run,
  type Spot,
} from './faults.ts'
export { type Mischief, mischiefMoves } from './mischief.ts'
export { attemptOf, callOf, jobOf, type Move, numberOf, resultOf } from './moves.ts'
export { buildProof, type Proof, witnessOf } from './proof.ts'
export { childrenOf, isUnder, leavesOf, publishedTree, tensorPosition } from './published.ts'
export { openingOf, responderMoves } from './responder.ts'
export { createTrace, type Trace, traceOf, type TraceSource } from './trace.ts'
export type { Address, ChallengeView, GameView, Opening, ResultView } from './view.ts'
