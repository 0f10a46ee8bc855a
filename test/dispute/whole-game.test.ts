import assert from 'node:assert/strict'
import { challengerMoves, responderMoves, traceOf } from '@plumbline/dispute'
import { runCompiled } from '@plumbline/runtime'
import { digitsShaped } from '../../scripts/bench/support/digits.ts'
import { openCourt, play, post, register } from './support/court.ts'

describe('a whole dispute', function () {
  this.timeout(120_000)

  it('finds a lie deep inside the network, and slashes the liar', async () => {
    const { program, constants, inputs } = digitsShaped()
    const honest = traceOf(program, constants, inputs, await runCompiled(program, constants, inputs))
    const lie = await runCompiled(program, constants, inputs, {
      onStep: (step, output) => {
        if (step === 2) output[1234] = 255 - output[1234]!
      },
    })
    const liar = traceOf(program, constants, inputs, lie)
    const court = await openCourt()
    const matter = await post(court, liar, await register(court, program))
    const challenger = court.others[0]!
    const { sent, view } = await play(matter, [
      { name: 'executor', signer: court.executor, moves: (v) => responderMoves(v, liar) },
      {
        name: 'challenger',
        signer: challenger,
        moves: (v) => challengerMoves(v, challenger.address as `0x${string}`, honest),
      },
    ])
    for (const { move, by, gasUsed } of sent) console.log(`      ${by} ${move.kind} ${gasUsed}`)
    console.log(`      total ${sent.reduce((sum, { gasUsed }) => sum + gasUsed, 0n)}`)
    assert.equal(view.result.phase, 'defeated')
    assert.equal(
      sent.some(({ move }) => move.kind === 'prove'),
      true,
    )
  })
})
