import { saveModel } from '@plumbline/runtime'
import { fetchModel, modelFolder, versionRecord } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { modelsFolder } from './lib/model.ts'
import { facts } from './lib/text.ts'
import { versionStore } from './lib/version-store.ts'

interface Arguments {
  readonly json: boolean
  readonly versionId: number
  readonly from: string | undefined
  readonly out: string | undefined
}

export default action(async (args: Arguments, hre) => {
  const version = await versionRecord(await openClient(hre), args.versionId)
  const model = await fetchModel(versionStore(hre, args.from)(version), version)
  const folder = args.out ?? modelFolder(modelsFolder(hre), version.program)
  await saveModel(model, folder)
  return {
    json: { version: version.id, program: version.program, folder },
    text: facts([
      ['model', model.manifest.name],
      ['program', version.program],
      ['folder', folder],
    ]),
  }
})
