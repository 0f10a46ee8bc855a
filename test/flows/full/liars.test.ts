import assert from 'node:assert/strict'
import { resultIdOf } from '@plumbline/chain'
import { stakeState } from '@plumbline/sdk'
import { expectCaught, type Liar } from '../support/liars.ts'
import { jobWhen, openTheatre, request, run, stake, type Theatre } from '../support/theatre.ts'

const LIARS: readonly Liar[] = [
  { name: 'one element deep inside, everything downstream recomputed', fault: '3:100', end: 'proof' },
  { name: 'an element of the first operator', fault: '0:1', end: 'proof' },
  { name: 'an element of the last operator', fault: '5:3', end: 'proof' },
  { name: 'only the final output', fault: 'output:9', end: 'proof' },
  { name: 'several elements at several places', fault: '1:5+2:300+4:10', end: 'proof' },
  { name: 'an element in a promoted leaf', fault: '2:1566', end: 'proof' },
  { name: 'a malformed leaf of the output', fault: 'padding:5', end: 'timeout' },
  { name: 'a malformed leaf inside', fault: 'padding:4', end: 'timeout' },
  { name: 'silence after the challenge', fault: '2:300@0', end: 'timeout' },
  { name: 'silence after the commit', fault: '2:300@1', end: 'timeout' },
  { name: 'silence in the middle', fault: '2:300@2', end: 'timeout' },
  { name: 'a trace that ends elsewhere than the posted output', fault: 'elsewhere', end: 'timeout' },
]

describe('every lying executor, as a process', function () {
  this.timeout(180_000)
  let theatre: Theatre

  before(async () => {
    theatre = await openTheatre()
    await run(theatre, 'challenger', 'challenger')
  })
  after(() => theatre.stage.close())

  for (const liar of LIARS) it(liar.name, () => expectCaught(theatre, liar))

  it('an accomplice, through whose challenges openings are made, saves no liar', async () => {
    const { stage } = theatre
    await stake(stage, 'liar', 10)
    const accomplice = await run(theatre, 'challenger', 'accomplice', '--fault', '3x2')
    const liar = await run(theatre, 'executor', 'liar', '--fault', '2:300')
    const id = await request(theatre, ['--min-price', '1', '--ramp', '3600'])
    const job = await jobWhen(stage, id, ({ attempts }) => attempts[0]?.end != null)
    await Promise.all([liar.stop(), accomplice.stop()])
    assert.equal(job.attempts[0]!.end, 'defeated')
    const result = (await stage.client.ledger()).results.get(resultIdOf(id, 0))!
    assert.ok(result.challenges.length >= 2, 'the accomplice challenged too')
    assert.equal(result.proved?.prover.toLowerCase(), stage.addresses.challenger.toLowerCase())
    assert.equal((await stakeState(stage.client, stage.addresses.liar)).staked, 0n)
    await stage.task(['job', 'cancel', id], 'requester')
  })

  it('an output that is cut short cannot be posted: the job is open again, and no stake is lost', async () => {
    const { stage } = theatre
    await stake(stage, 'liar', 10)
    const liar = await run(theatre, 'executor', 'liar', '--fault', 'truncated')
    const id = await request(theatre, ['--min-price', '1', '--ramp', '3600', '--post-within', '4'])
    await liar.line((line) => line.includes('"refused"') && line.includes('"post"'))
    await liar.stop()
    const executor = await run(theatre, 'executor', 'executor')
    const job = await jobWhen(stage, id, ({ phase }) => phase === 'final')
    await executor.stop()
    assert.deepEqual(
      job.attempts.map(({ end }) => end),
      ['expired', 'final'],
    )
    assert.deepEqual(job.attempts[1]!.posted!.output, theatre.answer)
    assert.equal((await stakeState(stage.client, stage.addresses.liar)).staked, 10n * 10n ** 18n)
  })
})
