import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const HARDHAT = createRequire(import.meta.url)
  .resolve('hardhat/package.json')
  .replace('package.json', 'dist/src/cli.js')

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A process of its own that runs until `stop`. */
export interface Running {
  readonly pid: number
  /** Lines of its standard output so far. */
  readonly lines: readonly string[]
  /** The first line, past or to come, that `match` accepts. Rejects when the process ends before. */
  readonly line: (match: (line: string) => boolean) => Promise<string>
  /** SIGTERM and wait for its end; SIGKILL with `hard`. Resolves to its exit code. */
  readonly stop: (hard?: boolean) => Promise<number>
}

export type Environment = Readonly<Record<string, string>>

/** Runs a Hardhat task to its end. */
export async function hardhat(args: readonly string[], env: Environment = {}): Promise<Finished> {
  const child = spawn(process.execPath, [HARDHAT, ...args], {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? 1, stdout, stderr }
}

/** Starts a Hardhat task that runs on. */
export const startHardhat = (args: readonly string[], env: Environment = {}): Running =>
  start(process.execPath, [HARDHAT, ...args], env)

export function start(program: string, args: readonly string[], env: Environment = {}): Running {
  const child = spawn(program, args, { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let errors = ''
  let ended = false
  const wake = (): void => {
    for (const notify of waiting) notify()
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    wake()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4_000)))
  const closed = once(child, 'close').then(([code]) => {
    ended = true
    wake()
    return (code as number | null) ?? 1
  })
  const line = async (match: (line: string) => boolean): Promise<string> => {
    for (let seen = 0; ;) {
      for (; seen < lines.length; seen++) if (match(lines[seen]!)) return lines[seen]!
      if (ended)
        throw new Error(`${program} ${args.join(' ')} ended early: ${errors || lines.slice(-5).join('\n')}`)
      await new Promise<void>((resolve) => {
        const notify = (): void => {
          waiting.delete(notify)
          resolve()
        }
        waiting.add(notify)
      })
    }
  }
  return { pid: child.pid!, lines, line, stop: (hard) => stop(child, closed, hard) }
}

/** A chain in a process of its own, on a free port. */
export async function startChain(
  ...more: readonly string[]
): Promise<{ readonly url: string; readonly process: Running }> {
  const node = startHardhat(['node', '--hostname', '127.0.0.1', '--port', '0', ...more])
  const line = await node.line((text) => text.includes('JSON-RPC server at '))
  return { url: /http:\/\/[\d.:]+/.exec(line)![0], process: node }
}

async function stop(child: ChildProcess, closed: Promise<number>, hard = false): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) child.kill(hard ? 'SIGKILL' : 'SIGTERM')
  return closed
}

// Colours and prompts have no place in what a program reads.
const environment = (env: Environment): NodeJS.ProcessEnv => ({
  ...process.env,
  NO_COLOR: '1',
  CI: '1',
  ...env,
})
