import { verifyModel, versionRecord } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { facts } from './lib/text.ts'
import { versionStore } from './lib/version-store.ts'

interface Arguments {
  readonly json: boolean
  readonly versionId: number
  readonly from: string | undefined
}

export default action(async (args: Arguments, hre) => {
  const version = await versionRecord(await openClient(hre), args.versionId)
  const verification = await verifyModel(versionStore(hre, args.from)(version), version)
  return {
    json: { ...verification, holds: true },
    text: facts([
      ['version', verification.version],
      ['program', `${verification.program}, on chain and as rebuilt here`],
      ['manifest', verification.manifestHash],
      ['source', `SHA-256 ${verification.source}`],
      ['verdict', 'this version is what its source and recipe make'],
    ]),
  }
})
