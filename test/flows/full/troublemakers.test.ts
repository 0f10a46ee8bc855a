import assert from 'node:assert/strict'
import { stakeState } from '@plumbline/sdk'
import { jobWhen, openTheatre, request, run, type Theatre } from '../support/theatre.ts'

const TROUBLEMAKERS: Readonly<Record<string, string>> = {
  'goes down to a leaf and finds nothing': '5',
  'is silent after its challenge': '1@0',
  'is silent in the middle': '2@1',
  'gives up in the middle': '3-1',
  'keeps three challenges open': '4x3',
}

describe('every lying challenger, as a process, against an honest executor', function () {
  this.timeout(180_000)
  let theatre: Theatre

  before(async () => {
    theatre = await openTheatre()
    await run(theatre, 'executor', 'executor')
  })
  after(() => theatre.stage.close())

  for (const [name, fault] of Object.entries(TROUBLEMAKERS))
    it(name, async () => {
      const { stage, answer } = theatre
      const before = await stakeState(stage.client, stage.addresses.executor)
      const troublemaker = await run(theatre, 'challenger', 'liar', '--fault', fault)
      const id = await request(theatre)
      const job = await jobWhen(stage, id, ({ phase }) => phase === 'final')
      await troublemaker.stop()
      assert.deepEqual(
        job.attempts.map(({ end }) => end),
        ['final'],
      )
      assert.deepEqual(job.attempts[0]!.posted!.output, answer)
      const after = await stakeState(stage.client, stage.addresses.executor)
      assert.equal(after.staked, before.staked)
      assert.ok(after.balances.marketTokens > before.balances.marketTokens, 'it was paid')
      const [dispute] = await stage.task<{ challenges: unknown[] }[]>(['dispute', 'show', id])
      assert.ok(dispute!.challenges.length > 0, 'it was challenged')
    })
})
