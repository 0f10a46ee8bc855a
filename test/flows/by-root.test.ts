import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hash } from '@plumbline/ir'
import { jobRecord } from '@plumbline/sdk'
import { type Actor, openStage, type Stage } from '../../scripts/demo/stage.ts'
import { LARGE, largeModel } from './support/large-model.ts'
import { CLOCKS, jobWhen, RUN, stake } from './support/theatre.ts'

/** Every role has a folder of its own; what they share travels over HTTP. */
describe('inputs and outputs that travel by root', function () {
  this.timeout(240_000)
  let stage: Stage
  let url: string
  let picture: string
  const homes = new Map<Actor, Readonly<Record<string, string>>>()

  before(async () => {
    stage = await openStage()
    const folder = await mkdtemp(join(tmpdir(), 'plumbline-large-'))
    const onnx = join(folder, 'large.onnx')
    await writeFile(onnx, largeModel())
    picture = join(folder, 'picture')
    await writeFile(
      picture,
      Uint8Array.from({ length: LARGE.input }, (_, i) => (i * 31) % 256),
    )
    const blobs = stage.daemon(['blob', 'serve', '--port', '0'])
    url = /http:\S+/.exec(await blobs.line((line) => line.includes('http://')))![0]
    const compiled = await stage.task<{ folder: string }>([
      'model',
      'compile',
      onnx,
      '--preprocess',
      'picture:scale=1/255',
    ])
    await stage.task(['model', 'publish', compiled.folder])
    const { missing } = await stage.task<{ missing: string[] }>(
      ['model', 'register', compiled.folder, '--uri', url, ...CLOCKS],
      'model owner',
    )
    assert.deepEqual(missing, [])
    await stage.task(['faucet', stage.addresses.requester, '--tokens', '100'])
    for (const actor of ['executor', 'liar', 'challenger'] as const) {
      const env = { PLUMBLINE_HOME: join(folder, actor), PLUMBLINE_BLOBS: url }
      homes.set(actor, env)
      // Where the deployment is, is all that an operator of another machine has to be told.
      await stage.share(env.PLUMBLINE_HOME)
      await stage.task(['model', 'fetch', '1'], undefined, env)
    }
    await start('challenger', 'challenger')
  })
  after(() => stage.close())

  async function start(role: string, actor: Actor, ...more: readonly string[]) {
    const daemon = stage.daemon([...RUN, role, ...more], actor, homes.get(actor))
    await daemon.line((line) => line.includes(`${role} started`))
    return daemon
  }
  const request = async (...more: readonly string[]): Promise<Hash> => {
    const args = ['job', 'request', '1', '--input', picture, '--price', '10', ...more]
    return (await stage.task<{ id: Hash }>(args, 'requester')).id
  }

  it('a stranger can rebuild the model from what its owner published', async () => {
    const home = await mkdtemp(join(tmpdir(), 'plumbline-stranger-'))
    await stage.share(home)
    const verified = await stage.task<{ holds: boolean }>(['model', 'verify', '1'], undefined, {
      PLUMBLINE_HOME: home,
    })
    assert.equal(verified.holds, true)
  })

  it('an honest answer is final, and can be fetched and checked', async () => {
    await stake(stage, 'executor', 100)
    const executor = await start('executor', 'executor')
    const id = await request()
    const job = await jobWhen(stage, id, ({ phase }) => phase === 'final')
    assert.equal(job.input, null)
    assert.equal(job.attempts[0]!.posted!.output, null)
    await executor.stop()
    const result = await stage.task<{ outputs: { values: number[] }[] }>(['job', 'result', id])
    assert.equal(result.outputs[0]!.values.length, LARGE.output)
    assert.equal((await stage.task<{ holds: boolean }>(['job', 'verify', id])).holds, true)
  })

  it('a lie is proved', async () => {
    await stake(stage, 'liar', 10)
    const liar = await start('executor', 'liar', '--fault', '0:12345')
    const id = await request('--min-price', '1', '--ramp', '3600')
    const job = await jobWhen(stage, id, ({ attempts }) => attempts[0]?.end != null)
    assert.equal(job.attempts[0]!.end, 'defeated')
    await liar.stop()
  })

  it('a job whose input nobody can fetch is claimed by nobody', async () => {
    const executor = await start('executor', 'executor')
    const far = await mkdtemp(join(tmpdir(), 'plumbline-far-'))
    await stage.share(far)
    const args = ['job', 'request', '1', '--input', picture, '--price', '10']
    const other = join(far, 'other')
    await writeFile(other, new Uint8Array(LARGE.input).fill(7))
    args[4] = other
    const { id } = await stage.task<{ id: Hash }>(args, 'requester', { PLUMBLINE_HOME: far })
    await executor.line((line) => line.includes('BLOB_MISSING') && line.includes(id))
    assert.equal((await jobRecord(stage.client, id)).phase, 'open')
    await executor.stop()
  })
})
