import assert from 'node:assert/strict'
import { accountAt, createSender, read } from '@plumbline/chain'
import type { Program, TensorType } from '@plumbline/ir'
import { type Client, connect, registerProgram } from '@plumbline/sdk'
import { openStage, type Stage } from '../../scripts/demo/stage.ts'
import { copyStep } from '../support/copy-step.ts'

const TYPE: TensorType = { dtype: 'u8', shape: [300] }

/** Steps that copy one another, more than one transaction checks. */
function longProgram(steps: number, bias: number): Program {
  const chain = Array.from({ length: steps }, (_, i) =>
    copyStep(TYPE, i === 0 ? { class: 'input', index: 0 } : { class: 'step', index: i - 1 }),
  )
  return { inputs: [TYPE], outputs: [steps - 1], steps: chain.map((step) => ({ ...step, bias })) }
}

describe('a program of more steps than one transaction checks', function () {
  this.timeout(180_000)
  let stage: Stage
  let client: Client

  before(async () => {
    stage = await openStage()
    const { rpc, client: reader } = stage
    client = await connect({ rpc, deployment: reader.chain.deployment, account: await accountAt(rpc, 1) })
  })
  after(() => stage.close())

  it('is registered in pages, once', async () => {
    const program = longProgram(600, 1)
    const seen: number[] = []
    const { root, transactions } = await registerProgram(client, program, ({ checkedSteps }) =>
      seen.push(checkedSteps),
    )
    assert.deepEqual(seen, [0, 256, 512, 600])
    assert.equal(transactions, 4)
    const [registered] = await read(client.chain, 'programRegistry', 'isRegistered', [root])
    assert.equal(registered, true)
    assert.deepEqual(await registerProgram(client, program), { root, transactions: 0 })
  })

  it('is resumed where it was interrupted', async () => {
    const program = longProgram(600, 2)
    const sender = createSender(client.chain, await accountAt(stage.rpc, 1))
    let sent = 0
    const interrupted: Client = {
      ...client,
      send: async (call) => {
        if (sent === 2) throw new Error('the power failed')
        const receipt = await sender.send(call)
        sent++
        return receipt
      },
    }
    await assert.rejects(registerProgram(interrupted, program), /power/)
    const { transactions } = await registerProgram(client, program)
    assert.equal(transactions, 2)
  })
})
