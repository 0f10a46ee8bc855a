import { join } from 'node:path'
import { type BlobStore, defaultLimits, directoryStore, httpStore, layered } from '@plumbline/blobs'
import {
  accountAt,
  type Chain,
  chainId,
  createSender,
  openChain,
  type Rpc,
  type Sender,
} from '@plumbline/chain'
import { type Client, connect, loadDeployment } from '@plumbline/sdk'
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre'
import { UsageError } from './errors.ts'

/** Where this user's models, blobs and local deployments are kept. */
export const home = (hre: HardhatRuntimeEnvironment): string =>
  process.env['PLUMBLINE_HOME'] ?? join(hre.config.paths.root, '.plumbline')

/** Folders that hold deployments: this user's local chains, then the public ones of the repository. */
export const deploymentFolders = (hre: HardhatRuntimeEnvironment): readonly string[] => [
  join(home(hre), 'deployments'),
  join(hre.config.paths.root, 'deploy', 'addresses'),
]

const LOCAL_CHAINS: readonly number[] = [31337, 1337]
export const isLocalChain = (id: number): boolean => LOCAL_CHAINS.includes(id)

export async function openRpc(hre: HardhatRuntimeEnvironment): Promise<Rpc> {
  const { provider } = await hre.network.getOrCreate()
  return { request: ({ method, params }) => provider.request({ method, params: [...(params ?? [])] }) }
}

/** The blob store of the options: the user's own folder, and what lies behind `where` (a URL or a folder). */
export function openBlobs(hre: HardhatRuntimeEnvironment, where: string | undefined): BlobStore {
  const own = directoryStore(join(home(hre), 'blobs'))
  const named = where ?? process.env['PLUMBLINE_BLOBS']
  return named ? layered([own, openStore(named)]) : own
}

/** A blob server by its URL, or a folder by its path. */
export function openStore(where: string): BlobStore {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(where)) return directoryStore(where)
  if (!/^https?:$/.test(new URL(where).protocol))
    throw new UsageError('STORE_MALFORMED', `"${where}" is neither a folder nor an http or https URL`)
  return httpStore(where, { maxBlobBytes: defaultLimits.maxBlobBytes, timeoutMs: 60_000 })
}

/** What a daemon is made of. */
export async function openNode(
  hre: HardhatRuntimeEnvironment,
  { account, store }: { readonly account: string; readonly store: string | undefined },
): Promise<{ readonly chain: Chain; readonly sender: Sender; readonly blobs: BlobStore }> {
  const rpc = await openRpc(hre)
  const chain = await openChain(rpc, await loadDeployment(await chainId(rpc), deploymentFolders(hre)))
  const sender = createSender(chain, await accountAt(rpc, accountName(account)))
  return { chain, sender, blobs: openBlobs(hre, store) }
}

export interface ClientArguments {
  /** Index or address of the account that signs. */
  readonly account?: string
  readonly store?: string | undefined
}

/** A client of the deployment on the network that Hardhat is connected to. */
export async function openClient(
  hre: HardhatRuntimeEnvironment,
  args: ClientArguments = {},
): Promise<Client> {
  const rpc = await openRpc(hre)
  const deployment = await loadDeployment(await chainId(rpc), deploymentFolders(hre))
  return connect({
    rpc,
    deployment,
    ...(args.account !== undefined && { account: await accountAt(rpc, accountName(args.account)) }),
    blobs: openBlobs(hre, args.store),
  })
}

export function accountName(text: string): number | string {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  if (/^0x[0-9a-f]{40}$/i.test(text)) return text
  throw new UsageError('ACCOUNT_MALFORMED', `"${text}" is neither an account's index nor its address`)
}
