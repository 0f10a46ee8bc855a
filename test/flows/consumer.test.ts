import assert from 'node:assert/strict'
import { IMAGES, openTheatre, run, type Theatre } from './support/theatre.ts'

interface Visit {
  readonly gate: string
  readonly opened: boolean
}

describe('an application that is called back', function () {
  this.timeout(180_000)
  let theatre: Theatre

  before(async () => {
    theatre = await openTheatre()
    await theatre.stage.task(['faucet', theatre.stage.addresses.liar, '--tokens', '100'])
    await run(theatre, 'executor', 'executor')
  })
  after(() => theatre.stage.close())

  it('opens to the digit that the picture shows, and to no other', async () => {
    const visit = (...more: readonly string[]): Promise<Visit> =>
      theatre.stage.task(['consumer', 'gate', '1', '--input', `${IMAGES}#17`, ...more], 'requester')
    const seven = await visit('--digit', '7')
    assert.equal(seven.opened, true)
    // Exit code 1: it stays closed.
    await assert.rejects(visit('--digit', '3'))
  })
})
