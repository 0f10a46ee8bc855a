import { listVersions } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { table } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
}

export default action(async (_args: Arguments, hre) => {
  const versions = await listVersions(await openClient(hre))
  return {
    json: versions,
    text: table(
      ['version', 'model', 'name', 'owner', 'program', 'fetch from', ''],
      versions.map((version) => [
        version.id,
        version.model,
        version.name,
        version.owner,
        version.program,
        version.manifestUri || '-',
        version.deprecated ? 'deprecated' : '',
      ]),
      'no models',
    ),
  }
})
