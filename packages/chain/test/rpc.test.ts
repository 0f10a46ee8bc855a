import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import {
  chainTime,
  ChainError,
  fetchEvents,
  httpRpc,
  parseDeployment,
  type Rpc,
  RpcError,
} from '../src/index.ts'

async function serving<T>(answer: RequestListener, use: (rpc: Rpc) => Promise<T>): Promise<T> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(httpRpc(`http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-token`, 500))
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
const call = (rpc: Rpc): Promise<unknown> => rpc.request({ method: 'x' })

test('a node’s errors keep their code and data', async () => {
  const error = { code: 3, message: 'execution reverted', data: '0x1234' }
  await serving(
    (_, response) => response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, error })),
    (rpc) =>
      assert.rejects(
        call(rpc),
        (thrown) => thrown instanceof RpcError && thrown.code === 3 && thrown.data === '0x1234',
      ),
  )
})

test('a node that is away, silent or speaks no JSON is unreachable, and its token stays secret', async () => {
  const unreachable = (thrown: unknown): boolean =>
    thrown instanceof ChainError && thrown.code === 'RPC_UNREACHABLE' && !thrown.message.includes('secret')
  await assert.rejects(call(httpRpc('http://127.0.0.1:1/secret')), unreachable)
  await serving(
    (_, response) => response.end('<html>'),
    (rpc) => assert.rejects(call(rpc), unreachable),
  )
  await serving(
    () => {},
    (rpc) => assert.rejects(call(rpc), unreachable),
  )
})

test('a node without pending blocks tells the latest block’s time', async () => {
  const rpc: Rpc = {
    request: ({ params }) =>
      params![0] === 'pending'
        ? Promise.reject(new Error('no'))
        : Promise.resolve({ number: '0x1', hash: '0x', timestamp: '0x64' }),
  }
  assert.equal(await chainTime(rpc), 100)
})

const address = `0x${'ab'.repeat(20)}`
const contracts = Object.fromEntries(
  [
    'token',
    'accessManager',
    'programRegistry',
    'modelRegistry',
    'staking',
    'stepVerifier',
    'jobMarket',
    'disputeGame',
  ].map((name) => [name, address]),
)

test('a range that a node refuses is asked for in halves, down to single blocks', async () => {
  const asked: string[] = []
  const rpc: Rpc = {
    request: ({ params }) => {
      const { fromBlock, toBlock } = params![0] as { fromBlock: string; toBlock: string }
      asked.push(`${Number(fromBlock)}-${Number(toBlock)}`)
      return Number(toBlock) - Number(fromBlock) > 1
        ? Promise.reject(new Error('range too large'))
        : Promise.resolve([])
    },
  }
  const deployment = parseDeployment({ chainId: 1, block: 0, contracts })
  assert.deepEqual(await fetchEvents({ rpc, deployment }, 0, 5), [])
  const down: Rpc = { request: () => Promise.reject(new Error('down')) }
  await assert.rejects(fetchEvents({ rpc: down, deployment }, 0, 5), /down/)
  assert.deepEqual(asked, ['0-5', '0-2', '0-1', '2-2', '3-5', '3-4', '5-5'])
})

test('a deployment file is checked field by field', () => {
  assert.equal(parseDeployment({ chainId: 1, block: 0, contracts }).contracts.staking, address)
  for (const broken of [
    null,
    [],
    { chainId: '1', block: 0, contracts },
    { chainId: 1, contracts },
    { chainId: 1, block: 0 },
    { chainId: 1, block: 0, contracts: { ...contracts, staking: '0x12' } },
  ])
    assert.throws(() => parseDeployment(broken), { code: 'DEPLOYMENT_MALFORMED' })
})
