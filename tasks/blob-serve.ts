import { join } from 'node:path'
import { defaultLimits, directoryStore, serveBlobs } from '@plumbline/blobs'
import { action } from './lib/action.ts'
import { home } from './lib/client.ts'
import { interrupted } from './lib/interrupt.ts'

interface Arguments {
  readonly json: boolean
  readonly folder: string | undefined
  readonly host: string
  readonly port: number
  readonly maxBlobBytes: number
  readonly maxTotalBytes: bigint
  readonly readOnly: boolean
}

export default action(async (args: Arguments, hre) => {
  const limits = { maxBlobBytes: args.maxBlobBytes, maxTotalBytes: Number(args.maxTotalBytes) }
  const folder = args.folder ?? join(home(hre), 'blobs')
  const server = await serveBlobs(directoryStore(folder, limits), {
    host: args.host,
    port: args.port,
    maxBlobBytes: Math.min(args.maxBlobBytes, defaultLimits.maxBlobBytes),
    readOnly: args.readOnly,
  })
  console.log(args.json ? JSON.stringify({ url: server.url, folder }) : `serving ${folder} at ${server.url}`)
  await interrupted()
  await server.close()
  return { text: 'stopped', json: { stopped: true } }
})
