import assert from 'node:assert/strict'
import { expectCaught } from './support/liars.ts'
import { jobWhen, openTheatre, request, run, type Theatre } from './support/theatre.ts'

describe('executors and challengers as processes', function () {
  this.timeout(180_000)
  let theatre: Theatre

  before(async () => {
    theatre = await openTheatre()
    await run(theatre, 'challenger', 'challenger')
  })
  after(() => theatre.stage.close())

  it('an honest answer is final, paid for, and what the model says', async () => {
    const executor = await run(theatre, 'executor', 'executor')
    const id = await request(theatre)
    const job = await jobWhen(theatre.stage, id, ({ phase }) => phase === 'final')
    assert.deepEqual(job.attempts[0]!.posted!.output, theatre.answer)
    const result = await theatre.stage.task<{ final: boolean; outputs: { top: { label: string }[] }[] }>([
      'job',
      'result',
      id,
    ])
    assert.equal(result.final, true)
    assert.equal(result.outputs[0]!.top[0]!.label, '7')
    const verified = await theatre.stage.task<{ holds: boolean }>(['job', 'verify', id])
    assert.equal(verified.holds, true)
    assert.equal(await executor.stop(), 0)
  })

  it('an executor that is killed after its claim takes up the job again', async () => {
    const first = await run(theatre, 'executor', 'executor')
    const id = await request(theatre)
    await jobWhen(theatre.stage, id, ({ attempts }) => attempts.length === 1)
    await first.stop(true)
    const second = await run(theatre, 'executor', 'executor')
    const job = await jobWhen(theatre.stage, id, ({ phase }) => phase === 'final')
    assert.equal(job.attempts.length, 1)
    await second.stop()
  })

  it('a lie deep inside is proved', () => expectCaught(theatre, { name: '', fault: '2:300', end: 'proof' }))

  it('silence after the challenge loses by the clock', () =>
    expectCaught(theatre, { name: '', fault: 'output:0@0', end: 'timeout' }))

  it('a challenger who lies loses its bond to an honest executor', async () => {
    const executor = await run(theatre, 'executor', 'executor')
    const troublemaker = await run(theatre, 'challenger', 'liar', '--fault', '1')
    const id = await request(theatre)
    const job = await jobWhen(theatre.stage, id, ({ phase }) => phase === 'final')
    assert.deepEqual(job.attempts[0]!.posted!.output, theatre.answer)
    assert.equal(job.attempts.length, 1)
    const disputes = await theatre.stage.task<{ challenges: { ended: boolean }[] }[]>(['dispute', 'show', id])
    assert.equal(disputes.length, 1)
    await troublemaker.stop()
    await executor.stop()
  })
})
