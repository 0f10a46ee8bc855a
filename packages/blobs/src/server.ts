import fastify, { type FastifyReply } from 'fastify'
import { BlobError, type BlobErrorCode } from './errors.ts'
import { parseKey } from './key.ts'
import type { BlobStore } from './store.ts'

export interface BlobServerOptions {
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  /** Most bytes of one request body. */
  readonly maxBlobBytes: number
  /** Refuse writes. */
  readonly readOnly: boolean
}

export interface BlobServer {
  readonly url: string
  readonly close: () => Promise<void>
}

const STATUS: Readonly<Record<BlobErrorCode, number>> = {
  BLOB_KEY_MALFORMED: 400,
  BLOB_MISSING: 404,
  BLOB_TOO_LARGE: 413,
  BLOB_MISMATCH: 422,
  BLOB_STORE_FULL: 507,
  BLOB_UNREACHABLE: 502,
}

interface Route {
  readonly Params: { readonly kind: string; readonly hash: string }
}

/** GET, HEAD and PUT of /KIND/HASH over a store. What does not hash to its name is never kept. */
export async function serveBlobs(store: BlobStore, options: BlobServerOptions): Promise<BlobServer> {
  const app = fastify({
    bodyLimit: options.maxBlobBytes,
    // A sender that trickles holds a connection, never a whole minute of it.
    requestTimeout: 60_000,
    connectionTimeout: 60_000,
    exposeHeadRoutes: false,
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.get<Route>('/:kind/:hash', async ({ params }, reply) => {
    const bytes = await store.get(parseKey(params.kind, params.hash))
    if (bytes === null) return fail(reply, 404, 'BLOB_MISSING', 'this store does not have it')
    // The name is the content: it can be cached for ever, and must never be rendered.
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('x-content-type-options', 'nosniff')
      .type('application/octet-stream')
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  })
  app.head<Route>('/:kind/:hash', async ({ params }, reply) =>
    reply.code((await store.has(parseKey(params.kind, params.hash))) ? 200 : 404).send(),
  )
  if (!options.readOnly)
    app.put<Route>('/:kind/:hash', async ({ params, body }, reply) => {
      const key = parseKey(params.kind, params.hash)
      await store.put(key, Buffer.isBuffer(body) ? body : new Uint8Array())
      return reply.code(204).send()
    })
  app.setNotFoundHandler((_request, reply) => fail(reply, 404, 'BLOB_KEY_MALFORMED', 'use /KIND/HASH'))
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof BlobError) return fail(reply, STATUS[error.code], error.code, error.message)
    if (error.statusCode === 413) return fail(reply, 413, 'BLOB_TOO_LARGE', 'the body is too large')
    // Never the message: it may name paths of this machine.
    const status = error.statusCode ?? 500
    return fail(reply, status, status < 500 ? 'BAD_REQUEST' : 'INTERNAL', 'the request failed')
  })

  const url = await app.listen({ host: options.host, port: options.port })
  return { url, close: () => app.close() }
}

const fail = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.code(status).type('application/json').send({ code, message })
