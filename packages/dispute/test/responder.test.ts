import assert from 'node:assert/strict'
import { test } from 'node:test'
import { positionAt, rootFromLeaves, ROOT, toHash, fromHash } from '@plumbline/commitments'
import { type GameView, type Move, responderMoves } from '../src/index.ts'
import { ALICE, BOB, chain, challenged, challengeId, NOW, opened, posted, run } from './support.ts'

const program = chain(70, 3_000)
const trace = run(program)
const TENSOR = positionAt(11, 5, 0)
const moves = (view: GameView): readonly Move[] => responderMoves(view, trace)

interface Rule {
  readonly rule: string
  readonly why: string
  readonly view: GameView
  readonly says: readonly (readonly [string, number])[]
}

const number = (move: Move): number =>
  Number.parseInt(('via' in move ? move.via : 'challenge' in move ? move.challenge : '').slice(58), 16)

const RULES: readonly Rule[] = [
  {
    rule: 'builds no trace while nobody asks',
    why: 'the honest path stays cheap',
    view: posted(trace),
    says: [],
  },
  {
    rule: 'commits when it is challenged',
    why: 'its clock runs',
    view: challenged(posted(trace), ALICE),
    says: [['commit', 1]],
  },
  {
    rule: 'commits once, for the challenge with the nearest deadline',
    why: 'one commit answers all of them',
    view: challenged(challenged(posted(trace), ALICE), BOB, { since: NOW - 100 }),
    says: [['commit', 2]],
  },
  {
    rule: 'has nothing to say where its opening already lies open',
    why: 'the challenger is on move',
    view: opened(challenged(posted(trace), ALICE), trace),
    says: [],
  },
  {
    rule: 'opens every position where a challenge waits, the most urgent first',
    why: 'each has a clock of its own',
    view: opened(
      challenged(challenged(posted(trace), ALICE, { position: TENSOR }), BOB, {
        position: positionAt(5, 5, 0),
        since: NOW - 200,
      }),
      trace,
    ),
    says: [
      ['open', 2],
      ['open', 1],
    ],
  },
  {
    rule: 'opens a position once however many challenges wait there',
    why: 'openings belong to the result',
    view: opened(
      challenged(challenged(posted(trace), ALICE, { position: TENSOR }), BOB, { position: TENSOR }),
      trace,
    ),
    says: [['open', 1]],
  },
  {
    rule: 'ends challenges whose challenger ran out of time',
    why: 'a result is final only when none is live',
    view: opened(challenged(posted(trace), ALICE, { since: NOW - 9_000 }), trace, [ROOT], NOW - 8_990),
    says: [['expire', 1]],
  },
  {
    rule: 'does not answer where its own time is over',
    why: 'the contract refuses it',
    view: challenged(posted(trace), ALICE, { since: NOW - 301 }),
    says: [],
  },
  {
    rule: 'answers in its last second',
    why: 'the deadline is the last second to move',
    view: challenged(posted(trace), ALICE, { since: NOW - 300 }),
    says: [['commit', 1]],
  },
  {
    rule: 'is silent about a result that is finished',
    why: 'nothing moves any more',
    view: { ...challenged(posted(trace), ALICE), result: { ...posted(trace).result, phase: 'defeated' } },
    says: [],
  },
]

for (const { rule, why, view, says } of RULES)
  test(`an executor ${rule} (${why})`, () => {
    assert.deepEqual(
      moves(view).map((move) => [move.kind, number(move)]),
      says,
    )
  })

test('its commit opens the group of ROOT and proves the outputs', () => {
  const [commit] = moves(challenged(posted(trace), ALICE))
  assert.ok(commit?.kind === 'commit')
  assert.equal(commit.via, challengeId(1))
  // 70 leaves: depth 7, a group of four levels.
  assert.equal(commit.group.length, 9)
  const root = rootFromLeaves(
    70,
    commit.outputRoots.map((hash) => ({ index: 69, hash: fromHash(hash) })),
    commit.outputSiblings.map(fromHash),
  )
  assert.equal(toHash(root), commit.traceRoot)
})

test('raw leaves are opened without the padding after the tensor’s end', () => {
  const position = positionAt(11, 3, 2)
  const view = opened(challenged(posted(trace), ALICE, { position }), trace, [ROOT, TENSOR])
  const [open] = moves(view)
  assert.ok(open?.kind === 'openLeaves')
  assert.equal(open.leaves.byteLength, 3_000 - 2 * 1_024)
})
