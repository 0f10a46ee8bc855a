import assert from 'node:assert/strict'
import { test } from 'node:test'
import { positionAt, ROOT } from '@plumbline/commitments'
import { challengerMoves, type GameView, type Move } from '../src/index.ts'
import { ALICE, BOB, chain, challenged, challengeId, MALLORY, NOW, opened, posted, run } from './support.ts'

const program = chain(5, 3_000)
const honest = run(program)
const wrong = run(program, [2, 1_500])
/** Step 2's tensor has 24 leaves: depth 5, one group of 3 nodes at level 3, then raw leaves. */
const TENSOR = positionAt(3, 5, 0)
const RAW = positionAt(3, 3, 1)

const moves = (view: GameView, self = ALICE): readonly Move[] => challengerMoves(view, self, honest)
const kinds = (view: GameView, self = ALICE): readonly string[] => moves(view, self).map(({ kind }) => kind)
const at = (view: GameView, now: number): GameView => ({ ...view, now })
const ended = (view: GameView, phase: 'final' | 'defeated'): GameView => ({
  ...view,
  result: { ...view.result, phase },
})

interface Rule {
  readonly rule: string
  readonly why: string
  readonly view: GameView
  readonly says: readonly string[]
}

const committed = opened(challenged(posted(wrong), ALICE), wrong)
const atTensor = (view: GameView): GameView => challenged(view, ALICE, { position: TENSOR })
const allOpen = opened(posted(wrong), wrong, [ROOT, TENSOR, RAW])

const RULES: readonly Rule[] = [
  {
    rule: 'challenges a wrong answer',
    why: 'nobody else may be watching',
    view: posted(wrong),
    says: ['challenge'],
  },
  {
    rule: 'challenges a wrong answer that others challenge already',
    why: 'they may be the liar’s accomplices, who give up or stall',
    view: challenged(challenged(posted(wrong), BOB), MALLORY),
    says: ['challenge'],
  },
  {
    rule: 'leaves a right answer alone, whoever challenges it',
    why: 'a challenge of it would be lost',
    view: opened(challenged(posted(honest), MALLORY), honest),
    says: [],
  },
  {
    rule: 'challenges in the last second of the window',
    why: 'the window includes its end',
    view: at(posted(wrong), NOW + 1_000),
    says: ['challenge'],
  },
  {
    rule: 'does not challenge after the window',
    why: 'the contract refuses it',
    view: at(posted(wrong), NOW + 1_001),
    says: [],
  },
  {
    rule: 'waits for the commit',
    why: 'the executor is on move',
    view: challenged(posted(wrong), ALICE),
    says: [],
  },
  { rule: 'picks when the trace is open', why: 'it is on move', view: committed, says: ['pick'] },
  {
    rule: 'waits for an opening that it asked for',
    why: 'the executor is on move',
    view: atTensor(opened(posted(wrong), wrong)),
    says: [],
  },
  {
    rule: 'proves as soon as a wrong element is open, wherever its own challenge stands',
    why: 'a proof needs the trace, not a challenge’s position',
    view: challenged(allOpen, ALICE),
    says: ['prove'],
  },
  {
    rule: 'proves without a challenge of its own',
    why: 'the game ends at once, and no bond is risked',
    view: allOpen,
    says: ['prove'],
  },
  {
    rule: 'claims the time of an executor who does not commit',
    why: 'silence loses by the clock alone',
    view: at(challenged(posted(wrong), ALICE), NOW + 291),
    says: ['timeout'],
  },
  {
    rule: 'claims it in another’s challenge too',
    why: 'anybody may, and it ends the game',
    view: at(challenged(posted(wrong), BOB), NOW + 291),
    says: ['timeout'],
  },
  {
    rule: 'does not claim it in the executor’s last second',
    why: 'a move and a timeout exclude each other',
    view: at(challenged(posted(wrong), ALICE), NOW + 290),
    says: [],
  },
  {
    rule: 'ends lost challenges that are earlier than its own before it proves',
    why: 'the earliest one that has not ended takes the reward',
    view: challenged(
      opened(
        challenged(posted(wrong), MALLORY, { since: NOW - 9_000 }),
        wrong,
        [ROOT, TENSOR, RAW],
        NOW - 8_990,
      ),
      ALICE,
    ),
    says: ['expire', 'prove'],
  },
  {
    rule: 'leaves lost challenges alone that are later than its own',
    why: 'they take nothing from it, and ending them costs gas',
    view: challenged(
      challenged(opened(posted(wrong), wrong, [ROOT, TENSOR, RAW], NOW - 8_990), ALICE),
      MALLORY,
      { since: NOW - 9_000 },
    ),
    says: ['prove'],
  },
  {
    rule: 'challenges again when its challenge ran out of time within the window',
    why: 'an outage must not let the lie pass',
    view: opened(challenged(posted(wrong), ALICE, { since: NOW - 9_000 }), wrong, [ROOT], NOW - 8_990),
    says: ['challenge'],
  },
  {
    rule: 'takes its bonds back from a defeated result',
    why: 'they are pulled, one by one',
    view: ended(challenged(challenged(challenged(posted(wrong), ALICE), BOB), ALICE), 'defeated'),
    says: ['settle', 'settle'],
  },
  {
    rule: 'settles what never ended of a final result, and nothing twice',
    why: 'its derived state decides what comes back',
    view: ended(challenged(challenged(posted(wrong), ALICE), ALICE, { ended: true }), 'final'),
    says: ['settle'],
  },
]

for (const { rule, why, view, says } of RULES)
  test(`an honest challenger ${rule} (${why})`, () => {
    assert.deepEqual(kinds(view), says)
  })

const pickOf = (view: GameView): Extract<Move, { kind: 'pick' }> =>
  moves(view).find((move) => move.kind === 'pick')!

test('it goes down to the leftmost wrong step: the operands of that one are right', () => {
  const several = run(program, [3, 0], [1, 2_999], [4, 7])
  const view = opened(challenged(posted(several), ALICE), several)
  assert.equal(pickOf(view).to, positionAt(2, 5, 0))
})

test('it names the position that it leaves, the trace, and the step’s descriptor', () => {
  const pick = pickOf(committed)
  assert.equal(pick.from, ROOT)
  assert.equal(pick.to, TENSOR)
  assert.equal(pick.traceRoot, committed.result.traceRoot)
  assert.equal(pick.descriptor.byteLength, 32 * 4)
  assert.equal(pick.stepPath.length, 3)
})

test('inside a tensor it needs no descriptor', () => {
  const pick = pickOf(challenged(opened(posted(wrong), wrong, [ROOT, TENSOR]), ALICE, { position: TENSOR }))
  assert.equal(pick.to, RAW)
  assert.equal(pick.descriptor.byteLength + pick.stepPath.length, 0)
})

test('it goes down through all that is open in one pick', () => {
  const pick = pickOf(challenged(opened(posted(wrong), wrong, [ROOT, TENSOR]), ALICE))
  assert.equal(pick.from, ROOT)
  assert.equal(pick.to, RAW)
})

test('it proves the first wrong element of the opened leaves', () => {
  const [prove] = moves(opened(posted(wrong), wrong, [ROOT, TENSOR, RAW]))
  assert.ok(prove?.kind === 'prove')
  assert.equal(prove.proof.step, 2)
  assert.equal(prove.proof.element, 1_500)
})

test('it ends the lost challenge by its id', () => {
  const [expire] = moves(RULES.find(({ rule }) => rule.startsWith('ends lost'))!.view)
  assert.deepEqual(expire, { kind: 'expire', challenge: challengeId(1) })
})

test('a tensor whose tree is not that of its bytes is asked to be opened, and its leaf is not proved on', () => {
  // The hashes differ, the opened bytes would not: the executor cannot open them, and its clock decides.
  const forged = { ...wrong, tensor: (step: number) => run(program, [step, 0]).tensor(step) }
  const view = opened(posted(wrong), forged, [ROOT])
  assert.deepEqual(kinds(challenged(view, ALICE)), ['pick'])
})
