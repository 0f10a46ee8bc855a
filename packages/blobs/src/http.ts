import { BlobError } from './errors.ts'
import { type BlobKey, checkBytes, keyPath } from './key.ts'
import type { BlobStore } from './store.ts'

export interface HttpStoreOptions {
  /** Most bytes accepted in one answer. */
  readonly maxBlobBytes: number
  /** Time for one whole request, milliseconds. */
  readonly timeoutMs: number
}

const defaults: HttpStoreOptions = { maxBlobBytes: 2 ** 30, timeoutMs: 60_000 }

/** A blob server (`serveBlobs`) at `url`. Its answers are checked, bounded in size and in time. */
export function httpStore(url: string, options: HttpStoreOptions = defaults): BlobStore {
  const base = url.endsWith('/') ? url : `${url}/`

  const request = async (key: BlobKey, method: string, body?: Uint8Array): Promise<Response> => {
    try {
      return await fetch(new URL(keyPath(key), base), {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(options.timeoutMs),
        ...(body && { body: Buffer.from(body), headers: { 'content-type': 'application/octet-stream' } }),
      })
    } catch (error) {
      throw unreachable(base, error)
    }
  }

  return {
    get: async (key) => {
      const response = await request(key, 'GET')
      if (response.status === 404) {
        await response.body?.cancel()
        return null
      }
      if (!response.ok) throw await refused(base, response)
      const bytes = await readBounded(base, response, options.maxBlobBytes)
      checkBytes(key, bytes)
      return bytes
    },
    has: async (key) => {
      const response = await request(key, 'HEAD')
      return response.ok
    },
    put: async (key, bytes) => {
      checkBytes(key, bytes)
      const response = await request(key, 'PUT', bytes)
      if (!response.ok) throw await refused(base, response)
      await response.body?.cancel()
    },
  }
}

async function readBounded(base: string, response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > limit)
        throw new BlobError('BLOB_TOO_LARGE', `${base} sent more than ${limit} bytes`, { limit })
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof BlobError ? error : unreachable(base, error)
  }
  return Buffer.concat(chunks)
}

async function refused(base: string, response: Response): Promise<BlobError> {
  const text = (await response.text().catch(() => '')).slice(0, 200)
  return new BlobError('BLOB_UNREACHABLE', `${base} answered ${response.status}: ${text}`, {
    status: response.status,
  })
}

function unreachable(base: string, error: unknown): BlobError {
  // fetch hides what went wrong in the cause.
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const why = inner instanceof Error ? inner.message : String(inner)
  return new BlobError('BLOB_UNREACHABLE', `cannot reach the blob server ${base}: ${why}`)
}
