import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHash, rootOf, tensorTree, positionAt, ROOT } from '@plumbline/commitments'
import { liarMoves, lyingRun, mischiefMoves, parseFault, type Fault, type Run } from '../src/index.ts'
import { chain, challenged, MALLORY, opened, posted, run } from './support.ts'

const program = chain(3, 200)
const constants = new Map()
const input = Uint8Array.from({ length: 200 }, (_, i) => i)

/** The chain copies its input from step to step. */
const runChain: Run = async (onStep) => {
  let bytes = input
  return program.steps.map((_, step) => {
    bytes = bytes.slice()
    onStep?.(step, bytes)
    return bytes
  })
}

const PARSED: readonly (readonly [string, Fault])[] = [
  ['1:199', { lie: { kind: 'elements', spots: [{ step: 1, element: 199 }] } }],
  [
    '0:0+2:5',
    {
      lie: {
        kind: 'elements',
        spots: [
          { step: 0, element: 0 },
          { step: 2, element: 5 },
        ],
      },
    },
  ],
  ['output:7', { lie: { kind: 'output', spot: { step: 2, element: 7 } } }],
  ['padding:1', { lie: { kind: 'padding', step: 1 } }],
  ['elsewhere', { lie: { kind: 'elsewhere' } }],
  ['1:0@0', { lie: { kind: 'elements', spots: [{ step: 1, element: 0 }] }, silentAfter: 0 }],
  ['padding:1@3', { lie: { kind: 'padding', step: 1 }, silentAfter: 3 }],
]
for (const [text, fault] of PARSED)
  test(`the fault "${text}" is read`, () => {
    assert.deepEqual(parseFault(text, program), fault)
  })

for (const text of ['', 'x', '1', '1:', ':1', '1:2:', '-1:0', '1:0@', '1:0@x', 'output', 'padding:', '1:0+'])
  test(`the fault "${text}" is refused`, () => {
    assert.throws(() => parseFault(text, program), { code: 'FAULT_UNKNOWN' })
  })
for (const text of ['3:0', '0:200', 'output:200', 'padding:3'])
  test(`the fault "${text}" of an element that is not there is refused`, () => {
    assert.throws(() => parseFault(text, program), { code: 'FAULT_RANGE' })
  })

test('a changed element is in every later output, and in the commitment', async () => {
  const { posted: said, committed } = await lyingRun(
    { kind: 'elements', spots: [{ step: 1, element: 5 }] },
    program,
    constants,
    [input],
    runChain,
  )
  assert.deepEqual(
    program.steps.map((_, step) => said.output(step)[5]),
    [5, 250, 250],
  )
  assert.equal(toHash(rootOf(committed.tensor(2))), toHash(rootOf(tensorTree(said.output(2)))))
})

test('a changed output leaves everything before it as it is', async () => {
  const { posted: said } = await lyingRun(
    { kind: 'output', spot: { step: 2, element: 5 } },
    program,
    constants,
    [input],
    runChain,
  )
  assert.deepEqual(
    program.steps.map((_, step) => said.output(step)[5]),
    [5, 5, 250],
  )
})

test('forged padding changes the commitment, not the bytes', async () => {
  const { committed } = await lyingRun({ kind: 'padding', step: 0 }, program, constants, [input], runChain)
  assert.deepEqual(committed.output(0), input)
  assert.notEqual(toHash(rootOf(committed.tensor(0))), toHash(rootOf(tensorTree(input))))
})

test('a trace that ends elsewhere is the honest one', async () => {
  const { posted: said, committed } = await lyingRun(
    { kind: 'elsewhere' },
    program,
    constants,
    [input],
    runChain,
  )
  assert.notDeepEqual(said.output(2), committed.output(2))
  assert.deepEqual(committed.output(2), input)
})

test('a fault that nobody could notice is refused', async () => {
  const masked: Run = async (onStep) => {
    const outputs = await runChain(onStep)
    return [...outputs.slice(0, 2), input]
  }
  await assert.rejects(
    lyingRun({ kind: 'elements', spots: [{ step: 0, element: 0 }] }, program, constants, [input], masked),
    { code: 'FAULT_USELESS' },
  )
  const full = chain(1, 256)
  await assert.rejects(
    lyingRun({ kind: 'padding', step: 0 }, full, constants, [new Uint8Array(256)], async () => [
      new Uint8Array(256),
    ]),
    { code: 'FAULT_USELESS' },
  )
})

const trace = run(program)

test('a liar falls silent after the openings that its fault allows', () => {
  const fault = (silentAfter: number): Fault => ({ ...parseFault('1:0', program), silentAfter })
  const asked = challenged(posted(trace), MALLORY)
  assert.equal(liarMoves(asked, trace, fault(0)).length, 0)
  assert.equal(liarMoves(asked, trace, fault(1)).length, 1)
  const deeper = opened(challenged(posted(trace), MALLORY, { position: positionAt(1, 1, 0) }), trace, [ROOT])
  assert.equal(liarMoves(deeper, trace, fault(1)).length, 0)
  assert.equal(liarMoves(deeper, trace, fault(2)).length, 1)
})

test('a troublemaker challenges what is right, goes down, and stops where its mischief says', () => {
  const kinds = (view: Parameters<typeof mischiefMoves>[0], mischief: Parameters<typeof mischiefMoves>[2]) =>
    mischiefMoves(view, MALLORY, mischief).map(({ kind }) => kind)
  assert.deepEqual(kinds(posted(trace), { seed: 1 }), ['challenge'])
  assert.deepEqual(kinds(posted(trace), { seed: 1, challenges: 2 }), ['challenge'])
  const open = opened(challenged(posted(trace), MALLORY), trace)
  assert.deepEqual(kinds(open, { seed: 1 }), ['pick'])
  assert.deepEqual(kinds(open, { seed: 1, silentAfter: 0 }), [])
  assert.deepEqual(kinds(open, { seed: 1, withdrawAfter: 0 }), ['withdraw'])
  assert.deepEqual(kinds(open, { seed: 1, challenges: 2 }), ['challenge'])
  const leaf = positionAt(1, 1, 0)
  const atLeaf = opened(challenged(posted(trace), MALLORY, { position: leaf }), trace, [ROOT, leaf])
  assert.deepEqual(kinds(atLeaf, { seed: 1 }), [])
})
