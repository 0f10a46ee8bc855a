import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { accountAt, ChainError, createSender, createSync, type Sender } from '@plumbline/chain'
import { abiModule } from '../../scripts/lib/abi.ts'
import { openStage, type Stage } from '../../scripts/demo/stage.ts'

describe('the bindings', () => {
  it('are those of the compiled contracts', () => {
    const committed = readFileSync('packages/chain/src/abi.ts', 'utf8')
    assert.equal(committed, abiModule('artifacts'), 'run `node scripts/abi.ts`')
  })
})

describe('a chain in a process of its own', function () {
  this.timeout(120_000)
  let stage: Stage
  let sender: Sender

  before(async () => {
    stage = await openStage()
    sender = createSender(stage.client.chain, await accountAt(stage.rpc, 1))
  })
  after(() => stage.close())

  it('refuses a transaction with the contract’s own error, its arguments by name, and sends nothing', async () => {
    const nonce = async (): Promise<unknown> =>
      stage.rpc.request({ method: 'eth_getTransactionCount', params: [sender.address, 'pending'] })
    const before = await nonce()
    const refused = async (contract: 'staking' | 'token', fn: string, args: readonly unknown[]) => {
      try {
        await sender.send({ contract, fn, args })
      } catch (error) {
        assert.ok(error instanceof ChainError)
        return { code: error.code, error: error.data['error'], args: error.data['args'] }
      }
      return assert.fail('it was sent')
    }
    assert.deepEqual(await refused('staking', 'thaw', [5n]), {
      code: 'REVERTED',
      error: 'ThawTooLarge',
      args: { thawing: 5n, staked: 0n },
    })
    // The token's error, through the staking contract.
    const { error } = await refused('staking', 'stake', [sender.address, 10n ** 18n])
    assert.equal(error, 'ERC20InsufficientAllowance')
    assert.equal(await nonce(), before)
  })

  it('takes transactions sent at once, each with a nonce of its own', async () => {
    const receipts = await Promise.all(
      [1n, 2n, 3n, 4n].map((amount) =>
        sender.send({ contract: 'token', fn: 'mint', args: [sender.address, amount] }),
      ),
    )
    assert.equal(new Set(receipts.map(({ hash }) => hash)).size, 4)
  })

  it('takes back what it said: the ledger is read anew after a reorganisation', async () => {
    const create = (name: string) =>
      sender.send({ contract: 'modelRegistry', fn: 'createModel', args: [name] })
    const sync = createSync(stage.client.chain)
    const names = async (): Promise<readonly string[]> => {
      await sync.advance()
      return [...sync.ledger.models.values()].map(({ name }) => name)
    }
    await create('first')
    assert.deepEqual(await names(), ['first'])
    const snapshot = await stage.rpc.request({ method: 'evm_snapshot' })
    await create('second')
    await create('third')
    assert.deepEqual(await names(), ['first', 'second', 'third'])
    await stage.rpc.request({ method: 'evm_revert', params: [snapshot] })
    await create('other')
    assert.deepEqual(await names(), ['first', 'other'])
    await create('last')
    assert.deepEqual(await names(), ['first', 'other', 'last'])
    assert.deepEqual(await names(), ['first', 'other', 'last'])
  })

  it('keeps deployments of several chains of the same id apart', async () => {
    const other = await openStage()
    try {
      assert.notEqual(other.url, stage.url)
      assert.deepEqual((await other.client.ledger()).models.size, 0)
      assert.notEqual((await stage.client.ledger()).models.size, 0)
    } finally {
      await other.close()
    }
  })
})
