import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { type Address, httpRpc, parseDeployment, type Rpc } from '@plumbline/chain'
import { type Client, connect } from '@plumbline/sdk'
import { type Environment, hardhat, type Running, startChain, startHardhat } from '../lib/processes.ts'

/** Who acts, by the index of its account on the local chain. */
export const CAST = [
  'deployer',
  'model owner',
  'requester',
  'executor',
  'liar',
  'challenger',
  'accomplice',
] as const
export type Actor = (typeof CAST)[number]

/** A chain with the protocol on it, and everything that runs beside it. */
export interface Stage {
  readonly url: string
  readonly rpc: Rpc
  readonly home: string
  readonly addresses: Readonly<Record<Actor, Address>>
  readonly client: Client
  /** Runs a task to its end and returns what it printed as JSON. `env` is for a task with a home of its own. */
  readonly task: <T>(args: readonly string[], actor?: Actor, env?: Environment) => Promise<T>
  /** Starts a task that runs on. */
  readonly daemon: (args: readonly string[], actor?: Actor, env?: Environment) => Running
  /** Tells another home where the contracts are. */
  readonly share: (home: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Starts a chain process and deploys. */
export async function openStage(): Promise<Stage> {
  const home = await mkdtemp(join(tmpdir(), 'plumbline-demo-'))
  const chain = await startChain()
  const daemons: Running[] = [chain.process]
  const close = async (): Promise<void> => {
    await Promise.all(daemons.map((daemon) => daemon.stop()))
    await rm(home, { recursive: true, force: true })
  }
  try {
    const env = { PLUMBLINE_HOME: home, PLUMBLINE_RPC_URL: chain.url }
    const full = (args: readonly string[], actor?: Actor): readonly string[] => [
      ...args,
      ...(actor ? ['--account', String(CAST.indexOf(actor))] : []),
      '--network',
      'localhost',
    ]
    const task = async <T>(args: readonly string[], actor?: Actor, more?: Environment): Promise<T> => {
      const { code, stdout, stderr } = await hardhat([...full(args, actor), '--json'], { ...env, ...more })
      if (code !== 0) throw new Error(`npx hardhat ${args.join(' ')}: ${stderr || stdout}`)
      return JSON.parse(stdout) as T
    }
    const daemon = (args: readonly string[], actor?: Actor, more?: Environment): Running => {
      const started = startHardhat(full(args, actor), { ...env, ...more })
      daemons.push(started)
      return started
    }
    const { file } = await task<{ file: string }>(['deploy'])
    const share = async (other: string): Promise<void> => {
      const copy = join(other, relative(home, file))
      await mkdir(dirname(copy), { recursive: true })
      await copyFile(file, copy)
    }
    const rpc = httpRpc(chain.url)
    const deployment = parseDeployment(JSON.parse(await readFile(file, 'utf8')))
    const accounts = (await rpc.request({ method: 'eth_accounts' })) as readonly Address[]
    const addresses = Object.fromEntries(CAST.map((actor, i) => [actor, accounts[i]!])) as Stage['addresses']
    return {
      url: chain.url,
      rpc,
      home,
      addresses,
      client: await connect({ rpc, deployment }),
      task,
      daemon,
      share,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
