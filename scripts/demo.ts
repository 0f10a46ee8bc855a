// The whole protocol on a chain of its own: an honest answer is paid, a lie is caught, proved and paid for.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { directoryStore } from '@plumbline/blobs'
import type { AttemptRecord } from '@plumbline/chain'
import { tensorListRoot, tensorRoot } from '@plumbline/commitments'
import type { Hash } from '@plumbline/ir'
import { loadModel, type ManifestInput } from '@plumbline/runtime'
import {
  decodeOutputs,
  encodeItem,
  type LoadedModel,
  loweringsFolder,
  openModel,
  outputBytes,
  readItem,
} from '@plumbline/sdk'
import { type Check, checkHonest, checkLie, standing } from './demo/checks.ts'
import { drawDigit } from './demo/digit.ts'
import { findFault } from './demo/fault.ts'
import { type DemoOptions, parseOptions } from './demo/options.ts'
import { started, watchUntil } from './demo/play.ts'
import { type Outcome, printOutcome, summarise } from './demo/report.ts'
import { type Actor, openStage, type Stage } from './demo/stage.ts'
import { createTimeline, type Timeline } from './demo/timeline.ts'

interface Compiled {
  readonly folder: string
  readonly program: Hash
  readonly name: string
  readonly steps: number
  readonly worstProofGas: number
  readonly accuracy: {
    readonly samples: number
    readonly float: number | null
    readonly integer: number | null
  } | null
}

const clocks = ['--window', '6', '--executor-budget', '10', '--challenger-budget', '10', '--extension', '3']
const PRICE = '10'
const begun = performance.now()

async function main(options: DemoOptions): Promise<Outcome> {
  title('Setting up: a chain in a process of its own, contracts, model')
  say('compiling contracts where they changed, starting the chain, deploying')
  const stage = await openStage()
  try {
    const names = new Map(
      Object.entries(stage.addresses).map(([name, address]) => [address.toLowerCase(), name]),
    )
    const timeline = createTimeline(stage.client.chain, names, begun)
    const compiled = await stage.task<Compiled>(['model', 'compile', options.model, ...options.compile])
    describeModel(compiled)
    const version = await register(stage, compiled)
    await fund(stage)
    const model = await openModel(
      compiled.folder,
      compiled.program,
      loweringsFolder(dirname(compiled.folder)),
    )
    const { manifest } = await loadModel(compiled.folder)
    const [port] = manifest.inputs
    const answerOf = (outputs: readonly Uint8Array[]): string => {
      const [first] = decodeOutputs(manifest, outputs)
      return first!.top[0]!.label
    }
    await Promise.all([
      started(stage.daemon([...DAEMON, 'challenger'], 'challenger'), 'challenger started'),
      started(stage.daemon([...DAEMON, 'executor', '--min-price', '5'], 'executor'), 'executor started'),
    ])
    await timeline.advance()

    const store = directoryStore(join(stage.home, 'blobs'))
    const said = async (attempt: AttemptRecord): Promise<string> =>
      answerOf(await outputBytes(attempt, manifest, store))
    const plot: Plot = { options, version, model, port: port!, answerOf, said }
    const honest = await honestJob(stage, timeline, plot)
    const lie = await liedJob(stage, timeline, plot)
    const checks = [...honest.checks, ...lie.checks]
    return summarise({
      timeline,
      checks,
      marks: [...honest.marks, ...lie.marks],
      accuracy: compiled.accuracy,
      begun,
    })
  } finally {
    await stage.close()
  }
}

const DAEMON = ['operator', 'run', '--interval', '200', '--role']

async function register(stage: Stage, { folder }: Compiled): Promise<number> {
  const blobs = stage.daemon(['blob', 'serve', '--port', '0'])
  const url = /http:\S+/.exec(await blobs.line((line) => line.includes('http://')))![0]
  await stage.task(['model', 'publish', folder])
  const { version } = await stage.task<{ version: number }>(
    ['model', 'register', folder, '--uri', url, '--royalty', '500', ...clocks],
    'model owner',
  )
  say(`registered as version ${version}; the chain checked every step; weights are served at ${url}`)
  return version
}

async function fund(stage: Stage): Promise<void> {
  const give = (actor: Actor, tokens: number): Promise<unknown> =>
    stage.task(['faucet', stage.addresses[actor], '--tokens', String(tokens)], actor)
  await Promise.all([
    give('requester', 100),
    give('executor', 500).then(() => stage.task(['operator', 'stake', '500', '--coins', '1'], 'executor')),
    // Enough collateral for one cheap job, and for no second one.
    give('liar', 18).then(() => stage.task(['operator', 'stake', '18'], 'liar')),
  ])
  say('staked: executor 500 tokens, liar 18 tokens; the challenger stakes nothing and watches')
}

interface Plot {
  readonly options: DemoOptions
  readonly version: number
  readonly model: LoadedModel
  readonly port: ManifestInput
  readonly answerOf: (outputs: readonly Uint8Array[]) => string
  /** What an attempt posted, in the model's own terms. */
  readonly said: (attempt: AttemptRecord) => Promise<string>
}

const rootOf = (outputs: readonly Uint8Array[]): Hash => tensorListRoot(outputs.map(tensorRoot))

interface Act {
  readonly checks: readonly Check[]
  readonly marks: readonly { readonly what: string; readonly at: number }[]
}

async function honestJob(
  stage: Stage,
  timeline: Timeline,
  { options, version, model, port, said }: Plot,
): Promise<Act> {
  title('First job: an honest answer')
  const input = encodeItem(port, await readItem(options.inputs[0]))
  showInput(options, input)
  const expected = await model.run([input])
  const before = await standing(stage)
  const at = seconds()
  const { id } = await stage.task<{ id: Hash }>(
    ['job', 'request', String(version), '--input', options.inputs[0], '--price', PRICE],
    'requester',
  )
  const job = await watchUntil(stage, timeline, id, ({ phase }) => phase === 'final')
  say(`final answer: ${await said(job.attempts[0]!)}`)
  const checks = await checkHonest(stage, job, before, rootOf(expected))
  showChecks(checks)
  return { checks, marks: [{ what: 'honest job', at: seconds() - at }] }
}

async function liedJob(
  stage: Stage,
  timeline: Timeline,
  { options, version, model, port, answerOf, said }: Plot,
): Promise<Act> {
  title('Second job: a lie deep inside the network')
  const input = encodeItem(port, await readItem(options.inputs[1]))
  showInput(options, input)
  const expected = await model.run([input])
  const fault = options.fault ?? (await findFault(model, [input], answerOf))
  const [step, element] = fault.split(':')
  say(
    `the liar computes everything faithfully but element ${element} of step ${step}, and all that follows from it`,
  )
  const liar = await started(
    stage.daemon([...DAEMON, 'executor', '--fault', fault], 'liar'),
    'executor started',
  )
  const before = await standing(stage)
  const at = seconds()
  // The price rises: the liar takes less than the honest executor asks for, so it is first.
  const { id } = await stage.task<{ id: Hash }>(
    [
      'job',
      'request',
      String(version),
      '--input',
      options.inputs[1],
      '--price',
      PRICE,
      '--min-price',
      '1',
      '--ramp',
      '20',
    ],
    'requester',
  )
  const posted = await watchUntil(stage, timeline, id, ({ attempts }) => attempts[0]?.posted != null)
  say(`the liar answers: ${await said(posted.attempts[0]!)}; the truth is ${answerOf(expected)}`)
  const postedAt = seconds()
  await watchUntil(stage, timeline, id, ({ attempts }) => attempts[0]?.end != null)
  const defeatedAt = seconds()
  say('the contract recomputed one element: the liar is slashed, the job is open again')
  await liar.stop()
  const job = await watchUntil(stage, timeline, id, ({ phase }) => phase === 'final')
  say(`final answer: ${await said(job.attempts.at(-1)!)}`)
  const checks = await checkLie(stage, job, before, rootOf(expected), fault)
  showChecks(checks)
  return {
    checks,
    marks: [
      { what: 'lie posted after', at: postedAt - at },
      { what: 'challenge to verdict', at: defeatedAt - postedAt },
      { what: 'done again and final', at: seconds() - defeatedAt },
    ],
  }
}

function describeModel({ name, program, steps, worstProofGas, accuracy }: Compiled): void {
  say(
    `compiled ${name}: ${steps} steps, program ${program.slice(0, 18)}…, worst proof ${worstProofGas.toLocaleString('en-US')} gas`,
  )
  if (accuracy?.float != null && accuracy.integer != null)
    say(
      `accuracy on ${accuracy.samples.toLocaleString('en-US')} samples: float ${percent(accuracy.float)}, integer ${percent(accuracy.integer)}`,
    )
}

function showInput({ pictureWidth }: DemoOptions, input: Uint8Array): void {
  if (pictureWidth !== null && input.byteLength % pictureWidth === 0)
    console.log(`\n${drawDigit(input, pictureWidth)}\n`)
}

function showChecks(checks: readonly Check[]): void {
  for (const { what, holds } of checks) console.log(`   ${holds ? '✓' : '✗'} ${what}`)
}

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`
const seconds = (): number => (performance.now() - begun) / 1_000
const title = (text: string): void => console.log(`\n${text}\n${'='.repeat(text.length)}`)
const say = (text: string): void => console.log(`${seconds().toFixed(1).padStart(6)} s  ${text}`)

const options = parseOptions(process.argv.slice(2))
const outcome = await main(options)
printOutcome(outcome)
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(outcome.json, null, 2) + '\n')
process.exitCode = outcome.json.outcome === 'caught' ? 0 : 1
