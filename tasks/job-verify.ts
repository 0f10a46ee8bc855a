import {
  fetchModel,
  jobRecord,
  loweringsFolder,
  modelFolder,
  openModel,
  verifyJob,
  versionRecord,
} from '@plumbline/sdk'
import { existsSync } from 'node:fs'
import { saveModel } from '@plumbline/runtime'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { jobId } from './lib/job.ts'
import { modelsFolder } from './lib/model.ts'
import { facts } from './lib/text.ts'
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
  const folder = modelFolder(modelsFolder(hre), version.program)
  if (!existsSync(folder)) await saveModel(await fetchModel(store, version), folder)
  const verification = await verifyJob(
    job,
    await openModel(folder, version.program, loweringsFolder(modelsFolder(hre))),
    store,
  )
  if (!verification.holds) process.exitCode = 1
  return {
    json: verification,
    text: facts([
      ['job', verification.job],
      ['attempt', verification.attempt],
      ...verification.outputs.flatMap(
        ({ posted, computed }, i) =>
          [
            [`output ${i} posted`, posted],
            [`output ${i} computed`, computed],
          ] as const,
      ),
      ['verdict', verification.holds ? 'the same' : 'DIFFERENT: `dispute open` challenges it'],
    ]),
  }
})
