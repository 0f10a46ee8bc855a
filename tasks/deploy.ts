import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { chainId, CONTRACTS, type Deployment, getBlock } from '@plumbline/chain'
import { deploymentFile } from '@plumbline/sdk'
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre'
import { action } from './lib/action.ts'
import { deploymentFolders, isLocalChain, openRpc } from './lib/client.ts'
import { facts } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
  readonly parameters: string | undefined
}

export default action(async (args: Arguments, hre) => {
  const rpc = await openRpc(hre)
  const id = await chainId(rpc)
  const local = isLocalChain(id)
  const [genesis, latest] = [await getBlock(rpc, 0), await getBlock(rpc, 'latest')]
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true })
  const folder = join(hre.config.paths.root, 'deploy', 'parameters')
  const contracts = await deployModule(hre, {
    local,
    // Every local chain is another one, though all have the same id: its first block names it.
    deploymentId: local ? `local-${genesis!.hash.slice(2, 18)}` : `chain-${id}`,
    parameters: args.parameters ?? join(folder, local ? 'local.json' : 'public.json'),
  })
  const deployment: Deployment = { chainId: id, block: latest!.number, contracts }
  const file = deploymentFile(deploymentFolders(hre)[local ? 0 : 1]!, id)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, JSON.stringify(deployment, null, 2) + '\n')
  return {
    json: { ...deployment, file },
    text: facts([['chain', id], ...Object.entries(contracts), ['written to', file]]),
  }
})

interface Plan {
  readonly local: boolean
  readonly deploymentId: string
  readonly parameters: string
}

async function deployModule(
  hre: HardhatRuntimeEnvironment,
  { local, deploymentId, parameters }: Plan,
): Promise<Deployment['contracts']> {
  const { ignition } = await hre.network.getOrCreate()
  const module = (await import(local ? '../deploy/modules/Local.ts' : '../deploy/modules/Public.ts')) as {
    default: Parameters<typeof ignition.deploy>[0]
  }
  const deployed = await ignition.deploy(module.default, { parameters, deploymentId })
  const entries = CONTRACTS.map(async (name) => [name, await deployed[name]!.getAddress()] as const)
  return Object.fromEntries(await Promise.all(entries)) as Deployment['contracts']
}
