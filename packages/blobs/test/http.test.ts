import assert from 'node:assert/strict'
import { createServer, request, type Server } from 'node:http'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { keccak, tensorRoot, toHash } from '@plumbline/commitments'
import { type BlobServer, keccakKey, directoryStore, httpStore, serveBlobs, tensorKey } from '../src/index.ts'

const MAX = 4096
const tensor = Uint8Array.from({ length: 300 }, (_, i) => i % 251)
const key = tensorKey(tensorRoot(tensor))
const options = { maxBlobBytes: MAX, timeoutMs: 5_000 }
let folder: string
let server: BlobServer

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-blobs-'))
  await writeFile(join(folder, 'secret'), 'secret')
  const store = directoryStore(join(folder, 'store'))
  server = await serveBlobs(store, { host: '127.0.0.1', port: 0, maxBlobBytes: MAX, readOnly: false })
})
after(() => server.close())

/** The path as it is, unlike fetch, which resolves dots itself. */
const raw = (method: string, path: string, body?: Uint8Array): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const call = request({ hostname, port, method, path }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
      response.on('end', () => resolve({ status: response.statusCode!, text }))
    })
    call.on('error', reject)
    call.end(body)
  })

test('bytes go in and come out under their name', async () => {
  const store = httpStore(server.url, options)
  const manifest = new TextEncoder().encode('{}')
  const manifestKey = keccakKey(toHash(keccak(manifest)))
  assert.equal(await store.get(key), null)
  assert.equal(await store.has(key), false)
  await store.put(key, tensor)
  await store.put(manifestKey, manifest)
  assert.equal(await store.has(key), true)
  assert.deepEqual(new Uint8Array((await store.get(key))!), tensor)
  assert.deepEqual(new Uint8Array((await store.get(manifestKey))!), manifest)
})

test('no path leads out of the store', async () => {
  const hash = key.hash.slice(2)
  const paths = [
    '/../secret',
    '/tensor/../../secret',
    '/tensor/%2e%2e%2f%2e%2e%2fsecret',
    '/tensor/..%5c..%5csecret',
    '/%2e%2e/secret',
    '/tensor/0x%00',
    `/tensor/0x${hash.toUpperCase()}`,
    `/tensor/${hash}`,
    `/other/0x${hash}`,
    `/tensor/0x${hash}/..`,
    '/tensor',
    '/',
    `/${'a'.repeat(5000)}/b`,
  ]
  for (const path of paths)
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'POST']) {
      const { status, text } = await raw(method, path, method === 'PUT' ? tensor : undefined)
      assert.ok(status >= 400 && status < 500, `${method} ${path}: ${status}`)
      assert.ok(!text.includes('secret') && !text.includes(folder), `${method} ${path}: ${text}`)
    }
  assert.deepEqual((await readdir(folder)).sort(), ['secret', 'store'])
})

test('refuses bodies that are not their name, too large, cut off, or of another type, and keeps none', async () => {
  const other = tensorKey(tensorRoot(tensor.slice(1)))
  const path = `/tensor/${other.hash}`
  assert.equal((await raw('PUT', path, tensor)).status, 422)
  assert.equal((await raw('PUT', path)).status, 422)
  assert.equal((await raw('PUT', path, new Uint8Array(MAX + 1))).status, 413)
  // Promises 300 bytes, sends 3 and hangs up.
  await new Promise<void>((resolve) => {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname, () => {
      socket.write(`PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\nabc`)
      setTimeout(() => socket.destroy(), 50)
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve())
  })
  const json = await fetch(`${server.url}${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"__proto__":{}}',
  })
  assert.equal(json.status, 422)
  assert.equal(await httpStore(server.url, options).has(other), false)
})

test('a read-only server refuses writes', async () => {
  const store = directoryStore(join(folder, 'store'))
  const closed = await serveBlobs(store, { host: '127.0.0.1', port: 0, maxBlobBytes: MAX, readOnly: true })
  try {
    await assert.rejects(httpStore(closed.url, options).put(key, tensor), { code: 'BLOB_UNREACHABLE' })
  } finally {
    await closed.close()
  }
})

/** A server that answers everything with `answer`. */
async function hostile(answer: Parameters<typeof createServer>[1]): Promise<{ url: string; server: Server }> {
  const made = createServer({}, answer)
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, server: made }
}

test('a reader trusts no server: wrong, endless, stalled, redirecting and failing answers are errors', async () => {
  const cases: readonly (readonly [string, Parameters<typeof createServer>[1]])[] = [
    ['BLOB_MISMATCH', (_, response) => response.end(tensor.slice(1))],
    ['BLOB_MISMATCH', (_, response) => response.end()],
    [
      'BLOB_TOO_LARGE',
      (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(new Uint8Array(1024)));
          response.once('drain', more)
        }
        more()
      },
    ],
    ['BLOB_UNREACHABLE', (_, response) => response.write('x')],
    ['BLOB_UNREACHABLE', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['BLOB_UNREACHABLE', (_, response) => response.writeHead(500).end('no')],
    ['BLOB_UNREACHABLE', (request) => request.socket.destroy()],
  ]
  for (const [code, answer] of cases) {
    const { url, server: made } = await hostile(answer)
    try {
      await assert.rejects(httpStore(url, { ...options, timeoutMs: 500 }).get(key), { code })
    } finally {
      made.closeAllConnections()
      made.close()
    }
  }
  await assert.rejects(httpStore('http://127.0.0.1:1', options).get(key), { code: 'BLOB_UNREACHABLE' })
})
