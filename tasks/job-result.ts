import { fetchManifest, jobRecord, jobResult, versionRecord } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { jobId } from './lib/job.ts'
import { versionStore } from './lib/version-store.ts'

interface Arguments {
  readonly json: boolean
  readonly id: string
  readonly store: string | undefined
}

export default action(async (args: Arguments, hre) => {
  const client = await openClient(hre)
  const job = await jobRecord(client, jobId(args.id))
  const version = await versionRecord(client, job.ticket.terms.version)
  const store = versionStore(hre, args.store)(version)
  const result = await jobResult(job, await fetchManifest(store, version), store)
  const lines = result.outputs.map(
    ({ name, top }) =>
      `${name}: ${top.map(({ label, value }) => `${label} (${value.toPrecision(4)})`).join(', ')}`,
  )
  return {
    json: result,
    text: [...lines, result.final ? 'final' : 'not final: it may still be disputed'].join('\n'),
  }
})
